// The keys a whole renewal is tested on, each behind the real, built driver host.

import { hostPkcs11, hostSoftwareKey } from './hosted.ts';
import { hostSkf } from './hosted-skf.ts';
import { createSoftHsm } from './softhsm.ts';
import {
  buildSoftskf,
  createSoftskfBench,
  USER_PIN,
  type SoftskfBench,
  type SoftskfBuild,
} from './softskf.ts';
import { createSoftwareKeyBench, PIN } from './software-key.ts';
import type { HostedProvider } from '../../src/native/host/host-client.ts';

export interface TestToken {
  readonly provider: HostedProvider;
  readonly pin: string;
  dispose(): Promise<void>;
}

export async function openSoftHsmToken(): Promise<TestToken> {
  const hsm = await createSoftHsm();
  const { pin } = await hsm.addToken('renewal');
  process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
  const provider = hostPkcs11(hsm.module);
  return {
    provider,
    pin,
    async dispose() {
      await provider.dispose();
      await hsm.dispose();
    },
  };
}

export function openSoftskfToken(
  build: SoftskfBuild = { ulong: 4, packed: true },
  prepare: (bench: SoftskfBench) => void = () => undefined,
): TestToken {
  const bench = createSoftskfBench();
  bench.addDevice('key1');
  bench.addApplication('key1', 'GMAPP');
  prepare(bench);
  Object.assign(process.env, bench.environment);
  const provider = hostSkf(buildSoftskf(build));
  return {
    provider,
    pin: USER_PIN,
    async dispose() {
      await provider.dispose();
      bench.dispose();
    },
  };
}

export async function openSoftwareToken(): Promise<TestToken> {
  const bench = await createSoftwareKeyBench();
  const provider = hostSoftwareKey(bench.fresh());
  return {
    provider,
    pin: PIN,
    async dispose() {
      await provider.dispose();
      bench.dispose();
    },
  };
}
