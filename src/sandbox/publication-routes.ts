// What the certificates point to: revocation lists, CA certificates and the status of one certificate, DER, for
// everybody.

import type { FastifyInstance } from 'fastify';
import type { Ca } from './ca.ts';
import { sendRefusal } from './http-guard.ts';
import { OCSP_REQUEST, OCSP_RESPONSE, readOcspRequest } from '../core/certificate/ocsp.ts';
import { createCrl, createOcspAnswer } from './issue.ts';
import { AUTHORITY_IDS } from './authority-ids.ts';
import type { Store } from './store.ts';

export function addPublicationRoutes(
  app: FastifyInstance,
  store: Store,
  caAt: (requestOrigin: string) => Ca,
): void {
  app.get<{ Params: { name: string } }>('/crl/:name', async (request, reply) => {
    const ca = caAt('');
    const id = AUTHORITY_IDS.find((candidate) => request.params.name === `${candidate}.crl`);
    const authority = id === undefined ? null : ca.authorities.find(store.read(), id);
    if (authority === null) return sendRefusal(reply, { reason: 'notFound', text: '没有这个地址。' });
    const crl = await createCrl(authority, store.read(), ca.now);
    return reply.type('application/pkix-crl').send(Buffer.from(crl));
  });
  app.addContentTypeParser(OCSP_REQUEST, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post<{ Params: { name: string } }>('/ocsp/:name', async (request, reply) => {
    const ca = caAt('');
    const id = AUTHORITY_IDS.find((candidate) => request.params.name === candidate);
    const authority = id === undefined ? null : ca.authorities.find(store.read(), id);
    const serials = Buffer.isBuffer(request.body) ? readOcspRequest(request.body) : null;
    if (authority === null || serials === null)
      return sendRefusal(reply, { reason: 'badRequest', text: '请求的内容不正确。' });
    const answer = await createOcspAnswer(authority, store.read(), serials, ca.now);
    return reply.type(OCSP_RESPONSE).send(Buffer.from(answer));
  });
  app.get<{ Params: { name: string } }>('/ca/:name', (request, reply) => {
    const id = AUTHORITY_IDS.find((candidate) => request.params.name === `${candidate}.cer`);
    const authority = id === undefined ? null : caAt('').authorities.find(store.read(), id);
    if (authority === null) return sendRefusal(reply, { reason: 'notFound', text: '没有这个地址。' });
    return reply.type('application/pkix-cert').send(Buffer.from(authority.certificate.der));
  });
}
