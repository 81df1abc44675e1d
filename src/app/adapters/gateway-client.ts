// The client of the CA gateway, derived from the table of calls. Believes nothing: every answer is bounded,
// parsed and checked. Repeats nothing by itself: whoever calls decides, with the same idempotency key.
// The session lives in the client and is never logged.

import {
  GATEWAY_CALLS,
  GATEWAY_PROTOCOL,
  refusal,
  type GatewayAnswer,
  type GatewayBody,
  type GatewayCall,
  type GatewayParams,
  type GatewayQuery,
} from '../../contract/gateway.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { gatewayAddress, type GatewayAddress } from './gateway-address.ts';
import { refusalError } from './gateway-refusal.ts';
import { exchange, type HttpAnswer } from './http-exchange.ts';
import { DIRECT, type FindRoute } from './os/proxy-route.ts';

export type GatewayError = AppError<
  | 'gateway.unreachable'
  | 'gateway.timeout'
  | 'gateway.cancelled'
  | 'gateway.invalidAnswer'
  | 'gateway.refused'
  | 'gateway.failed'
  | 'gateway.redirected'
  | 'gateway.version'
  | 'gateway.loginRefused'
  | 'proxy.unreachable'
  | 'proxy.loginNeeded'
  | 'proxy.refused'
  | 'proxy.unread'
  | 'order.unpaid'
  | 'order.inReview'
  | 'order.rejected'
  | 'order.frozen'
  | 'order.notFound'
  | 'order.conflict'
  | 'request.invalid'
>;

export interface GatewayInput<C extends GatewayCall> {
  readonly params?: GatewayParams<C>;
  readonly query?: GatewayQuery<C>;
  readonly body?: GatewayBody<C>;
  /** 16 to 128 characters of [A-Za-z0-9_-]; every changing call needs one. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface GatewayClient {
  /** What a login statement names, for example `https://ra.example.cn`. */
  readonly origin: string;
  call<C extends GatewayCall>(
    call: C,
    input: GatewayInput<C>,
  ): Promise<Result<GatewayAnswer<C>, GatewayError>>;
  /** Later calls carry this session. */
  useSession(session: string): void;
  /** null: not logged in. */
  session(): string | null;
}

export interface GatewayClientOptions {
  /** Base address; plain http to loopback only. */
  readonly url: string;
  /** For one whole call, until its answer was read. */
  readonly timeoutMs?: number;
  /** Which proxy to go through; left out: none. */
  readonly findRoute?: FindRoute;
  /** Told after each call, however it ended. */
  readonly onCall?: (measured: { readonly call: GatewayCall; readonly ms: number }) => void;
}

const DEFAULT_TIMEOUT_MS = 20_000;

export function createGatewayClient(
  options: GatewayClientOptions,
): Result<GatewayClient, AppError<'gateway.insecure' | 'request.invalid'>> {
  const address = gatewayAddress(options.url);
  if (!address.ok) return address;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, onCall, findRoute } = options;
  let session: string | null = null;
  return ok({
    origin: address.value.origin,
    async call(call, input) {
      const request = buildRequest(address.value, call, input, session);
      if (!request.ok) return request;
      const started = performance.now();
      const route = (await findRoute?.(request.value.url)) ?? DIRECT;
      const answer = await exchange({ ...request.value, route, timeoutMs });
      onCall?.({ call, ms: performance.now() - started });
      return answer.ok ? readAnswer(call, input.params, answer.value) : answer;
    },
    useSession: (opened) => {
      session = opened;
    },
    session: () => session,
  });
}

function buildRequest<C extends GatewayCall>(
  address: GatewayAddress,
  call: C,
  input: GatewayInput<C>,
  session: string | null,
) {
  const { method, path, changes, session: needsSession, ...schemas } = GATEWAY_CALLS[call];
  for (const part of ['params', 'query', 'body'] as const) {
    const checked = schemas[part].safeParse(input[part] ?? {});
    if (!checked.success) return invalidRequest(`${call}: ${part}`);
  }
  if (changes && input.idempotencyKey === undefined) return invalidRequest(`${call}: idempotency key`);
  const url = new URL(address.base + fillPath(path, input.params ?? {}));
  for (const [name, value] of Object.entries(input.query ?? {})) url.searchParams.set(name, value);
  return ok({
    address,
    method,
    url,
    headers: {
      accept: 'application/json',
      ...(needsSession && session !== null ? { authorization: `Bearer ${session}` } : {}),
      ...(input.idempotencyKey === undefined ? {} : { 'idempotency-key': input.idempotencyKey }),
    },
    body: method === 'POST' ? JSON.stringify(input.body ?? {}) : null,
    signal: input.signal ?? null,
  });
}

function invalidRequest(reason: string): Result<never, AppError<'request.invalid'>> {
  return err({ code: 'request.invalid', reason });
}

function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
}

function readAnswer<C extends GatewayCall>(
  call: C,
  params: Readonly<Record<string, unknown>> | undefined,
  answer: HttpAnswer,
): Result<GatewayAnswer<C>, GatewayError> {
  if (answer.status >= 500) return err({ code: 'gateway.failed', status: answer.status });
  const content = readJson(answer);
  if (!content.ok) return content;
  if (answer.status >= 400) {
    const refused = refusal.safeParse(content.value);
    if (!refused.success) return invalidAnswer(`status ${answer.status}`);
    return err(refusalError(refused.data.error, params?.['orderId']));
  }
  if (answer.status !== 200) return invalidAnswer(`status ${answer.status}`);
  if (call === 'readInfo' && !speaksOurProtocol(content.value)) return otherVersion(content.value);
  const checked = GATEWAY_CALLS[call].answer.safeParse(content.value);
  if (checked.success) return ok(checked.data as GatewayAnswer<C>);
  const path = checked.error.issues[0]?.path.map(String).join('.') ?? '';
  return invalidAnswer(`content${path === '' ? '' : `: ${path}`}`);
}

function readJson({ contentType, body }: HttpAnswer): Result<unknown, GatewayError> {
  if (!/^application\/json\s*(;|$)/i.test(contentType)) return invalidAnswer('content type');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return ok(JSON.parse(text) as unknown);
  } catch {
    return invalidAnswer('JSON');
  }
}

function invalidAnswer(reason: string): Result<never, AppError<'gateway.invalidAnswer'>> {
  return err({ code: 'gateway.invalidAnswer', reason });
}

/** Looked at before the rest, which another version may have in another form. */
function protocolOf(content: unknown): unknown {
  return (content as { readonly protocol?: unknown } | null)?.protocol;
}

function speaksOurProtocol(content: unknown): boolean {
  const protocol = protocolOf(content);
  return typeof protocol !== 'number' || protocol === GATEWAY_PROTOCOL;
}

function otherVersion(content: unknown): Result<never, AppError<'gateway.version'>> {
  return err({
    code: 'gateway.version',
    found: String(protocolOf(content)),
    needed: String(GATEWAY_PROTOCOL),
  });
}
