// What the page tries to read, in the place of a CA's own service: what there is to know of the plugged certificate,
// by request and by socket, to that one page with that one token. The answer holds a secret, so that the page can
// prove that it was read.

import type { LoopbackRoute, Visitor } from '../loopback/loopback-route.ts';
import { isSameSecret } from '../loopback/same-secret.ts';

export interface ServiceOptions {
  readonly token: string;
  /** Known when the page's server listens. */
  pageOrigin(): string;
  readonly content: { readonly proof: string; readonly holder?: string; readonly until?: string };
}

export const PAGE_PROTOCOL = 'page.v1';
const PATH = '/certificate/';

export function serviceRoutes({ token, pageOrigin, content }: ServiceOptions): readonly LoopbackRoute[] {
  return [
    {
      kind: 'pages',
      admits: isFromPage,
      async read(path) {
        const given = path.startsWith(PATH) ? path.slice(PATH.length) : null;
        if (!isSameSecret(given, token)) return null;
        return {
          headers: {
            'content-type': 'application/json',
            'cache-control': 'no-store',
            'access-control-allow-origin': pageOrigin(),
            vary: 'origin',
            'x-content-type-options': 'nosniff',
          },
          body: Buffer.from(JSON.stringify(content)),
        };
      },
    },
    {
      kind: 'socket',
      path: '/certificate',
      protocol: PAGE_PROTOCOL,
      admits: (visitor) => visitor.origin === pageOrigin() && isSameSecret(visitor.token, token),
      open: (socket) => socket.send(content),
    },
  ];

  /** Internet Explorer takes another port for the same site, and names no origin to it. */
  function isFromPage({ origin }: Visitor): boolean {
    return origin === null || origin === pageOrigin();
  }
}
