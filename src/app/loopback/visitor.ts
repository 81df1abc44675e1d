import type { IncomingMessage } from 'node:http';
import { TOKEN_HEADER, TOKEN_PROTOCOL, type Visitor } from './loopback-route.ts';

/** @param own origin of the server that is asked */
export function visitorOf({ headers }: IncomingMessage, own: string): Visitor {
  const header = headers[TOKEN_HEADER];
  const site = headers['sec-fetch-site'];
  return {
    own,
    origin: headers.origin ?? null,
    isOwnPage: headers.origin === own,
    token: typeof header === 'string' ? header : tokenFromProtocols(headers['sec-websocket-protocol']),
    site: typeof site === 'string' ? site : null,
  };
}

function tokenFromProtocols(offered: string | undefined): string | null {
  const found = offered?.split(',').find((protocol) => protocol.trim().startsWith(TOKEN_PROTOCOL));
  return found === undefined ? null : found.trim().slice(TOKEN_PROTOCOL.length);
}
