// A throw-away token of SoftHSM2, in a folder of its own. The program that makes it takes PINs on its command
// line only, so the token is born with a PIN that is changed at once for one that was never seen there.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { candidates, VENDORS } from '../../native/vendors/modules.ts';

export interface SoftHsmToken {
  /** Absolute path of the PKCS#11 module. */
  readonly module: string;
  /** Variables of a driver host that is to see the token and no other. */
  readonly environment: NodeJS.ProcessEnv;
  /** What was made in the folder. */
  readonly files: readonly string[];
  /** The PIN to be changed before anything else. */
  readonly birthPin: string;
}

export interface SoftHsmOptions {
  /** Holds softhsm2.conf and the store afterwards. */
  readonly folder: string;
  /** null: the one that is installed. */
  readonly module: string | null;
  readonly label: string;
  /** Random digits. */
  digits(count: number): string;
}

const UTILITIES = ['/usr/bin/softhsm2-util', '/usr/local/bin/softhsm2-util'];

export async function createSoftHsmToken(
  options: SoftHsmOptions,
): Promise<Result<SoftHsmToken, AppError<'software.missing' | 'driver.failed'>>> {
  const module = options.module ?? installedModule();
  const utility = UTILITIES.find((path) => existsSync(path));
  if (module === null || utility === undefined) return err(softHsmMissing());
  const store = join(options.folder, 'tokens');
  const config = join(options.folder, 'softhsm2.conf');
  await mkdir(store, { mode: 0o700 });
  await writeFile(config, `directories.tokendir = ${store}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const environment = { ...process.env, SOFTHSM2_CONF: config };
  const birthPin = options.digits(8);
  const pins = ['--pin', birthPin, '--so-pin', options.digits(8)];
  try {
    const args = ['--init-token', '--free', '--label', options.label, ...pins];
    await promisify(execFile)(utility, args, { env: environment });
  } catch {
    return err({ code: 'driver.failed', module, native: { call: 'softhsm2-util', value: '--init-token' } });
  }
  return ok({ module, environment, files: ['tokens', 'softhsm2.conf'], birthPin });
}

function installedModule(): string | null {
  const libraries = VENDORS.filter(({ id }) => id === 'softhsm2')
    .flatMap((vendor) => vendor.libraries)
    .filter(({ platform }) => platform === process.platform);
  return libraries.flatMap((library) => candidates(library, process.arch).flat()).find(existsSync) ?? null;
}

function softHsmMissing(): AppError<'software.missing'> {
  const command = 'apt-get install -y softhsm2';
  const isRoot = process.getuid?.() === 0;
  return { code: 'software.missing', packages: 'softhsm2', command: isRoot ? command : `sudo ${command}` };
}
