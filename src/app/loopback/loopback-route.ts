// What a loopback server can offer. Who may use a route is the route's own decision (`admits`); that the request
// was meant for this very server (Host) and stays within its limits is decided before, for all alike.

/** Who asks, as far as the request says. */
export interface Visitor {
  /** The page that asks, `null` as a text where it is an opaque one; null: none, so it is no page's call. */
  readonly origin: string | null;
  /** Origin of this server. */
  readonly own: string;
  /** The page was served by this very server. */
  readonly isOwnPage: boolean;
  /** From the header `TOKEN_HEADER`, or a socket's subprotocol behind `TOKEN_PROTOCOL`. */
  readonly token: string | null;
  /** `Sec-Fetch-Site` (Fetch Metadata); null in programs and old browsers. */
  readonly site: string | null;
}

export const TOKEN_HEADER = 'x-assistant-token';

/** What a socket's token is offered behind, as a second subprotocol: a page cannot set headers there. */
export const TOKEN_PROTOCOL = 'token.';

/** JSON in, JSON out, by POST. */
export interface CallRoute {
  readonly kind: 'call';
  /** `/call/:method`; a part that begins with a colon is passed to `answer` by its name. */
  readonly path: string;
  readonly maxBytes: number;
  admits(visitor: Visitor): boolean;
  answer(request: CallRequest): Promise<unknown>;
}

export interface CallRequest {
  readonly body: unknown;
  readonly parameters: Readonly<Record<string, string>>;
  readonly visitor: Visitor;
}

/** A WebSocket. */
export interface SocketRoute {
  readonly kind: 'socket';
  readonly path: string;
  /** The subprotocol both sides speak; the other one offered carries the token. */
  readonly protocol: string;
  admits(visitor: Visitor): boolean;
  open(socket: LoopbackSocket, visitor: Visitor): void;
}

/** Files for a browser, by GET. */
export interface PageRoute {
  readonly kind: 'pages';
  admits(visitor: Visitor): boolean;
  /**
   * @param path begins with `/`, without query
   * @param origin of this server
   * @returns null: there is none
   */
  read(path: string, origin: string): Promise<PageAnswer | null>;
}

export type LoopbackRoute = CallRoute | SocketRoute | PageRoute;

export interface PageAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface LoopbackSocket {
  /** Sent as JSON; a visitor that does not read is cut off. */
  send(message: unknown): void;
  /** Each text message, at most `MAX_MESSAGE_BYTES`. Without a listener the first message ends the connection. */
  onMessage(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** 64 KiB: more than any call without a document needs. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
