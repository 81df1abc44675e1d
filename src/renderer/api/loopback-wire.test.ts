import { describe, expect, it } from 'vitest';
import { createLoopbackWire, type LoopbackPage } from './loopback-wire.ts';
import type { Connection } from './page-wire.ts';

type SocketListener = (event: { readonly data?: unknown; readonly code?: number }) => void;

/** A browser and a server whose answers the test decides. */
function rig(
  launchCode: string | null,
  stored: Record<string, string> = {},
  entry: unknown = { token: 'T' },
) {
  const sent: unknown[] = [];
  const sockets: {
    protocols: string[];
    tell: (name: string, event: { data?: unknown; code?: number }) => void;
  }[] = [];
  const waiting: { readonly ms: number; readonly then: () => void }[] = [];
  const server: { answer: (path: string, token: string) => Response } = {
    answer: (path) => Response.json(path === '/enter' ? entry : { ok: true, value: 1 }),
  };
  const page: LoopbackPage = {
    origin: 'http://127.0.0.1:8123',
    takeLaunchCode: () => launchCode,
    storage: {
      getItem: (name) => stored[name] ?? null,
      setItem: (name, value) => void (stored[name] = value),
      removeItem: (name) => void Reflect.deleteProperty(stored, name),
    },
    async fetch(address, init) {
      const path = address.replace('http://127.0.0.1:8123', '');
      const token = new Headers(init.headers).get('x-assistant-token') ?? '';
      sent.push([path, token, init.body]);
      return server.answer(path, token);
    },
    openSocket(address, protocols) {
      const listeners = new Map<string, SocketListener>();
      sockets.push({
        protocols: [address, ...protocols],
        tell: (name, event) => listeners.get(name)?.(event),
      });
      return {
        addEventListener: (name: string, listener: SocketListener) => void listeners.set(name, listener),
      } as unknown as WebSocket;
    },
    wait: (ms, then) => void waiting.push({ ms, then }),
  };
  const wire = createLoopbackWire(page);
  const states: Connection[] = [];
  wire.onConnection((state) => states.push(state));
  return { wire, states, sent, sockets, waiting, server, stored };
}

/** Lets promises that are already decided go on. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('the wire to the browser shell', () => {
  it('gives the launch code in for a token, keeps it for this tab and listens', async () => {
    const { wire, states, sent, sockets, stored } = rig('C');
    const heard: unknown[] = [];
    wire.onEvent((event) => heard.push(event));
    expect(await wire.call('order.list', { a: 1 })).toEqual({ ok: true, value: 1 });
    sockets[0]?.tell('open', {});
    sockets[0]?.tell('message', { data: '{"event":"x"}' });
    sockets[0]?.tell('message', { data: '{' });
    expect({ sent, states, stored, heard, protocols: sockets[0]?.protocols }).toEqual({
      sent: [
        ['/enter', 'C', '{}'],
        ['/call/order.list', 'T', '{"a":1}'],
      ],
      states: ['connecting', 'connected'],
      stored: { token: 'T' },
      heard: [{ event: 'x' }, null],
      protocols: ['ws://127.0.0.1:8123/events', 'assistant.v1', 'token.T'],
    });
  });

  it('goes on with the token of the tab after a reload', async () => {
    const { wire, sent } = rig(null, { token: 'T' });
    await wire.call('order.list', {});
    expect(sent).toEqual([['/call/order.list', 'T', '{}']]);
  });

  it.each<[string, string | null, unknown]>([
    ['without the address the program gave', null, {}],
    ['with a code that was used', 'C', {}],
    ['with a code that something else answers', 'C', 'hello'],
  ])('says that a page opened %s is not let in', async (_what, code, entry) => {
    const { wire, states, sockets } = rig(code, {}, entry);
    await expect(wire.call('order.list', {})).rejects.toThrow('not admitted');
    expect([states.at(-1), sockets]).toEqual(['refused', []]);
  });

  it('goes on with the token of the tab where its code was used already', async () => {
    const { wire, sent } = rig('C', { token: 'T' }, {});
    await wire.call('order.list', {});
    expect(sent.at(-1)).toEqual(['/call/order.list', 'T', '{}']);
  });

  it('comes back by itself, waiting longer each time', async () => {
    const { states, sockets, waiting, server } = rig(null, { token: 'T' });
    await settle();
    sockets[0]?.tell('open', {});
    sockets[0]?.tell('close', { code: 1006 });
    const answer = server.answer;
    server.answer = () => {
      throw new TypeError('Failed to fetch');
    };
    for (let time = 0; time < 7; time += 1) {
      waiting.at(-1)?.then();
      await settle();
    }
    server.answer = answer;
    waiting.at(-1)?.then();
    await settle();
    sockets[1]?.tell('open', {});
    expect([states, waiting.map(({ ms }) => ms)]).toEqual([
      ['connecting', 'connected', 'lost', 'connected'],
      [250, 500, 1000, 2000, 4000, 5000, 5000, 5000],
    ]);
  });

  it('says so when the program was started anew meanwhile, and stops trying', async () => {
    const { states, sockets, waiting, server, stored } = rig(null, { token: 'old' });
    await settle();
    sockets[0]?.tell('close', { code: 1006 });
    server.answer = () => new Response(null, { status: 404 });
    waiting[0]?.then();
    await settle();
    expect([states, waiting.length, sockets.length, stored]).toEqual([
      ['connecting', 'lost', 'refused'],
      1,
      1,
      {},
    ]);
  });

  it('says so when the program was closed, and stops trying', async () => {
    const { states, sockets, waiting } = rig(null, { token: 'T' });
    await settle();
    sockets[0]?.tell('open', {});
    sockets[0]?.tell('close', { code: 1001 });
    expect([states, waiting]).toEqual([['connecting', 'connected', 'ended'], []]);
  });
});
