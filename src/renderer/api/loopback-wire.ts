// The wire to the browser shell: calls by POST, events over a WebSocket that comes back by itself. The launch code
// stands in the fragment of the address, is given in once for a token, and leaves the address at once; the token
// lives in this tab's sessionStorage, so that a reload goes on.

import { createListeners } from './listeners.ts';
import type { Connection, PageWire } from './page-wire.ts';

/** What of the browser is used. */
export interface LoopbackPage {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The launch code of the address, the first time. */
  takeLaunchCode(): string | null;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
  openSocket(address: string, protocols: string[]): WebSocket;
  wait(ms: number, then: () => void): void;
}

const TOKEN = 'token';
const PROTOCOL = 'assistant.v1';
/** The program ends (RFC 6455 §7.4.1). */
const GOING_AWAY = 1001;
/** What everybody without a good token gets. */
const REFUSED = 404;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

export function createLoopbackWire(page: LoopbackPage): PageWire {
  const events = createListeners<unknown>();
  const connections = createListeners<Connection>();
  let connection: Connection = 'connecting';
  let pause = FIRST_PAUSE_MS;
  const token = enter(page);
  void token.then((known) => (known === null ? become('refused') : connect(known)));

  function become(next: Connection): void {
    if (next === connection) return;
    connection = next;
    connections.tell(next);
  }

  function connect(known: string): void {
    const socket = page.openSocket(`${page.origin.replace('http', 'ws')}/events`, [
      PROTOCOL,
      `token.${known}`,
    ]);
    socket.addEventListener('open', () => {
      pause = FIRST_PAUSE_MS;
      become('connected');
    });
    socket.addEventListener('message', ({ data }) => events.tell(parse(data)));
    socket.addEventListener('close', ({ code }) => {
      if (code === GOING_AWAY) become('ended');
      else reconnect(known);
    });
  }

  /** A refused socket looks like a dead one: a call tells them apart. */
  function reconnect(known: string): void {
    if (connection === 'refused') return;
    become('lost');
    page.wait(pause, () => {
      send('application.read', known, {}).then(
        ({ ok }) => ok && connect(known),
        () => reconnect(known),
      );
    });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }

  async function send(method: string, known: string, input: unknown): Promise<Response> {
    const response = await post(page, `/call/${encodeURIComponent(method)}`, known, input);
    if (response.status === REFUSED) {
      page.storage.removeItem(TOKEN);
      become('refused');
    }
    return response;
  }

  return {
    async call(method, input) {
      const known = await token;
      if (known === null) throw new Error('not admitted');
      const response = await send(method, known, input);
      return (await response.json()) as unknown;
    },
    onEvent: events.add,
    onConnection(listener) {
      listener(connection);
      return connections.add(listener);
    },
  };
}

/** The token of this tab; null: not admitted. */
async function enter(page: LoopbackPage): Promise<string | null> {
  const code = page.takeLaunchCode();
  const fresh = code === null ? null : await exchange(page, code);
  if (fresh === null) return page.storage.getItem(TOKEN);
  page.storage.setItem(TOKEN, fresh);
  return fresh;
}

/** null: the code was used, or the program is gone. */
async function exchange(page: LoopbackPage, code: string): Promise<string | null> {
  try {
    const response = await post(page, '/enter', code, {});
    const answer: unknown = await response.json();
    return isEntry(answer) ? answer.token : null;
  } catch {
    return null;
  }
}

function post(page: LoopbackPage, path: string, token: string, input: unknown): Promise<Response> {
  return page.fetch(`${page.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-assistant-token': token },
    body: JSON.stringify(input),
    credentials: 'omit',
    cache: 'no-store',
  });
}

function isEntry(value: unknown): value is { readonly token: string } {
  return typeof value === 'object' && value !== null && 'token' in value && typeof value.token === 'string';
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}
