// Who may talk to the rehearsal CA over HTTP, and what it says to anybody else.

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GATEWAY_CALLS, refusal, type GatewayCall } from '../../src/contract/gateway.ts';
import { readServerFile } from '../../src/sandbox/server-file.ts';
import { provisionHolder } from '../support/applicant.ts';
import { logIn, valueOf } from '../support/key-holder.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openTestSandbox();
});
afterEach(() => sandbox.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Not by fetch, which sets Host and Origin itself. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  const { port } = new URL(sandbox.url);
  return new Promise<{ status: number; reason: string | null; cors: boolean }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        const refused = refusal.safeParse(JSON.parse(text));
        resolve({
          status: response.statusCode ?? 0,
          reason: refused.success ? refused.data.error.reason : null,
          cors: Object.keys(response.headers).some((name) => name.startsWith('access-control')),
        });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const json = { 'content-type': 'application/json' };

describe('a page in a browser', () => {
  const port = () => new URL(sandbox.url).port;

  it.each([
    ['by a name that leads to this computer', () => ({ host: `attacker.example:${port()}` })],
    ['without a port', () => ({ host: '127.0.0.1' })],
    ['from another origin', () => ({ origin: 'https://attacker.example' })],
    ['from a file', () => ({ origin: 'null' })],
  ])('is turned away %s', async (_name, headers) => {
    expect(await ask('/v1/info', { headers: headers() })).toEqual({
      status: 403,
      reason: 'refused',
      cors: false,
    });
  });

  it('cannot post without asking first, for want of JSON', async () => {
    const asked = {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"purpose":"renewal"}',
    };
    expect(await ask('/v1/login/challenge', asked)).toMatchObject({ status: 415, reason: 'badRequest' });
  });

  it.each(['127.0.0.1', 'localhost', '[::1]'])('is not what calls %s itself', async (host) => {
    const answer = await ask('/v1/info', { headers: { host: `${host}:${port()}` } });
    expect(answer).toEqual({ status: 200, reason: null, cors: false });
  });
});

describe('a malformed request', () => {
  it.each<[string, string, Asked, number, string]>([
    ['an unknown path', '/v2/info', {}, 404, 'notFound'],
    ['a query that is not known', '/v1/info?debug=1', {}, 400, 'badRequest'],
    [
      'half a JSON',
      '/v1/login/challenge',
      { method: 'POST', headers: json, body: '{"a"' },
      400,
      'badRequest',
    ],
    [
      'a wrong value',
      '/v1/login/challenge',
      { method: 'POST', headers: json, body: '{"purpose":"x"}' },
      400,
      'badRequest',
    ],
    [
      'too much',
      '/v1/login/challenge',
      { method: 'POST', headers: json, body: ' '.repeat(400_000) },
      413,
      'badRequest',
    ],
    ['a reference that is none', '/v1/certificate-status?issuer=1&serial=2', {}, 400, 'badRequest'],
    ['a file beside the lists', '/crl/..%2Fstate.json', {}, 404, 'notFound'],
  ])('with %s is refused in the one shape', async (_name, path, asked, status, reason) => {
    expect(await ask(path, asked)).toEqual({ status, reason, cors: false });
  });

  const calls = Object.keys(GATEWAY_CALLS) as GatewayCall[];
  it.each(calls.filter((call) => GATEWAY_CALLS[call].session))('%s needs a session', async (call) => {
    const { method, path } = GATEWAY_CALLS[call];
    const certificate = { issuer: 'a'.repeat(64), serial: 'AA' };
    const bodies: Partial<Record<GatewayCall, object>> = {
      createOrder: { kind: 'new', replaces: null, key: null },
      acceptAgreements: { accepted: [] },
      submitForm: { values: {} },
      submitRequest: { item: '1', request: 'AAAA' },
      confirmCertificates: { certificates: ['a'.repeat(64)] },
      reissueItem: { item: '1' },
      freeze: { certificate },
      unfreeze: { certificate },
      revoke: { certificate, reason: 'cessation' },
    };
    const query = call === 'readEligibility' ? `?issuer=${certificate.issuer}&serial=AA` : '';
    const body = bodies[call] === undefined ? {} : { body: JSON.stringify(bodies[call]) };
    const headers = { ...json, authorization: 'Bearer wrong', 'idempotency-key': 'k'.repeat(16) };
    const answer = await ask(path.replace('{orderId}', 'O-1') + query, { method, headers, ...body });
    expect(answer).toEqual({ status: 401, reason: 'sessionExpired', cors: false });
  });
});

describe('the operator', () => {
  const post = (token: string) =>
    ask('/operator/v1/listOrders', {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${token}` },
      body: '{}',
    });

  it('needs the token, which only the owner of the folder can read', async () => {
    const path = join(sandbox.folder, 'server.json');
    const token = readServerFile(sandbox.folder)?.token ?? '';
    expect([await post('wrong'), await post(token), statSync(path).mode & 0o777]).toEqual([
      { status: 401, reason: 'loginRefused', cors: false },
      { status: 200, reason: null, cors: false },
      0o600,
    ]);
  });
});

it('keeps neither sessions nor the operator token in its state in the clear', async () => {
  const client = sandbox.client();
  const holder = await provisionHolder(sandbox.operator);
  valueOf(await logIn(client, holder.key, holder.certificate));
  const state = readFileSync(join(sandbox.folder, 'state.json'), 'utf8');
  const secrets = [client.session() ?? '?', readServerFile(sandbox.folder)?.token ?? '?'];
  expect(secrets.map((secret) => state.includes(secret))).toEqual([false, false]);
  expect(state).toContain(createHash('sha256').update(secrets[0]!).digest('hex'));
});

it('lets only the owner read the keys of the CA', () => {
  const modes = ['root', 'issuing', 'successor'].map(
    (name) => statSync(join(sandbox.folder, 'keys', `${name}.pem`)).mode & 0o777,
  );
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});
