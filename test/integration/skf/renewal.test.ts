// A renewal, end to end, on a key behind an SKF library.

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostedProvider } from '../../../src/native/host/host-client.ts';
import { hostSkf } from '../../support/hosted-skf.ts';
import { createRig, must, OLD_CONTAINER, type Rig } from '../../support/renewal-rig.ts';
import { buildSoftskf, createSoftskfBench, USER_PIN, type SoftskfBench } from '../../support/softskf.ts';

let bench: SoftskfBench;
let provider: HostedProvider;
let rig: Rig | null = null;

beforeEach(() => {
  bench = createSoftskfBench();
  bench.addDevice('key1');
  bench.addApplication('key1', 'GMAPP');
  Object.assign(process.env, bench.environment);
  provider = hostSkf(buildSoftskf({ ulong: 4, packed: true }));
});
afterEach(async () => {
  await rig?.dispose();
  await provider.dispose();
  bench.dispose();
});

it.each(['RSA-2048', 'SM2'] as const)('renews %s with a new key beside the old one', async (algorithm) => {
  rig = await createRig({ provider, pin: USER_PIN, algorithm });
  const { service, input, dialogue, containers } = rig;
  const before = await containers();
  const report = must(await service.start(input(), dialogue));
  const after = await containers();
  expect([report.mode, report.selfTest]).toEqual(['new', { sign: true, verify: true }]);
  expect(after.find(({ id }) => id === OLD_CONTAINER)).toEqual(before[0]);
  expect(after.map(({ keys, certificates }) => [keys.length, certificates.length])).toEqual([
    [1, 1],
    [1, 1],
  ]);
});
