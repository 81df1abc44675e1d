// Keys to plug in, with certificates of a rehearsal CA that runs in a process of its own. Made when they are first
// asked for, and kept for the other tests: a key file is copied, a SoftHSM2 store is the test's own.

import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRehearsal, type Rehearsal } from '../../support/rehearsal.ts';
import { createSoftHsm, type SoftHsm } from '../../support/softhsm.ts';
import { buildSoftskf, createSoftskfBench, USER_PIN, type SoftskfBench } from '../../support/softskf.ts';
import { createUkey } from '../../support/ukey.ts';

export const PIN = '123456';

export interface KeyOptions {
  readonly daysLeft?: number;
  readonly algorithm?: 'SM2' | 'EC-P256' | 'RSA-2048';
  /** Without a certificate. */
  readonly isBlank?: boolean;
}

/** An SKF key that is not plugged in yet: `bench.plug(device)`. */
export interface SkfKey {
  readonly bench: SoftskfBench;
  readonly device: string;
  /** What the program is started with. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly pin: string;
}

export interface KeyBox {
  /** Address of the CA. */
  gateway(): Promise<string>;
  /** A key file in a drawer, as it was made the first time; `assistant.plugIn` plugs a copy in. */
  keyFile(label: string, options?: KeyOptions): Promise<string>;
  /** A store with one token of that label; remove it with `dispose`. */
  softHsm(label: string, options?: KeyOptions): Promise<SoftHsm>;
  /** A key on the software SKF library, with an SM2 pair; remove it with `bench.dispose`. */
  skfKey(device: string, options?: KeyOptions): Promise<SkfKey>;
  /** The CA, which waits to be told of payment and review, and `ukey` in its data folder. */
  rehearsal(): Promise<Rehearsal>;
  dispose(): Promise<void>;
}

export function createKeyBox(): KeyBox {
  let opened: Promise<Rehearsal> | null = null;
  const files = new Map<string, Promise<string>>();
  const rehearsal = (): Promise<Rehearsal> => (opened ??= createRehearsal('--manual'));

  async function makeKeyFile(label: string, options: KeyOptions): Promise<string> {
    const { ukey } = await rehearsal();
    const made = await ukey.run(['softkey', 'create', '--label', label, '--pin-stdin'], [PIN]);
    if (made.code !== 0) throw new Error(made.stderr);
    await provision(ukey, label, options);
    return join(ukey.folder, 'keys', `${label}.ukey`);
  }

  return {
    rehearsal,
    gateway: async () => (await rehearsal()).gateway,
    keyFile(label, options = {}) {
      const made = files.get(label) ?? makeKeyFile(label, options);
      files.set(label, made);
      return made;
    },
    async softHsm(label, options = {}) {
      const { ukey } = await rehearsal();
      const hsm = await createSoftHsm();
      await hsm.addToken(label);
      const onStore = await createUkey({ SOFTHSM2_CONF: hsm.env['SOFTHSM2_CONF'] }, ukey.folder);
      await provision(onStore, label, { algorithm: 'EC-P256', ...options });
      return hsm;
    },
    async skfKey(device, options = {}) {
      const { ukey } = await rehearsal();
      const bench = createSoftskfBench();
      bench.addDevice(device);
      bench.addApplication(device, 'GMAPP');
      const args = ['--skf', buildSoftskf({ ulong: 4, packed: true })];
      const onBench = await createUkey(bench.environment, ukey.folder);
      await provision(onBench, `S${device}`, options, args, USER_PIN);
      bench.unplug(device);
      bench.clearTrace();
      return { bench, device, args, env: bench.environment, pin: USER_PIN };
    },
    async dispose() {
      await (await opened)?.dispose();
    },
  };
}

async function provision(
  ukey: Rehearsal['ukey'],
  token: string,
  { daysLeft = 12, algorithm = 'SM2', isBlank = false }: KeyOptions,
  driver: readonly string[] = [],
  pin = PIN,
): Promise<void> {
  if (isBlank) return;
  const options = ['--token', token, '--days-left', String(daysLeft), '--algorithm', algorithm, ...driver];
  const { code, stderr } = await ukey.run(['sandbox', 'provision', ...options, '--pin-stdin'], [pin]);
  if (code !== 0) throw new Error(stderr);
}

/** As if the key in that file were plugged in; the new path. */
export async function plugInKeyFile(file: string, dataDir: string, name = 'key'): Promise<string> {
  const path = join(dataDir, 'keys', `${name}.ukey`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await copyFile(file, path);
  return path;
}
