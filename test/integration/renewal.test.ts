import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostedProvider } from '../../src/native/host/host-client.ts';
import type { KeyContainer } from '../../src/core/token/token.ts';
import { hostPkcs11 } from '../support/hosted.ts';
import { createRig, must, OLD_CONTAINER, type Rig, type RigOptions } from '../support/renewal-rig.ts';
import { createSoftHsm, type SoftHsm } from '../support/softhsm.ts';

let hsm: SoftHsm;
let provider: HostedProvider;
let rig: Rig | null;
let pin: string;

beforeEach(async () => {
  hsm = await createSoftHsm();
  ({ pin } = await hsm.addToken('renewal'));
  process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
  provider = hostPkcs11(hsm.module);
  rig = null;
});

afterEach(async () => {
  await rig?.dispose();
  await provider.dispose();
  await hsm.dispose();
});

async function setUp(options: Omit<RigOptions, 'provider' | 'pin'> = {}): Promise<Rig> {
  rig = await createRig({ provider, pin, ...options });
  return rig;
}

function endsOf(containers: readonly KeyContainer[]): readonly [string, string[]][] {
  return containers.map(({ id, certificates }) => [
    id,
    certificates.map(({ der }) => new X509Certificate(der).validTo),
  ]);
}

describe('renewal over PKCS#11', () => {
  it.each(['RSA-2048', 'EC-P256', 'EC-P384'] as const)(
    'renews %s with a new key beside the old one',
    async (algorithm) => {
      const { service, input, dialogue, containers } = await setUp({ algorithm });
      const before = await containers();
      const report = must(await service.start(input(), dialogue));
      const after = await containers();
      expect({ mode: report.mode, oldRevoked: report.oldRevoked, selfTest: report.selfTest }).toEqual({
        mode: 'new',
        oldRevoked: true,
        selfTest: { sign: true, verify: true },
      });
      expect(after.find(({ id }) => id === OLD_CONTAINER)).toEqual(before[0]);
      expect(endsOf(after)).toHaveLength(2);
      expect(Date.parse(report.after.notAfter)).toBeGreaterThan(Date.parse(report.before.notAfter));
    },
  );
});
