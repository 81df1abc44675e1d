// The way to a server, one step after the other, so that the one that fails can be named. Certificates are looked
// at and not insisted on: that is what is being asked.

import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Fetched, NetworkProbe, NetworkStep, Obstacle, Reach } from '../../../core/environment/probe.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';

const LIMIT_MS = 3000;
const MAX_BODY = 4 * 1024 * 1024;

export function createNetworkProbe(signal: AbortSignal | null): NetworkProbe {
  const reached = new Map<string, Promise<Reach>>();
  return {
    reach(url) {
      const known = reached.get(url) ?? reach(url, signal);
      reached.set(url, known);
      return known;
    },
    get: (url, body) => fetchBounded(url, body ?? null, signal),
  };
}

function reach(address: string, signal: AbortSignal | null): Promise<Reach> {
  const url = URL.canParse(address) ? new URL(address) : null;
  const none = { date: null, ms: 0, issuer: null, isTrusted: null };
  if (url === null || !/^https?:$/.test(url.protocol))
    return Promise.resolve({ ...none, failedAt: 'address', reason: null });
  const started = performance.now();
  // A numeric address is not looked up.
  let step: NetworkStep = isIP(url.hostname) === 0 ? 'dns' : 'tcp';
  let tls: Pick<Reach, 'issuer' | 'isTrusted'> = { issuer: null, isTrusted: null };
  return new Promise((resolve) => {
    const end = (failedAt: NetworkStep | null, reason: string | null, date: number | null): void =>
      resolve({ failedAt, reason, date, ms: performance.now() - started, ...tls });
    const sending = send(url, 'HEAD', signal);
    sending.on('socket', (socket) => {
      socket.on('lookup', () => (step = 'tcp'));
      socket.on('connect', () => (step = url.protocol === 'https:' ? 'tls' : 'http'));
      socket.on('secureConnect', () => {
        step = 'http';
        if (socket instanceof TLSSocket) tls = describePeer(socket);
      });
    });
    sending.on('response', (response) => {
      response.resume();
      const date = Date.parse(response.headers.date ?? '');
      const isBroken = (response.statusCode ?? 500) >= 500;
      end(
        isBroken ? 'http' : null,
        isBroken ? String(response.statusCode) : null,
        Number.isNaN(date) ? null : date,
      );
      sending.destroy();
    });
    sending.on('error', (error) => end(step, (error as NodeJS.ErrnoException).code ?? error.message, null));
    sending.end();
  });
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

function fetchBounded(
  address: string,
  body: { readonly type: string; readonly content: Uint8Array } | null,
  signal: AbortSignal | null,
): Promise<Result<Fetched, Obstacle>> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return Promise.resolve(err({ reason: 'malformed', what: address }));
  return new Promise((resolve) => {
    const sending = send(url, body === null ? 'GET' : 'POST', signal, body?.type);
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

function send(url: URL, method: string, signal: AbortSignal | null, type?: string) {
  const options: RequestOptions & { rejectUnauthorized: boolean } = {
    method,
    agent: false,
    rejectUnauthorized: false,
    headers: {
      'user-agent': 'certificate-assistant',
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(signal === null ? {} : { signal }),
  };
  const sending = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options);
  const late = () => sending.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
  const timer = setTimeout(late, LIMIT_MS);
  sending.on('close', () => clearTimeout(timer));
  return sending;
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
