// The browser shell from the side of a page and of a second start, over the real server.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openLoopback, type LoopbackServer } from '../app/loopback/loopback-server.ts';
import { openPageFiles } from '../app/loopback/page-files.ts';
import type { ApplicationEvent } from '../contract/events.ts';
import { claimInstance } from './instance.ts';
import { createLaunchCodes } from './launch-codes.ts';
import { EVENT_PROTOCOL, pageRoutes } from './page-routes.ts';

const CONTROL = 'control-'.padEnd(40, 'x');

let folder: string;
let server: LoopbackServer;
let tell: (event: ApplicationEvent) => void;
let pages: number[];
let listening: number;
let code: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webshell-'));
  writeFileSync(join(folder, 'index.html'), '<p></p>');
  [pages, listening] = [[], 0];
  const listeners = new Set<(event: ApplicationEvent) => void>();
  tell = (event) => listeners.forEach((listener) => listener(event));
  const codes = createLaunchCodes(() => 'launch-code');
  code = codes.issue('once');
  const opened = await openLoopback({
    ports: [0],
    reportBug: () => undefined,
    elapsed: () => 0,
    routes: pageRoutes({
      router: async (method, input) => ({ ok: true, value: { method, input } }),
      onEvent(listener) {
        listeners.add(listener);
        listening = listeners.size;
        return () => {
          listeners.delete(listener);
          listening = listeners.size;
        };
      },
      pages: await openPageFiles(folder),
      codes,
      token: 'page-token',
      control: CONTROL,
      openWindow: async () => ({ address: 'http://127.0.0.1:1/#open=x' }),
      onPages: (count) => pages.push(count),
    }),
  });
  if (!opened.ok) throw new Error('no port');
  server = opened.value;
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function post(
  path: string,
  token: string,
  origin: string | null = server.origin,
  body = '{"a":1}',
): Promise<unknown> {
  const response = await fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-assistant-token': token,
      ...(origin === null ? {} : { origin }),
    },
    body,
  });
  const text = await response.text();
  return text === '' ? response.status : JSON.parse(text);
}

describe('a page of the browser shell', () => {
  it('gives its launch code in for the token, once, and calls with that', async () => {
    const answers = [
      await post('/call/order.list', 'launch-code'),
      await post('/enter', code),
      await post('/enter', code),
      await post('/call/order.list', 'page-token'),
    ];
    const value = { method: 'order.list', input: { a: 1 } };
    expect(answers).toEqual([404, { token: 'page-token' }, 404, { ok: true, value }]);
  });

  it.each([
    ['/enter', 'launch-code'],
    ['/call/order.list', 'page-token'],
  ])('of another site gets nothing at %s, even with the right secret', async (path, secret) => {
    const origins = ['https://evil.example', 'null', null];
    const answers = await Promise.all(origins.map((origin) => post(path, secret, origin)));
    expect(answers).toEqual([404, 404, 404]);
  });

  it('may hand over a document, and nothing else of that size', async () => {
    const body = JSON.stringify({ content: 'A'.repeat(1_000_000) });
    const verified = await post('/call/document.verify', 'page-token', server.origin, body);
    expect(verified).toMatchObject({ ok: true, value: { method: 'document.verify' } });
    expect(await post('/call/order.list', 'page-token', server.origin, body)).not.toMatchObject({ ok: true });
  });

  it('hears the events until it goes', async () => {
    const socket = new WebSocket(
      `${server.origin.replace('http', 'ws')}/events`,
      [EVENT_PROTOCOL, 'token.page-token'],
      {
        origin: server.origin,
      },
    );
    const first = new Promise((resolve) =>
      socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()))),
    );
    await new Promise((resolve) => socket.once('open', resolve));
    tell({ event: 'notice.closed', data: { id: 3 } });
    expect([await first, listening]).toEqual([{ event: 'notice.closed', data: { id: 3 } }, 1]);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
    expect([listening, pages]).toEqual([0, [1, 0]]);
  });

  it.each([
    ['the person opens the address', 'none', 200],
    ['it is reloaded', 'same-origin', 200],
    ['another site leads there', 'cross-site', 404],
    ['a program of another port leads there', 'same-site', 404],
  ])('is served when %s: %s', async (_who, site, status) => {
    const response = await fetch(`${server.origin}/`, { headers: { 'sec-fetch-site': site } });
    expect(response.status).toBe(status);
  });
});

describe('a second start in the same data folder', () => {
  it('asks the first one for a window, and is the first after that has ended', async () => {
    const first = await claimInstance(folder);
    if (first.kind !== 'first') throw new Error('not the first');
    await first.announce(server.port, CONTROL);
    const second = await claimInstance(folder);
    expect(second).toEqual({
      kind: 'second',
      pid: process.pid,
      opened: { address: 'http://127.0.0.1:1/#open=x' },
    });
    await first.release();
    const third = await claimInstance(folder);
    expect(third.kind).toBe('first');
    if (third.kind === 'first') await third.release();
  });

  it('gets nothing without the secret of the file, nor does a page that has it', async () => {
    expect([
      await post('/window', 'page-token', null),
      await post('/window', CONTROL),
      await post('/window', CONTROL, 'null'),
    ]).toEqual([404, 404, 404]);
  });
});

it('starts in a data folder that cannot be written', async () => {
  const instance = await claimInstance('/proc/none');
  expect(instance.kind).toBe('first');
  if (instance.kind === 'first') await instance.release();
});
