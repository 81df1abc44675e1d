// SM2 in a software key. Its driver is our own code, so what can be interrupted in it is the disk: each durable
// write of the key file and of its backup.

import { randomBytes } from 'node:crypto';
import { access, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSoftwareKey } from '../../src/native/software/create.ts';
import { createSoftwareProvider } from '../../src/native/software/provider.ts';
import { buildDiskShim } from '../support/disk-faults/build-shim.ts';
import { must } from '../support/renewal-rig.ts';
import { lighten } from '../support/software-key.ts';
import { numbered, type CellToken, type Moment, type TokenKind } from './cell-token.ts';
import { noteOldKeys, oldKeysWork } from './old-sm2-keys.ts';
import { appeared } from './appeared.ts';

const PIN = '123456';
const LABEL = 'renewal';

export const softwareKey: TokenKind = {
  name: 'software key, SM2',
  algorithm: 'SM2',
  isDual: true,

  async prepare(folder, certify) {
    await mkdir(join(folder, 'stick'));
    const path = join(folder, 'stick', 'key.ukey');
    must(await createSoftwareKey(path, { label: LABEL, pin: Buffer.from(PIN), adminPin: randomBytes(8) }));
    await lighten(path, PIN);
    const provider = createSoftwareProvider(path);
    await certify({ provider, pin: PIN });
    await noteOldKeys(folder, provider);
  },

  async open(folder) {
    const stick = join(folder, 'stick');
    const path = join(stick, 'key.ukey');
    const trace = join(folder, 'key-trace');
    const until = join(folder, 'paused-until');
    const shim = await buildDiskShim();
    let fault = '';
    const arm = (action: string, { name, occurrence }: Moment, argument = ''): void => {
      fault = `${action} ${name} ${occurrence} ${argument}`;
    };
    const token: CellToken = {
      driver: ['--keystore', path],
      wanted: LABEL,
      pin: PIN,
      environment: () => ({
        LD_PRELOAD: shim,
        KEY_FILE: path,
        KEY_FILE_TRACE: trace,
        ...(fault === '' ? {} : { KEY_FILE_FAULT: fault }),
      }),
      moments: async () => numbered((await readFile(trace, 'utf8')).trim().split('\n')),
      killAt: async (moment, order) => arm(`kill-${order}`, moment),
      pullAt: async (moment) => arm('pull', moment),
      async pauseAt(moment) {
        await writeFile(until, '');
        arm('pause', moment, until);
        return { reached: () => appeared(`${until}.paused`) };
      },
      async calm() {
        fault = '';
        await rm(until, { force: true });
        const isPulled = await access(`${stick}.pulled`).then(
          () => true,
          () => false,
        );
        if (isPulled) await rename(`${stick}.pulled`, stick);
      },
      // On a copy, so that a look changes nothing for what follows: no try is counted, no old lock is broken.
      async oldKeysWork() {
        const copy = join(folder, 'looked-at');
        await mkdir(copy);
        await cp(path, join(copy, 'key.ukey'));
        try {
          const provider = createSoftwareProvider(join(copy, 'key.ukey'));
          return await oldKeysWork(folder, { provider, pin: PIN });
        } finally {
          await rm(copy, { recursive: true, force: true });
        }
      },
    };
    return token;
  },
};

/** What lets the disk be full for the key file from the N-th write of it on. */
export function fullFrom({ name, occurrence }: Moment): NodeJS.ProcessEnv {
  return { KEY_FILE_FAULT: `full ${name} ${occurrence}` };
}
