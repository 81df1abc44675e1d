// The page itself and what it tells. The token comes in the fragment of the address, which is in no request, and goes
// back in a header; an origin that is named must be the page's own.

import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { BrowserSight, PageQuestion } from '../../core/environment/browser-page.ts';
import type { OpenedPage } from '../adapters/portal-browser.ts';
import { MAX_MESSAGE_BYTES, type LoopbackRoute, type Visitor } from '../loopback/loopback-route.ts';
import type { PageAnswer } from '../loopback/loopback-route.ts';
import { isSameSecret } from '../loopback/same-secret.ts';
import type { Visit } from './visit.ts';
import { pageDocument, PAGE_STYLE } from './page-document.ts';
import { pageLines, pageEnd } from './page-lines.ts';
import { PAGE_PROTOCOL } from './service-routes.ts';

export interface PageOptions {
  readonly token: string;
  readonly proof: string;
  readonly script: string;
  readonly question: PageQuestion;
  readonly visit: Visit;
  /** Origin of what the page tries to read. */
  readonly service: string;
  /** null: no browser could be opened. */
  opened(): Promise<OpenedPage | null>;
}

const attempt = z.string().max(200).nullable();

const told = z.strictObject({
  userAgent: z.string().max(1000),
  brands: z.array(z.string().max(200)).max(10),
  documentMode: z.number().int().nullable(),
  isSecure: z.boolean().nullable(),
  permission: z.enum(['granted', 'prompt', 'denied']).nullable(),
  request: z.strictObject({ by: z.enum(['fetch', 'xhr']), proof: attempt }),
  socket: z.strictObject({ isThere: z.boolean(), proof: attempt }),
  activeX: z.boolean().nullable(),
  /** The person stays in this mode. */
  isKept: z.boolean(),
});

export function pageRoutes(options: PageOptions): readonly LoopbackRoute[] {
  const { token, question, visit, service } = options;
  const hasToken = ({ origin, isOwnPage, token: given }: Visitor) =>
    // Internet Explorer names no origin to its own site.
    (origin === null || isOwnPage) && isSameSecret(given, token);
  /** A page in the wrong mode goes away when the person switches, and comes back in the right one. */
  let isAwaited = false;
  return [
    {
      kind: 'pages',
      admits: ({ origin, isOwnPage, site }) =>
        (origin === null || isOwnPage) && (site === null || site === 'none' || site === 'same-origin'),
      read: (path, origin) => readPage(path, origin, options),
    },
    {
      kind: 'call',
      path: '/question',
      maxBytes: MAX_MESSAGE_BYTES,
      admits: hasToken,
      answer: async ({ visitor }) => ({
        service: `${service}/certificate/${token}`,
        socket: `${service.replace('http', 'ws')}/certificate`,
        alive: `${visitor.own.replace('http', 'ws')}/alive`,
      }),
    },
    {
      kind: 'call',
      path: '/answer',
      maxBytes: MAX_MESSAGE_BYTES,
      admits: hasToken,
      async answer({ body }) {
        const parsed = told.safeParse(body);
        if (!parsed.success) return null;
        const sight = sightOf(parsed.data, options.proof);
        const hint = (await options.opened())?.hint ?? null;
        const needsSwitch = hint === 'reloadInIeMode' || hint === 'switchToCompat';
        isAwaited = needsSwitch && sight.documentMode === null && !parsed.data.isKept;
        visit.see(sight, !isAwaited);
        return {
          lines: pageLines(sight, question),
          isFinal: !isAwaited,
          end: pageEnd(isAwaited ? hint : null),
        };
      },
    },
    {
      kind: 'socket',
      path: '/alive',
      protocol: PAGE_PROTOCOL,
      admits: (visitor) => visitor.isOwnPage && isSameSecret(visitor.token, token),
      open: (socket) =>
        socket.onClose(() => {
          if (!isAwaited) visit.leave();
        }),
    },
  ];
}

function sightOf(seen: z.infer<typeof told>, proof: string): BrowserSight {
  const { userAgent, brands, documentMode, isSecure, permission, request, socket, activeX } = seen;
  return {
    ...{ userAgent, brands, documentMode, isSecure, permission, activeX },
    request: { by: request.by, isRead: isSameSecret(request.proof, proof) },
    socket: socket.isThere ? isSameSecret(socket.proof, proof) : null,
  };
}

async function readPage(
  path: string,
  origin: string,
  { script, service }: PageOptions,
): Promise<PageAnswer | null> {
  const common = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  if (path === '/page.js') {
    return {
      headers: { ...common, 'content-type': 'text/javascript; charset=utf-8' },
      body: await readFile(script),
    };
  }
  if (path === '/page.css') {
    return {
      headers: { ...common, 'content-type': 'text/css; charset=utf-8' },
      body: Buffer.from(PAGE_STYLE),
    };
  }
  if (path !== '/') return null;
  const asWs = (address: string) => address.replace('http', 'ws');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    `connect-src 'self' ${asWs(origin)} ${service} ${asWs(service)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    headers: {
      ...common,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-ua-compatible': 'IE=edge',
    },
    body: Buffer.from(pageDocument()),
  };
}
