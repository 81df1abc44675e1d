// What is plugged in, through the whole application with its real child processes: keys of softskf and SoftHSM2,
// key files, and a USB bus made by umockdev.

import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/app/adapters/log.ts';
import { createApplication, type Application, type ApplicationOptions } from '../../src/app/compose.ts';
import type { Presence, PresenceEvent } from '../../src/app/services/presence.ts';
import { createSoftwareKey } from '../../src/native/software/create.ts';
import { hostPath } from '../support/hosted.ts';
import { createProxy } from '../support/pkcs11-proxy/proxy.ts';
import { createSoftHsm } from '../support/softhsm.ts';
import { buildSoftskf, createSoftskfBench } from '../support/softskf.ts';
import { createUsbBed } from '../support/usb-bed/usb-bed.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'presence-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Started {
  readonly application: Application;
  readonly presence: Presence;
  /** The next changes, as `appeared LABEL`; what is plugged in at first is none. */
  changes(): Promise<readonly string[]>;
}

async function start(options: Partial<ApplicationOptions>): Promise<Started> {
  const dataDir = await temporaryFolder();
  const application = createApplication({
    ...{ dataDir, drivers: [], findModules: false, hostPath, hostEnvironment: process.env },
    ...{ clock: { now: () => Date.now() }, random: () => new Uint8Array(1), log: silentLog },
    ...options,
  });
  endings.push(() => application.dispose());
  const presence = await application.presence();
  await until(presence, ({ isComplete, facts }) => isComplete && facts !== null);
  return {
    ...{ application, presence },
    changes: () =>
      new Promise((resolve) => {
        const end = presence.subscribe(({ changes }) => {
          if (changes.length === 0) return;
          end();
          resolve(changes.map(({ kind, token }) => `${kind} ${token.label}`));
        });
      }),
  };
}

function until(presence: Presence, fits: (snapshot: PresenceEvent['snapshot']) => boolean): Promise<void> {
  if (fits(presence.snapshot())) return Promise.resolve();
  return new Promise((resolve) => {
    const end = presence.subscribe(({ snapshot }) => {
      if (!fits(snapshot)) return;
      end();
      resolve();
    });
  });
}

async function softskf() {
  const bench = createSoftskfBench();
  endings.push(bench.dispose);
  bench.addDevice('K1', { label: 'KEY' });
  bench.addApplication('K1', 'APP');
  bench.unplug('K1');
  const driver = { kind: 'skf', module: buildSoftskf({ ulong: 4, packed: false }) } as const;
  return { ...bench, driver };
}

const SOFTWARE_KEY = { label: 'SOFT', pin: Buffer.from('123456'), adminPin: null };

describe('an SKF key', () => {
  it('is shown after the event of the bus, and gone after the other', async () => {
    const [bed, bench] = [await createUsbBed(), await softskf()];
    endings.push(bed.dispose);
    const { presence, changes } = await start({
      drivers: [bench.driver],
      hostEnvironment: { ...bed.env, ...bench.environment },
    });
    const appeared = changes();
    bench.plug('K1');
    await bed.attach('1-1', '055c:e618');
    const first = await appeared;
    const { devices } = presence.snapshot();
    const removed = changes();
    bench.unplug('K1');
    await bed.detach('1-1');
    expect({ first, devices, second: await removed, after: presence.snapshot().tokens }).toEqual({
      first: ['appeared KEY'],
      devices: [{ usbId: '055c:e618', vendor: '龙脉 Longmai', hasDriver: true }],
      second: ['removed KEY'],
      after: [],
    });
  });

  it('is found by the poll where nothing tells of it, without connecting to a device while nothing moves', async () => {
    const bench = await softskf();
    const { changes } = await start({
      drivers: [bench.driver],
      hostEnvironment: { ...process.env, ...bench.environment },
    });
    const appeared = changes();
    bench.plug('K1');
    expect(await appeared).toEqual(['appeared KEY']);
    const removed = changes();
    bench.clearTrace();
    bench.unplug('K1');
    expect(await removed).toEqual(['removed KEY']);
    expect(new Set(bench.trace())).toEqual(new Set(['SKF_EnumDev 0x00000000']));
  });
});

describe('a PKCS#11 key', () => {
  it('that another program made is shown, and one through two libraries once', async () => {
    const hsm = await createSoftHsm();
    endings.push(hsm.dispose);
    const proxy = await createProxy(hsm.module, hsm.folder);
    const { presence, changes } = await start({
      drivers: [
        { kind: 'pkcs11', module: hsm.module },
        { kind: 'pkcs11', module: proxy.module },
      ],
      hostEnvironment: { ...hsm.env, ...proxy.env },
    });
    const appeared = changes();
    await hsm.addToken('FIRST');
    const first = await appeared;
    await presence.look();
    const modules = presence.snapshot().tokens.map(({ view }) => view.module);
    await hsm.removeToken('FIRST');
    await until(presence, ({ tokens }) => tokens.length === 0);
    expect({ first, modules }).toEqual({ first: ['appeared FIRST'], modules: [hsm.module] });
  });
});

describe('a key file', () => {
  it('is shown when it is made or copied, and gone when it is deleted', async () => {
    const folder = await temporaryFolder();
    const keyFolder = join(folder, 'keys');
    await mkdir(keyFolder);
    const { changes } = await start({ keyFolder });
    const seen: (readonly string[])[] = [];
    for (const step of [
      () => createSoftwareKey(join(keyFolder, 'a.ukey'), SOFTWARE_KEY),
      () => rename(join(keyFolder, 'a.ukey'), join(folder, 'a.ukey')),
      () => rename(join(folder, 'a.ukey'), join(keyFolder, 'b.ukey')),
    ]) {
      const told = changes();
      await step();
      seen.push(await told);
    }
    expect(seen).toEqual([['appeared SOFT'], ['removed SOFT'], ['appeared SOFT']]);
  });

  it('is left alone while an operation has it, and read as soon as that has ended', async () => {
    const folder = await temporaryFolder();
    const keyFolder = join(folder, 'keys');
    await mkdir(keyFolder);
    await createSoftwareKey(join(keyFolder, 'a.ukey'), SOFTWARE_KEY);
    const { application, presence, changes } = await start({ keyFolder });
    const [found] = presence.snapshot().tokens;
    if (found === undefined) throw new Error('no key');
    const { token, source } = found;
    const held = await application.lock(token.id);
    if (!held.ok) throw new Error(held.error.code);
    const told = changes();
    await source.provider.login(token.id, Buffer.from('654321'), { acceptLastTry: false });
    await presence.look();
    const during = presence.snapshot().tokens[0]?.view.pin.attemptsLeft;
    await held.value.release();
    const after = await told;
    expect({ during, after, left: presence.snapshot().tokens[0]?.view.pin.attemptsLeft }).toEqual({
      during: 10,
      after: ['changed SOFT'],
      left: 9,
    });
  });
});
