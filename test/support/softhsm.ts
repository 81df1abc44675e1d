// A SoftHSM2 store of its own in a temporary folder, with any number of tokens. Every program that is to see
// it gets `env`; nothing outside the folder is touched.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
];

/** Absolute path of the SoftHSM2 module; throws where it is not installed. */
export function softhsmModule(): string {
  const found = MODULES.find((path) => existsSync(path));
  if (found === undefined) throw new Error('SoftHSM2 is not installed');
  return found;
}

export interface SoftHsmToken {
  readonly label: string;
  readonly pin: string;
  readonly adminPin: string;
}

export interface SoftHsm {
  readonly module: string;
  /** Folder that holds softhsm2.conf and the store. */
  readonly folder: string;
  /** Environment for programs that are to see this store. */
  readonly env: NodeJS.ProcessEnv;
  addToken(label: string): Promise<SoftHsmToken>;
  removeToken(label: string): Promise<void>;
  /** Moves the store away and back, as if every token were pulled and plugged in. */
  pull(): Promise<void>;
  plug(): Promise<void>;
  /** Runs pkcs11-tool on this store and answers its standard output. */
  pkcs11Tool(...args: readonly string[]): Promise<string>;
  dispose(): Promise<void>;
}

export async function createSoftHsm(): Promise<SoftHsm> {
  const module = softhsmModule();
  const folder = await mkdtemp(join(tmpdir(), 'softhsm-'));
  const store = join(folder, 'tokens');
  const config = join(folder, 'softhsm2.conf');
  await mkdir(store);
  await writeFile(config, `directories.tokendir = ${store}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const env = { ...process.env, SOFTHSM2_CONF: config };
  return {
    module,
    folder,
    env,
    async addToken(label) {
      const token = { label, pin: '123456', adminPin: '87654321' };
      const secrets = ['--pin', token.pin, '--so-pin', token.adminPin];
      await run('softhsm2-util', ['--init-token', '--free', '--label', label, ...secrets], { env });
      return token;
    },
    async removeToken(label) {
      await run('softhsm2-util', ['--delete-token', '--token', label], { env });
    },
    pull: () => rename(store, `${store}.pulled`),
    plug: () => rename(`${store}.pulled`, store),
    pkcs11Tool: (...args) => runPkcs11Tool(config, ...args),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** pkcs11-tool on the store of that configuration file; answers its standard output. */
export async function runPkcs11Tool(config: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, SOFTHSM2_CONF: config };
  const { stdout } = await run('pkcs11-tool', ['--module', softhsmModule(), ...args], { env });
  return stdout;
}
