// The visitors a server on the loopback has to keep out, by bytes on the wire: a browser page that was rebound to
// 127.0.0.1, pages of other origins, programs without a token, floods and broken frames.

import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LoopbackRoute, LoopbackSocket } from './loopback-route.ts';
import { openLoopback, type LoopbackServer } from './loopback-server.ts';

const TOKEN = 'a-good-token';
const PROTOCOL = 'test.v1';

let server: LoopbackServer;
let bodies: unknown[];
let sockets: LoopbackSocket[];
let bugs: unknown[];
let heard: string[];
let now: number;

const routes: readonly LoopbackRoute[] = [
  {
    kind: 'call',
    path: '/call/:method',
    maxBytes: 64,
    admits: ({ isOwnPage, token }) => isOwnPage && token === TOKEN,
    async answer({ body, parameters }) {
      bodies.push(body);
      if (parameters['method'] === 'broken') throw new Error('a bug');
      return { asked: parameters['method'] };
    },
  },
  {
    kind: 'socket',
    path: '/events',
    protocol: PROTOCOL,
    admits: ({ isOwnPage, token }) => isOwnPage && token === TOKEN,
    open(socket, { site }) {
      sockets.push(socket);
      if (site === 'same-origin') socket.onMessage((text) => heard.push(text));
    },
  },
  {
    kind: 'pages',
    admits: ({ origin }) => origin === null,
    read: async (path, origin) =>
      path === '/'
        ? { headers: { 'content-type': 'text/html' }, body: Buffer.from(`page of ${origin}`) }
        : null,
  },
];

beforeEach(async () => {
  [bodies, sockets, bugs, heard, now] = [[], [], [], [], 0];
  const opened = await openLoopback({
    ports: [0],
    routes,
    reportBug: (path, thrown) => bugs.push([path, String(thrown)]),
    elapsed: () => now,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  server = opened.value;
});
afterEach(() => server.close());

interface Sent {
  readonly line?: string;
  readonly host?: string;
  readonly origin?: string | null;
  readonly token?: string | null;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** What comes back on the wire, without the date. */
async function send(sent: Sent = {}): Promise<string> {
  const { line = 'POST /call/one HTTP/1.1', host = `127.0.0.1:${server.port}`, body = '{}' } = sent;
  const { origin = server.origin, token = TOKEN } = sent;
  const headers = [
    `Host: ${host}`,
    ...(origin === null ? [] : [`Origin: ${origin}`]),
    ...(token === null ? [] : [`X-Assistant-Token: ${token}`]),
    ...(sent.headers ?? ['Content-Type: application/json']),
    ...(line.startsWith('POST') ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
    'Connection: close',
  ];
  return raw(`${line}\r\n${headers.join('\r\n')}\r\n\r\n${line.startsWith('POST') ? body : ''}`);
}

function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket: Socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1').on('data', (data: string) => (answer += data));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer.replace(/^Date: .*\r\n/im, '')));
  });
}

const NOTHING = [
  'HTTP/1.1 404 Not Found',
  'cache-control: no-store',
  'connection: close',
  'content-length: 0',
  '',
  '',
].join('\r\n');

const HANDSHAKE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
const upgrade = (protocols: string, more: Sent = {}): Promise<string> =>
  send({
    line: 'GET /events HTTP/1.1',
    token: null,
    headers: [...HANDSHAKE, `Sec-WebSocket-Protocol: ${protocols}`],
    ...more,
  });

describe('a call to the loopback server', () => {
  it('is answered for a page of its own with the token', async () => {
    const answer = await send({ body: '{"x":1}' });
    expect([answer.split('\r\n')[0], answer.split('\r\n\r\n')[1], bodies]).toEqual([
      'HTTP/1.1 200 OK',
      '{"asked":"one"}',
      [{ x: 1 }],
    ]);
  });

  it.each<[string, Sent]>([
    ['a name that was rebound to this computer', { host: 'evil.example' }],
    ['a rebound name with the right port', { host: 'evil.example:PORT' }],
    ['another name of this computer', { host: 'localhost:PORT' }],
    ['the address without the port', { host: '127.0.0.1' }],
    ['a name that ends like ours', { host: 'x127.0.0.1:PORT' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a page of our port, over TLS', { origin: 'https://127.0.0.1:PORT' }],
    ['an origin that begins like ours', { origin: 'http://127.0.0.1:PORT.evil.example' }],
    ['a sibling name', { origin: 'http://a.127.0.0.1:PORT' }],
    ['an opaque page', { origin: 'null' }],
    ['a program that is no page', { origin: null }],
    ['a page without a token', { token: null }],
    ['a page with an old token', { token: 'the-token-of-yesterday' }],
    ['a page with an empty token', { token: '' }],
    ['a page without a token asking for what there is not', { token: null, line: 'POST /nothing HTTP/1.1' }],
    ['anybody asking by another method', { line: 'GET /call/one HTTP/1.1' }],
    [
      'a browser asking whether it may',
      { line: 'OPTIONS /call/one HTTP/1.1', origin: 'https://evil.example' },
    ],
    ['a foreign page asking for the page', { line: 'GET / HTTP/1.1', origin: 'https://evil.example' }],
    [
      'a body that is too large, from a foreign page',
      { origin: 'https://evil.example', body: 'x'.repeat(99) },
    ],
  ])('is the same empty answer to %s', async (_who, sent) => {
    const own = (text: string | null | undefined) => text?.replace('PORT', String(server.port));
    const answer = await send({
      ...sent,
      ...(sent.host === undefined ? {} : { host: own(sent.host) ?? '' }),
      ...(sent.origin === undefined ? {} : { origin: own(sent.origin) ?? null }),
    });
    expect([answer, bodies]).toEqual([NOTHING, []]);
  });

  it.each<[string, number, Sent]>([
    ['that is no JSON', 400, { body: '{' }],
    ['that would change the prototype of objects', 400, { body: '{"__proto__":{"x":1}}' }],
    ['of another type', 415, { headers: ['Content-Type: text/plain'] }],
    ['that is too large', 413, { body: JSON.stringify('x'.repeat(64)) }],
  ])('with a body %s never reaches the application', async (_what, status, sent) => {
    const answer = await send(sent);
    expect([answer.split(' ')[1], answer.split('\r\n\r\n')[1], bodies]).toEqual([
      String(status),
      '{"ok":false,"error":{"code":"request.invalid","reason":"body"}}',
      [],
    ]);
  });

  it('says nothing of a bug but reports it', async () => {
    const answer = await send({ line: 'POST /call/broken HTTP/1.1' });
    expect([answer, bugs]).toEqual([NOTHING, [['/call/:method', 'Error: a bug']]]);
  });

  it('is put off in a flood, and let in again a second later', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => flood(6)));
    const all = answers.flat();
    expect([
      all.filter((status) => status === 200).length,
      all.filter((status) => status === 429).length,
    ]).toEqual([300, 60]);
    now += 1000;
    expect((await send()).split('\r\n')[0]).toBe('HTTP/1.1 200 OK');
  });

  it.each([
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00'],
    ['an endless header', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['two lengths', 'POST /call/one HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ])('cuts %s off without a word', async (_what, bytes) => {
    expect(await raw(bytes)).toBe('');
  });
});

/** Several calls over one connection; their status. */
async function flood(times: number): Promise<readonly number[]> {
  const call = `POST /call/one HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${server.origin}\r\nX-Assistant-Token: ${TOKEN}\r\nContent-Length: 0\r\n`;
  const answer = await raw(`${`${call}\r\n`.repeat(times - 1)}${call}Connection: close\r\n\r\n`);
  return [...answer.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => Number(status));
}

describe('a page of the loopback server', () => {
  it('is read without a token', async () => {
    const answer = await send({ line: 'GET / HTTP/1.1', origin: null, token: null });
    expect(answer.split('\r\n\r\n')[1]).toBe(`page of ${server.origin}`);
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/nothing', '/call', 'http://evil.example/'])(
    'is nothing at %s',
    async (path) => {
      expect(await send({ line: `GET ${path} HTTP/1.1`, origin: null })).toBe(NOTHING);
    },
  );
});

describe('a socket of the loopback server', () => {
  it('opens for a page of its own with the token as subprotocol', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/events`, [PROTOCOL, `token.${TOKEN}`], {
      origin: server.origin,
    });
    const first = new Promise((resolve) =>
      socket.once('message', (data: Buffer) => resolve(data.toString())),
    );
    await new Promise((resolve) => socket.once('open', resolve));
    sockets[0]?.send({ event: 'x' });
    expect([socket.protocol, await first]).toEqual([PROTOCOL, '{"event":"x"}']);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await server.close();
    expect(await closed).toBe(1001);
  });

  it.each<[string, string, Sent]>([
    ['a page of another site', `${PROTOCOL}, token.${TOKEN}`, { origin: 'https://evil.example' }],
    ['an opaque page', `${PROTOCOL}, token.${TOKEN}`, { origin: 'null' }],
    ['a program that is no page', `${PROTOCOL}, token.${TOKEN}`, { origin: null }],
    ['a rebound name', `${PROTOCOL}, token.${TOKEN}`, { host: 'evil.example' }],
    ['a page without a token', PROTOCOL, {}],
    ['a page with an old token', `${PROTOCOL}, token.yesterday`, {}],
    ['another path', `${PROTOCOL}, token.${TOKEN}`, { line: 'GET /other HTTP/1.1' }],
  ])('is the same empty answer to %s', async (_who, protocols, more) => {
    expect([await upgrade(protocols, more), sockets]).toEqual([NOTHING, []]);
  });

  it.each<[string, (socket: WebSocket) => void]>([
    ['says something nobody listens to', (socket) => socket.send('{}')],
    ['sends bytes', (socket) => socket.send(Buffer.from([1, 2, 3]))],
    ['sends more than it may', (socket) => socket.send('x'.repeat(70_000))],
    ['sends frames that are none', (socket) => tcpOf(socket).write(Buffer.from([0xff, 0xff, 0xff]))],
  ])('ends when the page %s, and the server goes on', async (_what, misbehave) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/events`, [PROTOCOL, `token.${TOKEN}`], {
      origin: server.origin,
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    misbehave(socket);
    await closed;
    expect([bugs, (await send()).split('\r\n')[0]]).toEqual([[], 'HTTP/1.1 200 OK']);
  });

  it('passes on what the page says where somebody listens', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/events`, [PROTOCOL, `token.${TOKEN}`], {
      origin: server.origin,
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('"hello"');
    socket.close();
    await closed;
    expect(heard).toEqual(['"hello"']);
  });
});

/** The connection below a socket. */
function tcpOf(socket: WebSocket): Socket {
  return Reflect.get(socket, '_socket') as Socket;
}

describe('the port of the loopback server', () => {
  it('is the next one where the first is taken', async () => {
    const options = { routes: [], reportBug: () => undefined, elapsed: () => 0 };
    const taken = await openLoopback({ ...options, ports: [server.port] });
    expect(taken).toEqual({ ok: false, error: { code: 'request.invalid', reason: `port ${server.port}` } });
    const next = await openLoopback({ ...options, ports: [server.port, 0] });
    if (!next.ok) throw new Error('no port');
    expect(next.value.port).not.toBe(server.port);
    await next.value.close();
  });
});
