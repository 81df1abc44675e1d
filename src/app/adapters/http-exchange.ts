// One HTTP request and its whole answer, bounded in time and size. No redirects, no repetition, no connection
// kept: a reused connection that the server has just closed would look like a lost answer.

import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { GATEWAY_ANSWER_LIMIT } from '../../contract/gateway.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { openWay, type ProxyObstacle, type Way } from './os/proxied-request.ts';
import type { Route } from './os/proxy-route.ts';

export interface HttpExchange {
  readonly address: GatewayAddress;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly route: Route;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; null: none. */
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

export type ExchangeError = AppError<
  | 'gateway.unreachable'
  | 'gateway.timeout'
  | 'gateway.cancelled'
  | 'gateway.invalidAnswer'
  | 'gateway.redirected'
  | 'proxy.unreachable'
  | 'proxy.loginNeeded'
  | 'proxy.refused'
  | 'proxy.unread'
>;

/** Status 3xx is `gateway.redirected`; every other status is answered. */
export async function exchange(wanted: HttpExchange): Promise<Result<HttpAnswer, ExchangeError>> {
  const { route, url, timeoutMs } = wanted;
  const isCancelled = () => wanted.signal?.aborted === true;
  if (isCancelled()) return err({ code: 'gateway.cancelled' });
  const [started, limit] = [performance.now(), AbortSignal.timeout(timeoutMs)];
  const signal = wanted.signal === null ? limit : AbortSignal.any([limit, wanted.signal]);
  const way = await openWay(route, url, { signal, rejectUnauthorized: true });
  if (way.ok) return send(wanted, way.value, timeoutMs - (performance.now() - started));
  return err(isCancelled() ? { code: 'gateway.cancelled' } : proxyError(way.error, wanted));
}

function send(
  wanted: HttpExchange,
  { headers, ...way }: Way,
  remainingMs: number,
): Promise<Result<HttpAnswer, ExchangeError>> {
  const { address, signal, timeoutMs, route } = wanted;
  return new Promise((resolve) => {
    const request = (address.secure ? secureRequest : plainRequest)({
      host: address.connectTo,
      port: wanted.url.port,
      path: wanted.url.pathname + wanted.url.search,
      method: wanted.method,
      headers: { host: wanted.url.host, ...headers, ...wanted.headers, ...bodyHeaders(wanted.body) },
      ...way,
    });
    const finish = (result: Result<HttpAnswer, ExchangeError>) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      resolve(result);
      request.destroy();
    };
    const cancel = () => finish(err({ code: 'gateway.cancelled' }));
    const timer = setTimeout(
      () => finish(err({ code: 'gateway.timeout', gateway: address.origin, seconds: timeoutMs / 1000 })),
      remainingMs,
    );
    signal?.addEventListener('abort', cancel, { once: true });
    request.on('error', () =>
      finish(
        err(
          route.kind === 'unread'
            ? { code: 'proxy.unread', setting: route.setting }
            : { code: 'gateway.unreachable', gateway: address.origin },
        ),
      ),
    );
    request.once('response', (response) => receive(response, address.origin, finish));
    request.end(wanted.body ?? undefined);
  });
}

function proxyError({ at, proxy, status }: ProxyObstacle, { address }: HttpExchange): ExchangeError {
  if (at === 'target') return { code: 'gateway.unreachable', gateway: address.origin };
  if (at === 'refused') return { code: 'proxy.refused', proxy, status: status ?? 0 };
  return { code: at === 'loginNeeded' ? 'proxy.loginNeeded' : 'proxy.unreachable', proxy };
}

function bodyHeaders(body: string | null): Record<string, string> {
  if (body === null) return {};
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  };
}

function receive(
  response: IncomingMessage,
  origin: string,
  finish: (result: Result<HttpAnswer, ExchangeError>) => void,
): void {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) {
    finish(err({ code: 'gateway.redirected', location: redirectTarget(headers.location, origin) }));
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > GATEWAY_ANSWER_LIMIT) finish(err({ code: 'gateway.invalidAnswer', reason: 'too large' }));
    else chunks.push(chunk);
  });
  response.on('error', () => finish(err({ code: 'gateway.invalidAnswer', reason: 'cut off' })));
  response.once('end', () =>
    finish(ok({ status, contentType: headers['content-type'] ?? '', body: Buffer.concat(chunks) })),
  );
}

/** Origin only: the rest may hold anything. */
function redirectTarget(location: string | undefined, base: string): string {
  return location !== undefined && URL.canParse(location, base) ? new URL(location, base).origin : '';
}
