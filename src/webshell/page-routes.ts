// What the browser shell serves: the page to anybody on this computer who was not sent by another page, the
// application to pages of ours with the token, and one call to a second start of the program.

import type { ApplicationEvent } from '../contract/events.ts';
import { MAX_DOCUMENT_BYTES } from '../contract/document-limit.ts';
import type { Router } from '../contract/router.ts';
import {
  MAX_MESSAGE_BYTES,
  type LoopbackRoute,
  type LoopbackSocket,
  type Visitor,
} from '../app/loopback/loopback-route.ts';
import type { PageFiles } from '../app/loopback/page-files.ts';
import { isSameSecret } from '../app/loopback/same-secret.ts';
import type { LaunchCodes } from './launch-codes.ts';

export interface PageRouteOptions {
  readonly router: Router;
  onEvent(listener: (event: ApplicationEvent) => void): () => void;
  readonly pages: PageFiles;
  readonly codes: LaunchCodes;
  /** What pages show after they were let in. */
  readonly token: string;
  /** What a second start shows; it read it in a file that only this person can read. */
  readonly control: string;
  /** A second start asks for a window; what it tells the person. */
  openWindow(): Promise<OpenedWindow>;
  /** Counts the pages that listen. */
  onPages(count: number): void;
}

/** `address`: none could be opened, the person opens it. */
export interface OpenedWindow {
  readonly address: string | null;
}

/** A document travels as base64 in one message. */
const MAX_DOCUMENT_MESSAGE_BYTES = Math.ceil(MAX_DOCUMENT_BYTES / 3) * 4 + MAX_MESSAGE_BYTES;

export const EVENT_PROTOCOL = 'assistant.v1';

export function pageRoutes(options: PageRouteOptions): readonly LoopbackRoute[] {
  const { router, pages, codes, token, control } = options;
  const isOurs = (visitor: Visitor) => visitor.isOwnPage && isSameSecret(visitor.token, token);
  return [
    {
      kind: 'call',
      path: '/enter',
      maxBytes: MAX_MESSAGE_BYTES,
      admits: (visitor) => visitor.isOwnPage && codes.has(visitor.token),
      answer: async ({ visitor }) => (codes.redeem(visitor.token) ? { token } : {}),
    },
    {
      kind: 'call',
      path: '/call/:method',
      maxBytes: MAX_MESSAGE_BYTES,
      admits: isOurs,
      answer: ({ parameters, body }) => router(parameters['method'], body),
    },
    {
      kind: 'call',
      path: '/call/document.verify',
      maxBytes: MAX_DOCUMENT_MESSAGE_BYTES,
      admits: isOurs,
      answer: ({ body }) => router('document.verify', body),
    },
    {
      kind: 'socket',
      path: '/events',
      protocol: EVENT_PROTOCOL,
      admits: isOurs,
      open: listenWith(options),
    },
    {
      kind: 'call',
      path: '/window',
      maxBytes: MAX_MESSAGE_BYTES,
      admits: ({ origin, token: given }) => origin === null && isSameSecret(given, control),
      answer: () => options.openWindow(),
    },
    {
      kind: 'pages',
      admits: ({ origin, isOwnPage, site }) =>
        (origin === null || isOwnPage) && (site === null || site === 'none' || site === 'same-origin'),
      read: (path, origin) => pages.read(path, [origin.replace('http', 'ws')]),
    },
  ];
}

function listenWith({ onEvent, onPages }: PageRouteOptions): (socket: LoopbackSocket) => void {
  let count = 0;
  return (socket) => {
    const stop = onEvent((event) => socket.send(event));
    onPages((count += 1));
    socket.onClose(() => {
      stop();
      onPages((count -= 1));
    });
  };
}
