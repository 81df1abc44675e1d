// The way through a proxy for Node's own HTTP client: a tunnel (RFC 9110 §9.3.6 CONNECT) for https, the whole address
// in the request line for http. The server's certificate is checked as without a proxy, so a proxy sees the name of
// the server and nothing more.

import { request as requestPlain, type ClientRequest, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Socket } from 'node:net';
import { connect as startTls } from 'node:tls';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { Proxy, Route } from './proxy-route.ts';

/** Why there is no way; `target`: the proxy could not reach the server. */
export interface ProxyObstacle {
  readonly at: 'unreachable' | 'loginNeeded' | 'refused' | 'target';
  /** `host:port`. */
  readonly proxy: string;
  /** What the proxy answered; null: nothing. */
  readonly status: number | null;
}

export interface WayOptions {
  /** Aborts what is under way. */
  readonly signal: AbortSignal;
  readonly rejectUnauthorized: boolean;
}

/** What a request has to be sent with to go that way: to be spread over options with host, port and path. */
export interface Way extends RequestOptions {
  readonly headers: Readonly<Record<string, string>>;
}

export async function openWay(
  route: Route,
  url: URL,
  options: WayOptions,
): Promise<Result<Way, ProxyObstacle>> {
  if (route.kind !== 'proxy') return ok({ agent: false, headers: {} });
  const { proxy } = route;
  if (url.protocol === 'http:') return ok(wholeAddress(proxy, url));
  const opened = await openTunnel(proxy, url, options.signal);
  if (!opened.ok) return opened;
  const servername = url.hostname.replace(/^\[|\]$/g, '');
  const { rejectUnauthorized } = options;
  return ok({
    headers: {},
    createConnection: () => startTls({ socket: opened.value, servername, rejectUnauthorized }),
  });
}

/** A 407 of an answer that came without a tunnel. */
export function obstacleOf(proxy: Proxy, status: number): ProxyObstacle {
  const at = status === 407 ? 'loginNeeded' : status >= 500 ? 'target' : 'refused';
  return { at, proxy: proxy.label, status };
}

function wholeAddress(proxy: Proxy, url: URL): Way {
  return {
    agent: false,
    ...addressOf(proxy),
    path: `${url.origin}${url.pathname}${url.search}`,
    headers: { host: url.host, ...loginHeader(proxy) },
  };
}

function addressOf({ host, port, isSecure }: Proxy): RequestOptions {
  return { host, hostname: host, port, protocol: isSecure ? 'https:' : 'http:' };
}

function loginHeader({ authorization }: Proxy): Record<string, string> {
  return authorization === null ? {} : { 'proxy-authorization': authorization };
}

function openTunnel(proxy: Proxy, url: URL, signal: AbortSignal): Promise<Result<Socket, ProxyObstacle>> {
  const target = `${url.hostname}:${url.port === '' ? '443' : url.port}`;
  return new Promise((resolve) => {
    const asking: ClientRequest = (proxy.isSecure ? requestSecure : requestPlain)({
      ...addressOf(proxy),
      agent: false,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...loginHeader(proxy) },
      signal,
    });
    asking.once('connect', (response, socket: Socket) => {
      const { statusCode: status = 0 } = response;
      if (status !== 200) socket.destroy();
      resolve(status === 200 ? ok(socket) : err(obstacleOf(proxy, status)));
    });
    asking.once('error', () => resolve(err({ at: 'unreachable', proxy: proxy.label, status: null })));
    asking.end();
  });
}
