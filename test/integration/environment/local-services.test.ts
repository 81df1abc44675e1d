// CAs' own local services, asked as a portal's page would: small servers on the loopback that speak as integration
// code of portals expects, and others that speak nonsense, without end, or not at all. Ports are the servers' own.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { SHIPPED_PROFILES } from '../../../src/contract/shipped-profiles.ts';
import type { Probe } from '../../../src/core/environment/probe.ts';
import { ok } from '../../../src/core/errors/result.ts';
import { issueCertificates, type Issued } from '../../support/environment/certificates.ts';
import { createComputer } from '../../support/environment/computer.ts';

const folder = mkdtempSync(join(tmpdir(), 'services-'));
const closing: (() => unknown)[] = [];
let issued: Issued;
let tls: { key: Buffer; cert: Buffer };

beforeAll(async () => {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const names = ['-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '30', ...names], { stdio: 'ignore' });
  tls = { key: readFileSync(key), cert: readFileSync(cert) };
  issued = await issueCertificates();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @param isSecure with a certificate of its own making */
type Service = (isSecure: boolean) => Server;

function post(answer: (body: string, path: string) => string): Service {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => response.end(body === '' ? '' : answer(body, request.url ?? '')));
  };
  return (isSecure) => (isSecure ? createHttps(tls, handle) : createHttp(handle));
}

function frames(path: string, answer: (text: string) => readonly string[]): Service {
  return (isSecure) => {
    const none = (_: IncomingMessage, response: ServerResponse) => response.writeHead(404).end();
    const server = isSecure ? createHttps(tls, none) : createHttp(none);
    const sockets = new WebSocketServer({ server, path });
    closing.push(() => sockets.clients.forEach((one) => one.terminate()));
    sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => answer(data.toString()).forEach((text) => socket.send(text))),
    );
    return server;
  };
}

function raw(talk: (socket: Socket) => void): Service {
  return () =>
    createTcp((socket) => {
      closing.push(() => socket.destroy());
      talk(socket.on('error', () => undefined));
    });
}

const USERS = '张三||1101CERT02&&&李四||99&&&';
const value = (body: string, version: string, users = USERS) =>
  /UserList|CertList/.test(body) ? users : version;

const xtxFrames = frames('/xtxapp/', (text) => {
  const { xtx_func_name: name, call_cmd_id: id } = JSON.parse(text) as Record<string, string>;
  const news = JSON.stringify({ call_cmd_id: 'onUsbkeyChange', retVal: '9.9' });
  return [news, JSON.stringify({ call_cmd_id: id, retVal: value(name ?? '', '3.1.2') })];
});
const xtxPost = post((body) => {
  const { func, clsid } = JSON.parse(body) as Record<string, string>;
  return JSON.stringify(clsid === '' ? {} : { retValue: value(func ?? '', '3.1.2') });
});
const sdca = (users?: string) =>
  post((body) => value((JSON.parse(body) as Record<string, string>)['Function'] ?? '', 'V2.0.1', users));
const szca = post((body, path) => {
  const name = /<(SZCA\w+) xmlns/.exec(body)?.[1] ?? '';
  const inner = path === '/Service1.asmx' ? value(name, '5.2.0.7', '') : '';
  return `<soap:Envelope><soap:Body><${name}Response><${name}Result>${inner}</${name}Result></${name}Response></soap:Body></soap:Envelope>`;
});
const mPlugin = post((body) => {
  const asked = new URLSearchParams(body).get('json') ?? '{}';
  return JSON.stringify({ rtn: asked.includes('SOF_GetVersion') ? '1.4' : null, errorCode: 0 });
});
const hebca = frames('/test', (text) => (/^0\|\d/.test(text) ? ['0|Welcome'] : []));

const page = post(() => '<html>版本 1.2</html>');
const garbage = raw((socket) => socket.end(Buffer.from([0, 255, 1, 2, 3])));
const endless = post(() => 'x'.repeat(2_000_000));
const endlessFrames = frames('/xtxapp/', () => Array.from({ length: 300 }, () => 'x'.repeat(2000)));
const hanging = raw(() => undefined);
const closing_ = raw((socket) => socket.end());

it.each<[string, string | null, number, Service, string, readonly string[]]>([
  ['BJCA over a WebSocket', '北京CA', 21051, xtxFrames, 'required', ['BJCA 证书应用环境 :21051 3.1.2']],
  ['BJCA over a secure one', '北京CA', 21061, xtxFrames, 'required', ['BJCA 证书应用环境 :21061 3.1.2']],
  ['BJCA that knows POST only', '北京CA', 21051, xtxPost, 'required', ['BJCA 证书应用环境 :21051 3.1.2']],
  ['山东CA in plain text', '山东CA', 8222, sdca(), 'required', ['山东CA助手 :8222 2.0.1']],
  ['深圳CA in SOAP', '深圳CA', 18981, szca, 'blind', ['深圳CA驱动 :18981 5.2.0.7']],
  ['mPlugin in a form', '湖南CA', 51245, mPlugin, 'required', ['龙脉 mPlugin :51245 1.4']],
  ['河北CA that greets', '河北CA', 17215, hebca, 'required', ['河北CA助手 :17215']],
  ['one that only listens', '河南CA', 9651, hanging, 'required', ['河南CA助手 :9651']],
  ['another CA’s', '北京CA', 8222, sdca(), 'others', ['山东CA助手 :8222 2.0.1']],
  ['any CA’s, for nobody knows whose key', null, 8222, sdca(), 'others', ['山东CA助手 :8222 2.0.1']],
  ['one that does not see the key', '山东CA', 8222, sdca('李四||99&&&'), 'blind', ['山东CA助手 :8222 2.0.1']],
  ['one that hangs', '山东CA', 8222, hanging, 'silent', ['山东CA助手 :8222']],
  ['one that hangs up', '山东CA', 8222, closing_, 'silent', ['山东CA助手 :8222']],
  ['a page in its place', '山东CA', 8222, page, 'foreign', ['山东CA助手 :8222']],
  ['noise in its place', '山东CA', 8222, garbage, 'foreign', ['山东CA助手 :8222']],
  ['an answer without end', '山东CA', 8222, endless, 'foreign', ['山东CA助手 :8222']],
  ['frames without end', '北京CA', 21051, endlessFrames, 'foreign', ['BJCA 证书应用环境 :21051']],
  ['a page at another CA’s port', '北京CA', 8222, page, 'none', []],
  ['something at another CA’s port', '北京CA', 9651, hanging, 'none', []],
])('%s is told', async (_, authority, port, service, outcome, told) => {
  const server = service([21061, 18981, 51245].includes(port));
  closing.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  const change = (probe: Probe): Probe => ({
    ...probe,
    network: {
      ...probe.network,
      askLocally: (question) => probe.network.askLocally({ ...question, port: own }),
    },
    system: {
      ...probe.system,
      listeners: () => Promise.resolve(ok([{ port, pid: null, process: null }])),
    },
  });
  const [sandbox] = SHIPPED_PROFILES;
  if (sandbox === undefined) throw new Error('no profile');
  const profile = { ...sandbox, authority: { ...sandbox.authority, name: authority } };
  const computer = await createComputer({ keys: issued.keys, profile, change });
  closing.unshift(() => computer.dispose());
  const found = await computer.find('network.localServices');
  expect([found.outcome, found.facts['services']]).toEqual([outcome, told]);
  expect(JSON.stringify(found.facts)).not.toContain('张三');
});
