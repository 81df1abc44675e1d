// Computers that are broken in ways no file can show: a wrong clock, a taken port, a CA's own service that is
// silent, a name that leads nowhere. Servers are real and on the loopback.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createFileProbe } from '../../../src/app/adapters/os/files.ts';
import { createLinuxSystem } from '../../../src/app/adapters/os/linux-system.ts';
import { DIRECT, proxyAt, type Route } from '../../../src/app/adapters/os/proxy-route.ts';
import { createTools } from '../../../src/app/adapters/os/tools.ts';
import { SHIPPED_PROFILES } from '../../../src/contract/shipped-profiles.ts';
import type { BrowserSight } from '../../../src/core/environment/browser-page.ts';
import { ok } from '../../../src/core/errors/result.ts';
import type { Probe } from '../../../src/core/environment/probe.ts';
import type { Profile } from '../../../src/core/profile/profile.ts';
import { issueCertificates } from '../../support/environment/certificates.ts';
import { CLOCK, createComputer, type Computer } from '../../support/environment/computer.ts';

const folder = mkdtempSync(join(tmpdir(), 'servers-'));
/** Nobody listens there. */
const PLACE = '127.0.0.1:2';
const PROXY = proxyAt(PLACE);

let computer: Computer | null = null;
const servers: Server[] = [];
let tls: { key: Buffer; cert: Buffer };

beforeAll(() => {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-subj', '/O=Kaspersky Lab/CN=127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  tls = { key: readFileSync(key), cert: readFileSync(cert) };
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await computer?.dispose();
  computer = null;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A portal whose clock differs from the computer's by so many minutes. */
async function portal(minutes: number): Promise<string> {
  const server = createServer(tls, (_request, response) => {
    response.sendDate = false;
    response.setHeader('date', new Date(CLOCK + minutes * 60_000).toUTCString()).end();
  });
  return `https://127.0.0.1:${String(await listen(server))}`;
}

function profileOf(...addresses: readonly string[]): Profile {
  const [sandbox] = SHIPPED_PROFILES;
  if (sandbox === undefined) throw new Error('no profile');
  const page = { use: 'renew', name: '网厅', browsers: [], path: [], asksSerial: false, note: null } as const;
  return { ...sandbox, portals: addresses.map((address) => ({ ...page, address })) };
}

/** The ports and processes of the real computer. */
const realSystem =
  (ports: readonly number[]) =>
  (probe: Probe): Probe => {
    const files = createFileProbe('/');
    const options = { root: '/', files, tools: createTools(null), interestingPorts: new Set(ports) };
    return { ...probe, system: createLinuxSystem(options) };
  };

it.each([
  [2, 'right', null],
  [-90, 'off', 'fast'],
  [90, 'off', 'slow'],
  [3 * 24 * 60, 'wrong', 'slow'],
])('a clock against a portal that is %i minutes ahead is %s', async (minutes, outcome, direction) => {
  computer = await createComputer({ profile: profileOf(await portal(minutes)) });
  const found = await computer.find('system.clock');
  expect([found.outcome, direction === null ? null : found.facts['direction']]).toEqual([outcome, direction]);
});

it('portals that tell different times are not believed', async () => {
  computer = await createComputer({ profile: profileOf(await portal(0), await portal(60)) });
  expect((await computer.find('system.clock')).outcome).toBe('disputed');
});

it('a wrong clock and a CA that was pointed elsewhere hold up a renewal, advice and a paid one do not', async () => {
  computer = await createComputer({
    profile: profileOf(await portal(3 * 24 * 60), 'https://ca.example'),
  });
  await computer.write('/etc/hosts', '10.0.0.7 ca.example\n');
  const obstacles = await computer.service.obstacles('renew', 'token', null);
  expect(obstacles.map(({ id, outcome, repair }) => [id, outcome, repair])).toEqual([
    ['system.clock', 'wrong', 'time.synchronise'],
    ['network.hosts', 'poisoned', 'hosts.clean'],
  ]);
  expect(await computer.service.obstacles('resume', 'token', null)).toEqual([]);
});

it('names the step at which a portal cannot be reached', async () => {
  const plain = createHttp((_request, response) => response.writeHead(503).end());
  const port = await listen(plain);
  const steps = [];
  for (const address of [
    `https://127.0.0.1:${String(port)}`,
    `http://127.0.0.1:${String(port)}`,
    'http://127.0.0.1:1',
  ]) {
    await computer?.dispose();
    computer = await createComputer({ profile: profileOf(address) });
    steps.push((await computer.find('network.ca')).outcome);
  }
  expect(steps).toEqual(['tls', 'http', 'tcp']);
});

it.each<[string, (url: URL) => Route, object, string]>([
  ['none', () => DIRECT, {}, 'tcp'],
  ['bypassed', ({ hostname }) => (hostname === '127.0.0.1' ? DIRECT : PROXY), { proxies: [PLACE] }, 'tcp'],
  ['used', () => PROXY, { proxies: [PLACE], hosts: ['127.0.0.1'] }, 'proxy'],
  ['unread', () => ({ kind: 'unread', setting: 'automatic' }), { setting: 'automatic' }, 'tcp'],
])('a proxy that is %s is told, and where a request fails with it', async (outcome, route, facts, step) => {
  computer = await createComputer({
    profile: profileOf('https://127.0.0.1:1'),
    findRoute: (url) => Promise.resolve(route(url)),
  });
  const [proxy, reached] = [await computer.find('network.proxy'), await computer.find('network.ca')];
  expect([proxy.outcome, proxy.facts, reached.outcome]).toEqual([outcome, facts, step]);
});

it('names the program that reads what is encrypted', async () => {
  computer = await createComputer({ profile: profileOf(await portal(0)) });
  const found = await computer.find('network.interception');
  expect([found.outcome, found.facts['issuer']]).toEqual(['intercepted', 'Kaspersky Lab 127.0.0.1']);
});

it('names the program that took our port', async () => {
  const port = await listen(createHttp());
  computer = await createComputer({ ownPorts: [port], change: realSystem([port]) });
  const found = await computer.find('network.ownPorts');
  expect([
    found.outcome,
    found.facts['ports'],
    String(found.facts['programs']).includes(String(process.pid)),
  ]).toEqual(['busy', [String(port)], true]);
});

it('does not call its own server an obstacle', async () => {
  const port = await listen(createHttp());
  const own = realSystem([port]);
  computer = await createComputer({
    ownPorts: [port],
    change: (probe) => ({ ...own(probe), subject: { ...probe.subject, ownProcess: process.pid } }),
  });
  expect((await computer.find('network.ownPorts')).outcome).toBe('free');
});

const CHROMIUM = 'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';
const TRIDENT = 'Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko';

it.each<[string, Partial<BrowserSight>, boolean, object]>([
  ['reads', {}, true, { asks: ['fetch', 'WebSocket'], shown: '张＊', until: '2036-01-01' }],
  ['noKey', {}, false, { browser: 'Chrome 147', shown: null }],
  ['blocked', { request: { by: 'fetch', isRead: false }, socket: false }, true, { ways: [] }],
  ['partly', { socket: false }, true, { ways: ['fetch'], failed: ['WebSocket'] }],
  ['denied', { permission: 'denied' }, true, {}],
  ['otherMode', { userAgent: TRIDENT, documentMode: 11, activeX: true }, true, { browser: 'IE内核' }],
])('a page in the browser of the person: %s', async (outcome, change, hasKey, facts) => {
  const { keys } = await issueCertificates();
  const sight: BrowserSight = {
    ...{ userAgent: CHROMIUM, brands: [], documentMode: null, isSecure: true, permission: null },
    ...{ request: { by: 'fetch', isRead: true }, socket: true, activeX: null },
    ...change,
  };
  const profile = profileOf('https://ra.example.cn');
  computer = await createComputer({
    profile: { ...profile, portals: profile.portals.map((page) => ({ ...page, browsers: ['chromium'] })) },
    ...(hasKey ? { keys } : {}),
    browser: { show: () => Promise.resolve(ok(sight)) },
  });
  const found = await computer.find('browser.page');
  expect([found.outcome, found.facts]).toEqual([outcome, { ...found.facts, ...facts }]);
});

it('a control that may not run is told in the mode that needs it', async () => {
  const sight: BrowserSight = {
    ...{ userAgent: TRIDENT, brands: [], documentMode: 11, isSecure: null, permission: null },
    ...{ request: { by: 'xhr', isRead: true }, socket: null, activeX: false },
  };
  computer = await createComputer({ browser: { show: () => Promise.resolve(ok(sight)) } });
  const { outcome, facts } = await computer.find('browser.page');
  expect([outcome, facts['ways'], facts['failed']]).toEqual(['noActiveX', ['XMLHttpRequest'], []]);
});

it('a PIN that was never changed is told, as far as keys say', async () => {
  const { keys } = await issueCertificates();
  const marked = (...marks: readonly (boolean | null)[]) => ({
    problems: [],
    tokens: marks.flatMap((isDefault) =>
      keys.tokens.map((seen) => ({
        ...seen,
        token: { ...seen.token, pin: { ...seen.token.pin, ...(isDefault === null ? {} : { isDefault }) } },
      })),
    ),
  });
  const outcomes = [];
  for (const list of [marked(), marked(null), marked(null, false), marked(false, true)]) {
    await computer?.dispose();
    computer = await createComputer({ keys: list });
    outcomes.push((await computer.find('key.initialPin')).outcome);
  }
  expect(outcomes).toEqual(['none', 'unsaid', 'changed', 'unchanged']);
});

it.each([
  ['driver.timeout', 'hangs'],
  ['driver.crashed', 'crashes'],
] as const)('a driver that answers %s %s', async (code, outcome) => {
  const problems = [
    { module: '/opt/driver.so', error: { code, module: '/opt/driver.so', call: 'C_GetSlotList' } },
  ];
  computer = await createComputer({ keys: { tokens: [], problems } });
  expect((await computer.find('driver.loads')).outcome).toBe(outcome);
});
