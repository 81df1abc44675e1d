// Runs in Node for Windows: asks and changes through the same client, child and change maker as the application, and
// writes what came of it as JSON. What is right is for test/peers/windows.test.ts to say.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createChangeMaker } from '../../../src/app/adapters/os/change-maker.ts';
import type { CertificateChange, Change, RegistryChange } from '../../../src/core/environment/repair.ts';
import type { StoredCertificate } from '../../../src/core/environment/windows-probe.ts';
import { forkChild } from '../../../src/native/host/fork-channel.ts';
import { createWindowsClient } from '../../../src/native/windows/windows-client.ts';

const here = dirname(fileURLToPath(import.meta.url));
const bugs: string[] = [];
const windows = createWindowsClient({
  openChannel: () => forkChild(join(here, 'out/windows.mjs'), (text) => bugs.push(text)),
  limitMs: 60_000,
  onBug: (call, text) => bugs.push(`${call}: ${text}`),
});
const maker = createChangeMaker({ root: '/', windows });
const reg = (...args: string[]) => execFileSync('reg', args, { stdio: 'ignore' });

const KEY = 'HKCU\\Software\\智能证书助手\\检测';

/** What `reg import` of wine wrote, as we read it. */
async function readRegistry() {
  reg('import', join(here, 'given.reg'));
  return {
    values: await windows.values(KEY),
    keys: await windows.keys(KEY),
    default: await windows.value(KEY, ''),
    odd: await windows.value(KEY, '坏文本'),
    short: await windows.value(KEY, '坏数字'),
    long: await windows.value(KEY, '长'),
    noKey: await windows.values(`${KEY}\\没有`),
    noKeys: await windows.keys(`${KEY}\\没有`),
    noValue: await windows.value(KEY, '没有'),
    noRoot: await windows.value('HKXX\\Software', 'a'),
  };
}

const NEW =
  'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\ZoneMap\\Domains\\ca.example';

/** Each change made and taken back; between the two wine's own `reg export` writes down what it sees. */
async function changeRegistry() {
  const changes: readonly RegistryChange[] = [
    registryChange(`${KEY}\\写入`, '文字', null, { type: 'text', value: '证书助手 𠮷' }, `${KEY}\\写入`),
    registryChange(`${KEY}\\写入`, '展开', null, { type: 'expandable', value: '%SystemRoot%\\证书' }),
    registryChange(`${KEY}\\写入`, '列表', null, { type: 'list', value: ['一', '二'] }),
    registryChange(`${KEY}\\写入`, '数字', null, { type: 'number', value: 4_000_000_000 }),
    registryChange(`${KEY}\\写入`, '字节', null, { type: 'bytes', value: 'AQID' }),
    registryChange(KEY, '中文', { type: 'text', value: '甲' }, { type: 'text', value: '乙' }),
    registryChange(NEW, 'https', null, { type: 'number', value: 2 }, NEW),
  ];
  reg('export', KEY, join(here, 'before.reg'), '/y');
  const made = await all(changes, 'forward');
  reg('export', KEY, join(here, 'changed.reg'), '/y');
  reg('export', NEW, join(here, 'zone.reg'), '/y');
  const elsewhere = registryChange(KEY, '中文', { type: 'text', value: '丙' }, { type: 'text', value: '丁' });
  const refused = await maker.make(elsewhere, 'forward');
  const undone = await all(changes.toReversed(), 'back');
  reg('export', KEY, join(here, 'undone.reg'), '/y');
  const view32: RegistryChange = {
    ...registryChange('HKLM\\SOFTWARE\\智能证书助手', '位数', null, { type: 'number', value: 32 }),
    view: 32,
  };
  const wow = [await maker.make(view32, 'forward'), await windows.values('HKLM\\SOFTWARE\\智能证书助手', 64)];
  reg('export', 'HKLM\\SOFTWARE\\WOW6432Node\\智能证书助手', join(here, 'wow.reg'), '/y');
  return { made, refused, undone, parentLeft: await windows.values(NEW), wow };
}

function registryChange(
  key: string,
  name: string,
  before: RegistryChange['before'],
  after: RegistryChange['after'],
  newKey: string | null = null,
): RegistryChange {
  return { kind: 'registry', key, name, view: 64, before, after, newKey };
}

async function all(changes: readonly Change[], direction: 'forward' | 'back') {
  const steps: unknown[] = [];
  for (const change of changes) {
    const made = await maker.make(change, direction);
    steps.push(made.ok ? await maker.look(change) : made.error);
  }
  return steps;
}

async function changeStores() {
  const der = new Uint8Array(readFileSync(join(here, 'anchor.der')));
  const change = (store: 'CA' | 'MY', before: 'absent' | 'present'): CertificateChange => ({
    kind: 'certificate',
    ...{ store, place: 'user', der: Buffer.from(der).toString('base64'), serialized: null },
    ...{ before, after: before === 'absent' ? 'present' : 'absent' },
  });
  const steps: Record<string, unknown> = {};
  for (const store of ['CA', 'MY'] as const) {
    const put = change(store, 'absent');
    const added = await all([put], 'forward');
    const seen = await ours(store, der);
    const twice = await windows.addCertificate(store, 'user', der, null);
    const count = (await ours(store, der)).length;
    // Aside and back, with all its properties.
    const serialized = seen[0] === undefined ? null : Buffer.from(seen[0].serialized).toString('base64');
    const aside: CertificateChange = { ...change(store, 'present'), serialized };
    const gone = await all([aside], 'forward');
    const back = await all([aside], 'back');
    const restored = await ours(store, der);
    steps[store] = {
      ...{ added, twice, count, gone, back },
      link: seen[0]?.keyLink,
      isSame: seen[0]?.serialized.toString() === restored[0]?.serialized.toString(),
      undone: await all([put], 'back'),
      left: (await ours(store, der)).length,
    };
  }
  return { steps, roots: await machineRoots() };
}

/** Base64. */
async function machineRoots(): Promise<readonly string[]> {
  const listed = await windows.store('ROOT', 'machine');
  return listed.ok ? listed.value.map(({ der }) => Buffer.from(der).toString('base64')) : [];
}

async function ours(store: 'CA' | 'MY', der: Uint8Array): Promise<readonly StoredCertificate[]> {
  const listed = await windows.store(store, 'user');
  return listed.ok ? listed.value.filter((one) => Buffer.compare(one.der, der) === 0) : [];
}

async function askSystem() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const [processes, listeners] = [await windows.processes(), await windows.listeners()];
  server.close();
  return {
    self: processes.ok && processes.value.find(({ pid }) => pid === process.pid),
    listener: listeners.ok && listeners.value.filter((one) => one.port === port).map(({ address: at }) => at),
    service: await windows.service('PlugPlay'),
    noService: await windows.service('没有这个服务'),
    isElevated: await windows.isElevated(),
    folders: [await windows.folder('windows'), await windows.folder('programData')],
    mayChange: await windows.mayChange('C:\\windows'),
    noFile: await windows.mayChange('C:\\没有'),
    battery: (await windows.battery()).ok,
    device: await busDevice(),
    exitCode: await windows.runElevated(process.execPath, ['-e', 'process.exit(7)']),
    repaired: await repairElevated(),
  };
}

/** One that every wine has. */
async function busDevice() {
  const devices = await windows.devices();
  return devices.ok && devices.value.find(({ instance }) => instance === 'ROOT\\WINE\\WINEBUS');
}

/** The built helper, by Windows' own way to the administrator's rights, which wine grants without a question. */
async function repairElevated() {
  const hosts = 'C:\\windows\\system32\\drivers\\etc\\hosts';
  writeFileSync(hosts, '127.0.0.1 localhost\r\n10.9.9.9 wt.szca.com # 劫持\r\n');
  const repairs = [{ repair: 'hosts.clean', facts: { hosts: ['wt.szca.com'] } }];
  const id = '20261120-040000-abcd';
  const request = JSON.stringify({ apply: { id, at: '2026-11-20T04:00:00.000Z', repairs } });
  const file = join(here, 'request.json');
  writeFileSync(file, request);
  const [hash, name] = [createHash('sha256').update(request).digest('hex'), 'a'.repeat(32)];
  const helper = join(here, 'out/elevated-repair.mjs');
  const place = 'C:\\ProgramData\\Certificate Assistant';
  const ended = await windows.runElevated(process.execPath, [helper, file, hash, name]);
  const read = (path: string): string => readFileSync(path, 'utf8');
  return {
    ended,
    answer: read(join(place, 'answers', `${name}.json`)),
    hosts: read(hosts),
    hasRecord: read(join(place, 'repairs', `${id}.json`)).includes('"state":"applied"'),
    // wine keeps no owner of a folder: ours looks like somebody else's now, and is left alone.
    again: await windows.runElevated(process.execPath, [helper, file, hash, name]),
  };
}

const result = {
  read: await readRegistry(),
  changed: await changeRegistry(),
  stores: await changeStores(),
  system: await askSystem(),
  bugs,
};
windows.dispose();
writeFileSync(join(here, 'result.json'), JSON.stringify(result));
// Whatever is still open in wine.
process.exit(0);
