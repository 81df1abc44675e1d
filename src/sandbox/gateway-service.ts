// Answers one gateway call: session, idempotency, the handler, and the durable write of all of it together.

import { createHash } from 'node:crypto';
import { GATEWAY_CALLS, idempotencyKey } from '../contract/gateway.ts';
import type { GatewayAnswer, GatewayCall } from '../contract/gateway.ts';
import { ok, type Result } from '../core/errors/result.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { GATEWAY_HANDLERS, type GatewayHandler, type GatewayRequest } from './gateway-handlers.ts';
import { sessionVisitor, type Visitor } from './login.ts';
import type { SandboxState } from './state.ts';
import type { StorageError } from '../storage/storage-error.ts';
import type { Store } from './store.ts';
import { DAY } from './validity.ts';

/** Answers to changing calls are remembered this long. */
const ANSWER_LIFETIME = 400 * DAY;

/** What a session that an authorisation code has opened is good for. */
const ENROLMENT_CALLS: ReadonlySet<GatewayCall> = new Set<GatewayCall>([
  'readOrder',
  'submitRequest',
  'fetchCertificates',
  'fetchSeal',
  'confirmCertificates',
  'reissueItem',
]);

/** Whoever makes a call that needs no session: owns nothing. */
const NOBODY: Visitor = { key: '', order: null };

export interface GatewayMessage<C extends GatewayCall> extends Omit<GatewayRequest<C>, 'visitor'> {
  /** From the Authorization header; null: none. */
  readonly session: string | null;
  /** From the Idempotency-Key header; null: none. */
  readonly idempotencyKey: string | null;
}

export type GatewayOutcome<C extends GatewayCall> = Result<GatewayAnswer<C>, Refused | StorageError>;

export async function answerGatewayCall<C extends GatewayCall>(
  store: Store,
  call: C,
  message: GatewayMessage<C>,
  ca: Ca,
): Promise<GatewayOutcome<C>> {
  const handler: GatewayHandler<C> = GATEWAY_HANDLERS[call];
  if (handler.keeps === 'never') return handle(store.read(), call, handler, message, ca);
  const written = await store.change(async (draft) => {
    const value = await handle(draft, call, handler, message, ca);
    return { save: value.ok || handler.keeps === 'always', value };
  });
  return written.ok ? written.value : written;
}

async function handle<C extends GatewayCall>(
  state: SandboxState,
  call: C,
  handler: GatewayHandler<C>,
  message: GatewayMessage<C>,
  ca: Ca,
): Promise<Result<GatewayAnswer<C>, Refused>> {
  const { session, changes } = GATEWAY_CALLS[call];
  const visitor = session ? sessionVisitor(state, message.session ?? '', ca.now) : NOBODY;
  if (visitor === null) return refuse('sessionExpired', '请重新登录。');
  if (session && visitor.key === null && !ENROLMENT_CALLS.has(call))
    return refuse('refused', '授权码只能用来办理它所属的订单。');
  const request = { ...message, visitor };
  const forbidden = handler.forbids?.(state, request) ?? null;
  if (forbidden !== null) return forbidden;
  if (!changes) return handler.run(state, request, ca);
  return once(state, call, message, visitor, ca, () => handler.run(state, request, ca));
}

/** Only answers of what was done are remembered: a refusal changed nothing and may be asked for again. */
async function once<C extends GatewayCall>(
  state: SandboxState,
  call: C,
  message: GatewayMessage<C>,
  visitor: Visitor,
  ca: Ca,
  run: () => Result<GatewayAnswer<C>, Refused> | Promise<Result<GatewayAnswer<C>, Refused>>,
): Promise<Result<GatewayAnswer<C>, Refused>> {
  const name = idempotencyKey.safeParse(message.idempotencyKey);
  if (!name.success) return refuse('badRequest', '缺少 Idempotency-Key。');
  const requestHash = hashOf(call, message, visitor.key ?? '');
  const known = state.answers[name.data];
  if (known !== undefined) {
    if (known.requestHash !== requestHash)
      return refuse('idempotencyConflict', '同一个 Idempotency-Key 不能用于不同的请求。');
    return ok(GATEWAY_CALLS[call].answer.parse(known.answer) as GatewayAnswer<C>);
  }
  const answer = await run();
  if (answer.ok) remember(state, name.data, { requestHash, at: ca.now, answer: answer.value });
  return answer;
}

/**
 * An order may be worked on with its old and its new key, so the session counts only where no order is named:
 * `forbids` has looked at the others.
 */
function hashOf<C extends GatewayCall>(call: C, message: GatewayMessage<C>, session: string): string {
  const { params, body } = message;
  const who = Object.keys(params).length === 0 ? session : '';
  return createHash('sha256')
    .update(JSON.stringify([call, who, params, body]))
    .digest('hex');
}

function remember(state: SandboxState, name: string, answer: SandboxState['answers'][string]): void {
  const recent = Object.entries(state.answers).filter(([, { at }]) => at > answer.at - ANSWER_LIFETIME);
  state.answers = { ...Object.fromEntries(recent), [name]: answer };
}
