// One HTTP request and its whole answer, bounded in time and size. No redirects, no repetition, no connection
// kept: a reused connection that the server has just closed would look like a lost answer.

import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { GATEWAY_ANSWER_LIMIT } from '../../contract/gateway.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { GatewayAddress } from './gateway-address.ts';

export interface HttpExchange {
  readonly address: GatewayAddress;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
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
>;

/** Status 3xx is `gateway.redirected`; every other status is answered. */
export function exchange(wanted: HttpExchange): Promise<Result<HttpAnswer, ExchangeError>> {
  const { address, signal, timeoutMs } = wanted;
  if (signal?.aborted === true) return Promise.resolve(err({ code: 'gateway.cancelled' }));
  return new Promise((resolve) => {
    const request = (address.secure ? secureRequest : plainRequest)({
      host: address.connectTo,
      port: wanted.url.port,
      path: wanted.url.pathname + wanted.url.search,
      method: wanted.method,
      agent: false,
      headers: { host: wanted.url.host, ...wanted.headers, ...bodyHeaders(wanted.body) },
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
      timeoutMs,
    );
    signal?.addEventListener('abort', cancel, { once: true });
    request.on('error', () => finish(err({ code: 'gateway.unreachable', gateway: address.origin })));
    request.once('response', (response) => receive(response, address.origin, finish));
    request.end(wanted.body ?? undefined);
  });
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
