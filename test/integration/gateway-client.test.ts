// The gateway client against gateways and networks that misbehave.

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGatewayClient, type GatewayClient } from '../../src/app/adapters/gateway-client.ts';
import type { GatewayAnswer } from '../../src/contract/gateway.ts';
import { openFaultyGateway, type Fault, type FaultyGateway } from '../support/faulty-gateway.ts';
import { freshIdempotencyKey, valueOf } from '../support/key-holder.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';

let proxy: FaultyGateway;
let sandbox: TestSandbox;
let client: GatewayClient;

beforeEach(async () => {
  proxy = await openFaultyGateway();
  sandbox = await openTestSandbox({ proxy });
  client = sandbox.client();
});
afterEach(async () => {
  await proxy.close();
  await sandbox.close();
});

const rewrite = (change: (info: GatewayAnswer<'readInfo'>) => unknown): Fault => ({
  kind: 'rewrite',
  change,
});

describe('an answer that cannot be used', () => {
  it.each<[string, Fault, object]>([
    ['a server error', { kind: 'status', status: 500 }, { code: 'gateway.failed', status: 500 }],
    ['a page', { kind: 'html' }, { code: 'gateway.invalidAnswer', reason: 'content type' }],
    ['half a JSON', { kind: 'halfJson' }, { code: 'gateway.invalidAnswer', reason: 'JSON' }],
    ['a body that is cut off', { kind: 'cutOff' }, { code: 'gateway.invalidAnswer', reason: 'cut off' }],
    ['an endless body', { kind: 'endless' }, { code: 'gateway.invalidAnswer', reason: 'too large' }],
    [
      'a redirect',
      { kind: 'redirect', location: 'https://elsewhere.example/login?next=1' },
      { code: 'gateway.redirected', location: 'https://elsewhere.example' },
    ],
    [
      'another protocol version',
      rewrite(() => ({ protocol: 2, entirely: 'different' })),
      { code: 'gateway.version', found: '2', needed: '1' },
    ],
    [
      'a field of the wrong kind',
      rewrite((info) => ({ ...info, serverTime: 'yesterday' })),
      { code: 'gateway.invalidAnswer', reason: 'content: serverTime' },
    ],
    [
      'text that would move the cursor of a terminal',
      rewrite((info) => ({ ...info, name: '\u001b[2J' })),
      { code: 'gateway.invalidAnswer', reason: 'content: name' },
    ],
    ['nothing but JSON', rewrite(() => null), { code: 'gateway.invalidAnswer', reason: 'content' }],
    [
      'a refusal in another shape',
      { kind: 'status', status: 404 },
      { code: 'gateway.invalidAnswer', reason: 'content type' },
    ],
  ])('%s', async (_name, fault, error) => {
    proxy.fault('readInfo', 1, fault);
    expect(await client.call('readInfo', {})).toEqual({ ok: false, error });
  });

  it('is not asked for again by the client itself', async () => {
    proxy.fault('readInfo', 'every', { kind: 'drop' });
    await client.call('readInfo', {});
    expect(proxy.calls).toEqual(['readInfo']);
  });
});

describe('a gateway that cannot be reached', () => {
  it('drops the connection', async () => {
    proxy.fault('readInfo', 1, { kind: 'drop' });
    expect(await client.call('readInfo', {})).toEqual({
      ok: false,
      error: { code: 'gateway.unreachable', gateway: proxy.url },
    });
  });

  it('never answers', async () => {
    proxy.fault('readInfo', 1, { kind: 'neverAnswers' });
    expect(await sandbox.client(150).call('readInfo', {})).toEqual({
      ok: false,
      error: { code: 'gateway.timeout', gateway: proxy.url, seconds: 0.15 },
    });
  });

  it('is not there', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((resolve) => gone.close(resolve));
    const answer = await valueOf(createGatewayClient({ url })).call('readInfo', {});
    expect(answer).toEqual({ ok: false, error: { code: 'gateway.unreachable', gateway: url } });
  });

  it('speaks no TLS', async () => {
    const url = sandbox.url.replace('http:', 'https:');
    const answer = await valueOf(createGatewayClient({ url })).call('readInfo', {});
    expect(answer).toEqual({ ok: false, error: { code: 'gateway.unreachable', gateway: url } });
  });

  it('is given up by the caller', async () => {
    const controller = new AbortController();
    proxy.fault('readInfo', 1, { kind: 'neverAnswers' });
    proxy.watch(() => controller.abort());
    const answer = await client.call('readInfo', { signal: controller.signal });
    const tooLate = await client.call('readInfo', { signal: controller.signal });
    expect([answer, tooLate]).toEqual([
      { ok: false, error: { code: 'gateway.cancelled' } },
      { ok: false, error: { code: 'gateway.cancelled' } },
    ]);
  });
});

describe('a call that is not well-formed', () => {
  it.each([
    [
      'without its idempotency key',
      { body: { kind: 'renew', replaces: null, key: null } },
      'idempotency key',
    ],
    [
      'with a body that does not fit',
      { body: { kind: 'old' }, idempotencyKey: freshIdempotencyKey() },
      'body',
    ],
  ])('%s is not sent', async (_name, input, part) => {
    const answer = await client.call('createOrder', input as never);
    expect([answer, proxy.calls]).toEqual([
      { ok: false, error: { code: 'request.invalid', reason: `createOrder: ${part}` } },
      [],
    ]);
  });

  it('cannot leave its path by an order number', async () => {
    const answer = await client.call('readOrder', { params: { orderId: '../info' } });
    expect(answer).toEqual({ ok: false, error: { code: 'request.invalid', reason: 'readOrder: params' } });
  });
});

it('tells how long each call took, also when it failed', async () => {
  const seen: string[] = [];
  const measured = valueOf(
    createGatewayClient({ url: proxy.url, onCall: ({ call, ms }) => seen.push(`${call} ${ms > 0}`) }),
  );
  proxy.fault('readInfo', 2, { kind: 'drop' });
  await measured.call('readInfo', {});
  await measured.call('readInfo', {});
  expect(seen).toEqual(['readInfo true', 'readInfo true']);
});
