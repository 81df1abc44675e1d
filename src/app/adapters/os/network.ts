// The way to a server, one step after the other, so that the one that fails can be named. Certificates are looked
// at and not insisted on: that is what is being asked. Proxies are used as by the rest of the application.

import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import type {
  Fetched,
  NetworkProbe,
  NetworkStep,
  Obstacle,
  Reach,
  WayOut,
} from '../../../core/environment/probe.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { askLocally } from './local-question.ts';
import { obstacleOf, openWay, type ProxyObstacle } from './proxied-request.ts';
import { DIRECT, type FindRoute, type Route } from './proxy-route.ts';

const LIMIT_MS = 3000;
const MAX_BODY = 4 * 1024 * 1024;

export function createNetworkProbe(signal: AbortSignal | null, findRoute: FindRoute): NetworkProbe {
  const reached = new Map<string, Promise<Reach>>();
  return {
    reach(address) {
      const known = reached.get(address) ?? reach(address, findRoute, signal);
      reached.set(address, known);
      return known;
    },
    async wayTo(address) {
      const url = webAddress(address);
      return wayOut(url === null ? DIRECT : await findRoute(url));
    },
    askLocally: (question) => askLocally(question, signal),
    get: (address, body) => fetchBounded(address, body ?? null, findRoute, signal),
  };
}

function wayOut(route: Route): WayOut {
  return {
    kind: route.kind,
    proxy: route.kind === 'proxy' ? route.proxy.label : null,
    setting: route.kind === 'unread' ? route.setting : null,
  };
}

function webAddress(address: string): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url : null;
}

async function reach(address: string, findRoute: FindRoute, signal: AbortSignal | null): Promise<Reach> {
  const none = { date: null, ms: 0, issuer: null, isTrusted: null };
  const url = webAddress(address);
  if (url === null) return { ...none, failedAt: 'address', reason: null };
  const started = performance.now();
  const route = await findRoute(url);
  const sent = await send(url, route, 'HEAD', signal);
  if (!sent.ok) return { ...none, ...failureOf(sent.error), ms: performance.now() - started };
  const sending = sent.value;
  let step = firstStep(url, route);
  let tls: Pick<Reach, 'issuer' | 'isTrusted'> = { issuer: null, isTrusted: null };
  return new Promise((resolve) => {
    const end = (failedAt: NetworkStep | null, reason: string | null, date: number | null): void =>
      resolve({ failedAt, reason, date, ms: performance.now() - started, ...tls });
    sending.on('socket', (socket) => {
      socket.on('lookup', () => (step = step === 'proxy' ? step : 'tcp'));
      socket.on('connect', () => (step = url.protocol === 'https:' ? 'tls' : 'http'));
      socket.on('secureConnect', () => {
        step = 'http';
        if (socket instanceof TLSSocket) tls = describePeer(socket);
      });
    });
    sending.on('response', (response) => {
      response.resume();
      const { statusCode: status = 500 } = response;
      const date = Date.parse(response.headers.date ?? '');
      if (route.kind === 'proxy' && status === 407) {
        const { failedAt, reason } = failureOf(obstacleOf(route.proxy, status));
        end(failedAt, reason, null);
      } else {
        const isBroken = status >= 500;
        const time = Number.isNaN(date) ? null : date;
        end(isBroken ? 'http' : null, isBroken ? String(status) : null, time);
      }
      sending.destroy();
    });
    sending.on('error', (error) => end(step, (error as NodeJS.ErrnoException).code ?? error.message, null));
    sending.end();
  });
}

/** A numeric address is not looked up, and behind a proxy the proxy looks it up. */
function firstStep(url: URL, route: Route): NetworkStep {
  if (route.kind === 'proxy') return url.protocol === 'https:' ? 'tls' : 'proxy';
  return isIP(url.hostname) === 0 ? 'dns' : 'tcp';
}

function failureOf({ at, proxy, status }: ProxyObstacle): Pick<Reach, 'failedAt' | 'reason'> {
  const reason = status === null ? proxy : `${proxy} ${String(status)}`;
  return { failedAt: at === 'target' ? 'tcp' : 'proxy', reason };
}

function describePeer(socket: TLSSocket): Pick<Reach, 'issuer' | 'isTrusted'> {
  const { CN, O } = lastOf(socket.getPeerCertificate(true)).issuer;
  return { issuer: [O, CN].flat().filter(Boolean).join(' '), isTrusted: socket.authorized };
}

interface PeerLink {
  readonly issuer: { readonly CN?: string | string[]; readonly O?: string | string[] };
  readonly fingerprint256: string;
  readonly issuerCertificate?: PeerLink;
}

/** A self-signed certificate is its own issuer; where the server sent no chain there is none. */
function lastOf(link: PeerLink): PeerLink {
  const next = link.issuerCertificate;
  return next === undefined || next.fingerprint256 === link.fingerprint256 ? link : lastOf(next);
}

async function fetchBounded(
  address: string,
  body: { readonly type: string; readonly content: Uint8Array } | null,
  findRoute: FindRoute,
  signal: AbortSignal | null,
): Promise<Result<Fetched, Obstacle>> {
  const url = webAddress(address);
  if (url === null) return err({ reason: 'malformed', what: address });
  const method = body === null ? 'GET' : 'POST';
  const sent = await send(url, await findRoute(url), method, signal, body?.type);
  if (!sent.ok) return err({ reason: 'unavailable', what: sent.error.proxy });
  const sending = sent.value;
  return new Promise((resolve) => {
    sending.on('response', (response) => {
      void readBody(response).then((read) => {
        resolve(
          read === null
            ? err({ reason: 'tooLarge', what: address })
            : ok({ status: response.statusCode ?? 0, body: read }),
        );
        sending.destroy();
      });
    });
    sending.on('error', (error) => {
      const isLate = (error as NodeJS.ErrnoException).code === 'ETIMEDOUT';
      resolve(err({ reason: isLate ? 'timeout' : 'unavailable', what: address }));
    });
    sending.end(body === null ? undefined : Buffer.from(body.content));
  });
}

/** The request, not ended yet. */
async function send(
  url: URL,
  route: Route,
  method: string,
  signal: AbortSignal | null,
  type?: string,
): Promise<Result<ClientRequest, ProxyObstacle>> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const either = signal === null ? limit : AbortSignal.any([limit, signal]);
  const opened = await openWay(route, url, { signal: either, rejectUnauthorized: false });
  if (!opened.ok) return opened;
  const { headers, ...way } = opened.value;
  const options = {
    method,
    rejectUnauthorized: false,
    ...way,
    headers: {
      ...headers,
      'user-agent': 'certificate-assistant',
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(signal === null ? {} : { signal }),
  };
  const isSecure = (way.protocol ?? url.protocol) === 'https:';
  const sending = isSecure ? requestHttps(url, options) : requestHttp(url, options);
  const late = () => sending.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
  const timer = setTimeout(late, LIMIT_MS);
  sending.on('close', () => clearTimeout(timer));
  return ok(sending);
}

/** null: too large. */
async function readBody(response: IncomingMessage): Promise<Uint8Array | null> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MAX_BODY) return null;
      parts.push(part);
    }
  } catch {
    return null;
  }
  return Buffer.concat(parts);
}
