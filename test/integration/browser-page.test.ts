// The one-time page against those who should get nothing of it, and against pages that lie, leave or never come.
// What a real browser finds is in test/e2e.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createBrowserProbe } from '../../src/app/browser-page/ask-browser.ts';
import type { OpenedPage } from '../../src/app/adapters/portal-browser.ts';
import type { BrowserSight } from '../../src/core/environment/browser-page.ts';
import type { Obstacle } from '../../src/core/environment/probed.ts';
import { err, ok, type Result } from '../../src/core/errors/result.ts';

const CERTIFICATE = { holder: '张＊', until: '2027-12-02' };
const SEEN = {
  ...{ userAgent: 'a browser', brands: [], documentMode: null, isSecure: true, permission: null },
  ...{ activeX: null, isKept: false, socket: { isThere: false, proof: null } },
};

let limit: AbortController;
let over: Promise<Result<BrowserSight, Obstacle>>;
let page: URL;
let opened: number;
let bugs: unknown[];

async function open(hint: OpenedPage['hint'] = null): Promise<void> {
  [limit, opened, bugs] = [new AbortController(), 0, []];
  let told: (address: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => (told = resolve));
  const { show } = createBrowserProbe(
    {
      script: fileURLToPath(new URL('../../resources/browser-page/page.js', import.meta.url)),
      async openPage(where) {
        opened += 1;
        told(where);
        return ok({ address: where, browser: 'a browser', hint });
      },
      random: (length) => randomBytes(length),
      limit: () => limit.signal,
      reportBug: (_path, thrown) => bugs.push(thrown),
    },
    new AbortController().signal,
  );
  over = show({ modes: [], certificate: CERTIFICATE });
  page = new URL(await address);
}

interface Sent {
  readonly to?: URL;
  readonly path?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send({ to = page, path = '/question', body, headers = {} }: Sent) {
  const method = body === undefined ? 'GET' : 'POST';
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const sending = request({
    ...{ host: '127.0.0.1', port: to.port, path, method, agent: false },
    headers: { ...type, ...headers },
  });
  sending.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  const allowed = response.headers['access-control-allow-origin'] ?? null;
  return { status: response.statusCode, allowed, body: await text(response) };
}

const own = () => ({ origin: page.origin, 'x-assistant-token': page.hash.slice(1) });
const ask = async () =>
  JSON.parse((await send({ body: {}, headers: own() })).body) as Record<
    'service' | 'socket' | 'alive',
    string
  >;
const read = async () => {
  const service = new URL((await ask()).service);
  const answer = await send({ to: service, path: service.pathname, headers: { origin: page.origin } });
  return { service, answer, proof: (JSON.parse(answer.body) as { proof: string }).proof };
};
const tell = async (proof: string | null, change: object = {}) => {
  const body = { ...SEEN, request: { by: 'fetch', proof }, ...change };
  return JSON.parse((await send({ path: '/answer', body, headers: own() })).body) as Record<string, unknown>;
};

beforeEach(() => open());
afterEach(async () => {
  limit.abort();
  await over;
  expect([opened, bugs]).toEqual([1, []]);
});

describe('a visitor of the page', () => {
  it.each<[string, () => Sent]>([
    ['without a token', () => ({ body: {}, headers: { origin: page.origin } })],
    ['with another token', () => ({ body: {}, headers: { ...own(), 'x-assistant-token': 'x' } })],
    ['from another site', () => ({ body: {}, headers: { ...own(), origin: 'https://evil.example' } })],
    ['from an opaque site', () => ({ body: {}, headers: { ...own(), origin: 'null' } })],
    ['by a name that was rebound', () => ({ body: {}, headers: { ...own(), host: 'evil.example' } })],
    ['that answers without a token', () => ({ path: '/answer', body: SEEN })],
    ['of another page', () => ({ path: '/', headers: { origin: 'https://evil.example' } })],
    ['of what there is not', () => ({ path: '/etc/passwd' })],
  ])('%s gets nothing', async (_who, sent) => {
    expect(await send(sent())).toEqual({ status: 404, allowed: null, body: '' });
  });

  it('gets the page without a token, and nothing of the certificate in it', async () => {
    const { status, body } = await send({ path: '/' });
    expect([status, body.includes(CERTIFICATE.holder), body.includes('page.js')]).toEqual([200, false, true]);
  });
});

describe('a visitor of what stands in for the CA’s service', () => {
  it.each([
    ['from another site', 'https://evil.example', ''],
    ['with another token', null, 'x'],
  ])('%s gets nothing', async (_who, origin, added) => {
    const { service } = await read();
    const from = { origin: origin ?? page.origin };
    const answer = await send({ to: service, path: service.pathname + added, headers: from });
    expect(answer).toEqual({ status: 404, allowed: null, body: '' });
  });

  it('from another site gets no socket', async () => {
    const { socket } = await ask();
    const refused = new WebSocket(socket, ['page.v1', `token.${page.hash.slice(1)}`], {
      origin: 'https://evil.example',
    });
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('404');
  });

  it('from the page reads the certificate, and may say so to that page alone', async () => {
    const { answer, proof } = await read();
    expect([answer.allowed, JSON.parse(answer.body)]).toEqual([page.origin, { proof, ...CERTIFICATE }]);
  });
});

describe('what the page tells', () => {
  it('is believed with the proof, and ends the visit', async () => {
    const { proof } = await read();
    expect(await tell(proof)).toMatchObject({ isFinal: true, end: '检测完成，可以回到智能证书助手。' });
    expect(await over).toMatchObject({ ok: true, value: { request: { by: 'fetch', isRead: true } } });
    await expect(send({ path: '/' })).rejects.toThrow('ECONNREFUSED');
  });

  it('is no reading without the proof', async () => {
    await tell('something');
    expect(await over).toMatchObject({ ok: true, value: { request: { isRead: false }, socket: null } });
  });

  it('is nothing in another shape', async () => {
    expect(await tell(null, { permission: 'everything' })).toBe(null);
  });

  it('is unknown when the page is closed before', async () => {
    const alive = new WebSocket((await ask()).alive, ['page.v1', `token.${page.hash.slice(1)}`], {
      origin: page.origin,
    });
    await once(alive, 'open');
    alive.close();
    expect(await over).toEqual(err({ reason: 'closed', what: 'page' }));
  });

  it('is unknown when nobody comes in time', async () => {
    limit.abort();
    expect(await over).toEqual(err({ reason: 'timeout', what: 'page' }));
  });
});

describe('a portal that needs another mode', () => {
  beforeEach(async () => {
    limit.abort();
    await over;
    await open('reloadInIeMode');
  });

  it('is waited for, and what is seen there counts', async () => {
    expect(await tell(null)).toMatchObject({ isFinal: false });
    const { proof } = await read();
    const inIe = { documentMode: 11, activeX: true, request: { by: 'xhr', proof } };
    expect(await tell(proof, inIe)).toMatchObject({ isFinal: true });
    expect(await over).toMatchObject({ ok: true, value: { documentMode: 11 } });
  });

  it('is given up when the person stays, or when time is over', async () => {
    await tell(null);
    limit.abort();
    expect(await over).toMatchObject({ ok: true, value: { documentMode: null } });
  });
});
