// SM2 behind SKF: the software library, its devices and its control file.

import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forkChild } from '../../src/native/host/fork-channel.ts';
import { createHostedProvider, type HostedProvider } from '../../src/native/host/host-client.ts';
import { hostPath } from '../support/hosted.ts';
import { buildSoftskf, createSoftskfBench, USER_PIN } from '../support/softskf.ts';
import { appeared } from './appeared.ts';
import { numbered, type CellToken, type TokenKind } from './cell-token.ts';
import { noteOldKeys, oldKeysWork } from './old-sm2-keys.ts';

/** Calls that change the token, use a key or change who is logged in. */
const TELLING: ReadonlySet<string> = new Set([
  'SKF_VerifyPIN',
  'SKF_ClearSecureState',
  'SKF_CreateContainer',
  'SKF_DeleteContainer',
  'SKF_GenECCKeyPair',
  'SKF_ImportECCKeyPair',
  'SKF_ImportCertificate',
  'SKF_ECCSignData',
  'SKF_ImportSessionKey',
  'SKF_Decrypt',
  'SKF_CreateFile',
  'SKF_DeleteFile',
  'SKF_WriteFile',
]);

const DEVICE = 'renewal';
const APPLICATION = 'GMAPP';

/** @param maxContainers how many containers fit on the device */
export function softskf(maxContainers = 8): TokenKind {
  const module = buildSoftskf({ ulong: 4, packed: true });

  return {
    name: 'SKF, SM2',
    algorithm: 'SM2',
    isDual: true,

    async prepare(folder, certify) {
      const bench = createSoftskfBench(join(folder, 'skf'));
      bench.addDevice(DEVICE, { label: DEVICE, max_containers: maxContainers });
      bench.addApplication(DEVICE, APPLICATION);
      const provider = hostIn(module, bench.environment);
      await certify({ provider, pin: USER_PIN });
      await noteOldKeys(folder, provider);
      await provider.dispose();
    },

    async open(folder) {
      const bench = createSoftskfBench(join(folder, 'skf'));
      bench.clearTrace();
      const arm = ({ name, occurrence }: { name: string; occurrence: number }, action: string): void =>
        bench.control(`${name} ${occurrence} ${action}`);
      const token: CellToken = {
        driver: ['--skf', module],
        wanted: DEVICE,
        pin: USER_PIN,
        environment: () => bench.environment,
        async moments() {
          const names = bench.trace().map((line) => line.split(' ')[0] ?? '');
          return numbered(names.filter((name) => TELLING.has(name)));
        },
        async killAt(moment, order) {
          arm(moment, order === 'before' ? 'kill-both' : 'kill-both-after');
        },
        async pullAt(moment) {
          arm(moment, `unplug ${DEVICE}`);
        },
        async pauseAt(moment) {
          const until = join(folder, 'paused-until');
          await writeFile(until, '');
          arm(moment, `pause ${until}`);
          return { reached: () => appeared(`${until}.paused`) };
        },
        async calm() {
          bench.control();
          await rm(join(folder, 'paused-until'), { force: true });
          if (bench.isUnplugged(DEVICE)) bench.plug(DEVICE);
        },
        // On a copy, so that a look changes nothing for what follows.
        async oldKeysWork() {
          const copy = join(folder, 'looked-at');
          await cp(bench.home, copy, { recursive: true });
          const provider = hostIn(module, { SOFTSKF_HOME: copy });
          try {
            return await oldKeysWork(folder, { provider, pin: USER_PIN });
          } finally {
            await provider.dispose();
            await rm(copy, { recursive: true, force: true });
          }
        },
      };
      return token;
    },
  };
}

function hostIn(module: string, environment: NodeJS.ProcessEnv): HostedProvider {
  return createHostedProvider({
    start: { kind: 'skf', module },
    openChannel: () => forkChild(hostPath, () => undefined, { ...process.env, ...environment }),
    onBug: (text) => {
      throw new Error(text);
    },
  });
}
