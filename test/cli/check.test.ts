// `ukey check` on this very computer, whatever it is: each run asks only about what was broken on purpose.

import { mkdir, stat, writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBadDriver } from '../support/bad-driver/build-bad-driver.ts';
import { createProxy, type Proxy } from '../support/pkcs11-proxy/proxy.ts';
import { createSoftHsm, type SoftHsm } from '../support/softhsm.ts';
import { createUkey, type Ukey } from '../support/ukey.ts';

let [empty, one, two]: SoftHsm[] = [];
let ukeys: Ukey[] = [];

beforeAll(async () => {
  [empty, one, two] = await Promise.all([createSoftHsm(), createSoftHsm(), createSoftHsm()]);
  await one.addToken('一');
  await two.addToken('甲');
  await two.addToken('乙');
  await one.pkcs11Tool(
    '-l',
    '--pin',
    '123456',
    '-k',
    '--key-type',
    'EC:prime256v1',
    '--id',
    '0a',
    '--label',
    'x',
  );
});
afterAll(async () => {
  for (const hsm of [empty, one, two]) await hsm?.dispose();
  await Promise.all(ukeys.map((ukey) => ukey.dispose()));
});

async function open(environment: NodeJS.ProcessEnv): Promise<Ukey> {
  const ukey = await createUkey(environment);
  ukeys = [...ukeys, ukey];
  return ukey;
}

interface Found {
  readonly id: string;
  readonly outcome: string;
  readonly status: string;
  readonly facts: Readonly<Record<string, readonly string[]>>;
}

async function find(id: string, environment: NodeJS.ProcessEnv, ...more: readonly string[]) {
  const { code, json } = await (await open(environment)).run([...more, 'check', '--only', id, '--json']);
  const { findings } = json() as { findings: readonly Found[] };
  return { code, outcome: findings.find((found) => found.id === id)?.outcome };
}

async function proxied(hsm: SoftHsm | undefined, ...rules: readonly string[]): Promise<Proxy> {
  const folder = join(hsm?.folder ?? '', `proxy-${rules.join('').replace(/\W/g, '')}`);
  await mkdir(folder);
  const proxy = await createProxy(hsm?.module ?? '', folder);
  await proxy.control(...rules);
  return proxy;
}

describe('ukey check', () => {
  it('names what is wrong with drivers, keys and PINs', async () => {
    const foreign = join(empty?.folder ?? '', 'foreign.so');
    const header = Buffer.alloc(64);
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    header.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
    await writeFile(foreign, header);
    const crashing = await proxied(empty, 'crash C_GetSlotList *');
    const locked = await proxied(one, 'flags locked');
    const none = empty?.env ?? {};
    const module = (path: string) => ['--module', path] as const;
    const results = await Promise.all([
      find('driver.loads', none, ...module('/nowhere/driver.so')),
      find('driver.loads', none, ...module(process.execPath)),
      find('driver.fits', none, ...module(foreign)),
      find('driver.loads', { ...none, ...crashing.env }, ...module(crashing.module)),
      find('key.pin', { ...one?.env, ...locked.env }, ...module(locked.module)),
      find('key.count', two?.env ?? {}),
      find('key.leftovers', one?.env ?? {}),
    ]);
    expect(results).toEqual([
      { code: 10, outcome: 'notFound' },
      { code: 10, outcome: 'invalid' },
      { code: 0, outcome: 'someForeign' },
      { code: 10, outcome: 'crashes' },
      { code: 10, outcome: 'locked' },
      { code: 10, outcome: 'several' },
      { code: 0, outcome: 'orphans' },
    ]);
  });

  it(
    'names the module that hangs, the one that crashes and the one that is not there',
    { timeout: 90_000 },
    async () => {
      const folder = empty?.folder ?? '';
      const hanging = await buildBadDriver(folder, 'hangs');
      const crashing = await buildBadDriver(folder, 'crashes');
      const modules = [hanging, crashing, '/nowhere/driver.so'].flatMap((path) => ['--module', path]);
      const { code, json } = await (
        await open(empty?.env ?? {})
      ).run([...modules, 'check', '--only', 'driver.loads', '--json']);
      const { findings, layer } = json() as { findings: readonly Found[]; layer: string };
      const loads = findings.find(({ id }) => id === 'driver.loads');
      expect({ code, layer, troubles: new Set(loads?.facts['troubles']) }).toEqual({
        ...{ code: 10, layer: 'module' },
        troubles: new Set([`hangs ${hanging}`, `crashes ${crashing}`, 'notFound /nowhere/driver.so']),
      });
    },
  );

  it('refuses what is no check and no profile', async () => {
    const ukey = await open(empty?.env ?? {});
    const answers = await Promise.all(
      [
        ['--only', 'dance'],
        ['--profile', 'dance'],
      ].map(async (more) => {
        const { code, json } = await ukey.run(['check', ...more, '--json']);
        return [code, (json()['error'] as { code: string }).code];
      }),
    );
    expect(answers).toEqual([
      [2, 'check.notFound'],
      [2, 'profile.notFound'],
    ]);
  });

  it('repairs what is its own, tells how to take it back, and takes it back', async () => {
    const ukey = await open(empty?.env ?? {});
    const log = join(ukey.folder, 'log');
    await mkdir(log, { mode: 0o755 });
    const modeOf = async () => (await stat(log)).mode & 0o777;
    const dry = await ukey.run(['repair', 'data.permissions', '--dry-run']);
    const modes = [await modeOf()];
    const made = await ukey.run(['repair', 'data.permissions', '--yes', '--json']);
    modes.push(await modeOf());
    const undone = await ukey.run(['repair', '--undo', String(made.json()['record'])]);
    modes.push(await modeOf());
    expect({ codes: [dry.code, made.code, undone.code], modes }).toEqual({
      codes: [0, 0, 0],
      modes: [0o755, 0o700, 0o755],
    });
    expect(dry.stdout).toContain('755 改为 700');
  });

  it('writes a report that names nobody, and overwrites nothing', async () => {
    const ukey = await open(one?.env ?? {});
    const path = join(ukey.folder, 'report.txt');
    const only = ['--only', 'key'];
    const first = await ukey.run(['check', ...only, '--report', path]);
    const second = await ukey.run(['check', ...only, '--report', path, '--json']);
    const text = await readFile(path, 'utf8');
    expect([
      first.stderr.includes(path),
      second.code,
      text.includes('诊断码'),
      text.includes('key.count'),
    ]).toEqual([true, 2, true, true]);
  });
});
