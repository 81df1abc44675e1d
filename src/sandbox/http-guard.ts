// What every HTTP request to the rehearsal CA must pass: it listens on 127.0.0.1 only, so a page in a browser is
// the visitor to keep out (DNS rebinding, cross-site posts).

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Refused } from './ca.ts';

const STATUS: Readonly<Record<Refused['reason'], number>> = {
  badRequest: 400,
  loginRefused: 401,
  sessionExpired: 401,
  codeRefused: 401,
  codeLocked: 403,
  notFound: 404,
  notEligible: 403,
  conflict: 409,
  unpaid: 409,
  inReview: 409,
  rejected: 409,
  frozen: 409,
  badCertificateRequest: 422,
  idempotencyConflict: 422,
  refused: 403,
};

export function sendRefusal(reply: FastifyReply, refused: Refused): FastifyReply {
  return reply.code(STATUS[refused.reason]).send({ error: refused });
}

/** @param hosts accepted Host headers; asked at each request */
export function guard(app: FastifyInstance, hosts: () => readonly string[]): void {
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    const isForeign = !hosts().includes(request.headers.host ?? '') || request.headers.origin !== undefined;
    if (isForeign) await sendRefusal(reply, { reason: 'refused', text: '只接受本机程序的请求。' });
  });
  app.setNotFoundHandler((_request, reply) =>
    sendRefusal(reply, { reason: 'notFound', text: '没有这个地址。' }),
  );
  app.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const isTheirs = status >= 400 && status < 500;
    const refused = isTheirs
      ? { reason: 'badRequest', text: '请求的格式不正确。' }
      : { reason: 'failed', text: '服务出了故障。' };
    return reply.code(isTheirs ? status : 500).send({ error: refused });
  });
}
