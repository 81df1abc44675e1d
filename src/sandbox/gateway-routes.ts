// One route for each call of the gateway's table; nothing here knows what a call means.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GATEWAY_CALLS, type GatewayCall } from '../contract/gateway.ts';
import type { Ca, Refused } from './ca.ts';
import { answerGatewayCall, type GatewayMessage } from './gateway-service.ts';
import { sendRefusal } from './http-guard.ts';
import type { Store } from './store.ts';

/** @param caFor the CA as this request sees it; `host` is its checked Host header */
export function addGatewayRoutes(app: FastifyInstance, store: Store, caFor: (host: string) => Ca): void {
  for (const call of Object.keys(GATEWAY_CALLS) as GatewayCall[]) {
    const { method, path, answer } = GATEWAY_CALLS[call];
    app.route({
      method,
      url: path.replace(/\{(\w+)\}/g, ':$1'),
      async handler(request, reply) {
        const message = readMessage(call, request);
        if (message === null) return sendRefusal(reply, { reason: 'badRequest', text: '请求的内容不正确。' });
        const outcome = await answerGatewayCall(store, call, message, caFor(request.headers.host ?? ''));
        if (outcome.ok) return reply.send(answer.parse(outcome.value));
        if ('code' in outcome.error)
          return reply.code(507).send({ error: { reason: 'failed', text: '服务不能保存数据。' } });
        return sendRefusal(reply, outcome.error satisfies Refused);
      },
    });
  }
}

/** null: something does not fit the call's schemas. */
function readMessage<C extends GatewayCall>(call: C, request: FastifyRequest): GatewayMessage<C> | null {
  const { params, query, body } = GATEWAY_CALLS[call];
  const parsed = {
    params: params.safeParse(request.params),
    query: query.safeParse({ ...(request.query as object) }),
    body: body.safeParse(request.body ?? {}),
  };
  if (!parsed.params.success || !parsed.query.success || !parsed.body.success) return null;
  const key = request.headers['idempotency-key'];
  return {
    params: parsed.params.data,
    query: parsed.query.data,
    body: parsed.body.data,
    session: /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? null,
    idempotencyKey: typeof key === 'string' ? key : null,
  } as GatewayMessage<C>;
}
