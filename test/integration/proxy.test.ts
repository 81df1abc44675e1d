// A company's proxy between this computer and the CA: real sockets on the loopback, real TLS, one whole renewal.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGatewayClient } from '../../src/app/adapters/gateway-client.ts';
import { createNetworkProbe } from '../../src/app/adapters/os/network.ts';
import { proxyAt, type FindRoute } from '../../src/app/adapters/os/proxy-route.ts';
import { openConnectProxy, type ConnectProxy } from '../support/connect-proxy.ts';
import { valueOf } from '../support/key-holder.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';
import { createUkey, type Ukey } from '../support/ukey.ts';

/** Resolved by nobody: whoever reaches it, reached it through the proxy. */
const CA = 'https://ra.invalid';
const PIN = '123456';
const SECRET = 's3cret-word';

let sandbox: TestSandbox;
let ukey: Ukey;
let proxy: ConnectProxy;
let front: Server;
const proxies: ConnectProxy[] = [];

beforeAll(async () => {
  let served = '';
  sandbox = await openTestSandbox({ proxy: { url: CA, forwardTo: (url) => (served = url) } });
  const folder = sandbox.folder;
  const [key, cert, root] = ['tls.key', 'tls.pem', 'root.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...[
        '-subj',
        '/CN=ra.invalid',
        '-addext',
        'subjectAltName=DNS:ra.invalid',
        '-keyout',
        key,
        '-out',
        cert,
      ],
    ],
    { stdio: 'ignore' },
  );
  writeFileSync(root, sandbox.rootPem);
  front = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (incoming, reply) => {
    const { method = 'GET', url: path = '', headers } = incoming;
    const onward = request(served + path, { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(reply);
    });
    incoming.pipe(onward);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  proxy = await open();
  ukey = await createUkey({
    SOFTHSM2_CONF: join(folder, 'none'),
    HTTPS_PROXY: `http://clerk:${SECRET}@${proxy.place}`,
    NODE_EXTRA_CA_CERTS: cert,
  });
});
afterAll(async () => {
  front.close();
  await Promise.all([sandbox.close(), ukey.dispose(), ...proxies.map((opened) => opened.close())]);
});

async function open(refuse: number | null = null): Promise<ConnectProxy> {
  const opened = await openConnectProxy((front.address() as AddressInfo).port, refuse);
  proxies.push(opened);
  return opened;
}

const through =
  (place: string): FindRoute =>
  () =>
    Promise.resolve(proxyAt(`http://${place}`));

const askCa = (findRoute: FindRoute) =>
  valueOf(createGatewayClient({ url: CA, timeoutMs: 5000, findRoute })).call('readInfo', {});

it('a renewal goes through the proxy, with TLS from end to end and no trace of its password', async () => {
  const key = ['--token', '张三', '--pin-stdin'];
  const root = join(sandbox.folder, 'root.pem');
  const ended = [
    await ukey.run(['softkey', 'create', '--label', '张三', '--pin-stdin'], [PIN]),
    await ukey.run(['sandbox', 'provision', '--data', sandbox.folder, '--days-left', '12', ...key], [PIN]),
    await ukey.run(['renew', '--gateway', CA, '--root', root, '--yes', '--verbose', ...key], [PIN]),
  ];
  expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0]);
  const passed = new Set(proxy.asked);
  const logins = new Set(proxy.logins.map((login) => atob(login.replace('Basic ', ''))));
  expect({ passed, logins, seen: await ukey.filesWith(SECRET) }).toEqual({
    passed: new Set(['CONNECT ra.invalid:443']),
    logins: new Set([`clerk:${SECRET}`]),
    seen: [],
  });
});

it('a server whose certificate is not trusted is refused behind a proxy too', async () => {
  const opened = await open();
  expect(await askCa(through(opened.place))).toEqual({
    ok: false,
    error: { code: 'gateway.unreachable', gateway: CA },
  });
  expect(opened.asked).toEqual(['CONNECT ra.invalid:443']);
});

describe('what a proxy says is told', () => {
  it.each([
    [407, 'proxy.loginNeeded', {}, 'proxy'],
    [403, 'proxy.refused', { status: 403 }, 'proxy'],
    [502, 'gateway.unreachable', null, 'tcp'],
  ])('%i is %s', async (status, code, data, failedAt) => {
    const { place } = await open(status);
    const error = data === null ? { code, gateway: CA } : { code, proxy: place, ...data };
    expect(await askCa(through(place))).toEqual({ ok: false, error });
    const { reach } = createNetworkProbe(null, through(place));
    expect(await reach(CA)).toMatchObject({ failedAt, reason: `${place} ${String(status)}` });
  });

  it('and nothing said is a proxy that cannot be reached', async () => {
    const { place, close } = await openConnectProxy(1);
    await close();
    expect(await askCa(through(place))).toEqual({
      ok: false,
      error: { code: 'proxy.unreachable', proxy: place },
    });
  });
});

describe('the environment check', () => {
  it('looks through the proxy as the renewal does', async () => {
    const opened = await open();
    const probe = createNetworkProbe(null, through(opened.place));
    const { failedAt, issuer, isTrusted, date } = await probe.reach(CA);
    expect({ failedAt, issuer, isTrusted, hasDate: date !== null }).toEqual({
      ...{ failedAt: null, issuer: 'ra.invalid', isTrusted: false, hasDate: true },
    });
    expect(await probe.wayTo(CA)).toEqual({ kind: 'proxy', proxy: opened.place, setting: null });
    const list = await probe.get('http://crl.invalid/list.crl');
    expect(list.ok && Buffer.from(list.value.body).toString()).toBe('proxied');
    expect(opened.asked).toEqual(['CONNECT ra.invalid:443', 'GET http://crl.invalid/list.crl']);
  });

  it('says when a plain request needs a password at the proxy', async () => {
    const { place } = await open(407);
    const { reach } = createNetworkProbe(null, through(place));
    expect(await reach('http://crl.invalid/')).toMatchObject({ failedAt: 'proxy', reason: `${place} 407` });
  });
});
