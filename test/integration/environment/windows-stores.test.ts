// Entries of the person's store MY, of recorded shape: which are told, and what Windows' own card providers mean.

import { beforeAll, describe, expect, it } from 'vitest';
import { issueCertificates, type Issued } from '../../support/environment/certificates.ts';
import { storedCertificate } from '../../support/environment/scripted-windows.ts';
import { createWindowsComputer, type WindowsOptions } from '../../support/environment/windows-computer.ts';

let issued: Issued;
let rsa: Issued;
beforeAll(async () => {
  [issued, rsa] = await Promise.all([issueCertificates(), issueCertificates({ leafKey: 'rsa' })]);
});

describe('the certificates in the stores of Windows', () => {
  const card = (provider: string, providerType: number) => ({ provider, providerType, container: 'c1' });

  it('are found with the link to their key, or missed', async () => {
    const { leaf, keys } = issued;
    const find = (stores: WindowsOptions['stores']) =>
      createWindowsComputer({ keys, ...(stores === undefined ? {} : { stores }) }).find(
        'certificate.registered',
      );
    const serials = [leaf.serial];
    const link = card('Longmai mToken GM3000 CSP V1.0', 1);
    expect([
      await find(undefined),
      await find({ 'MY user': [storedCertificate(leaf.der)] }),
      await find({ 'MY user': [storedCertificate(leaf.der, link)] }),
    ]).toEqual([
      { outcome: 'missing', facts: { serials, providers: [] } },
      { outcome: 'noKey', facts: { serials, providers: [] } },
      { outcome: 'registered', facts: { serials, providers: [link.provider] } },
    ]);
  });

  it('are left over when expired, of the same person, and of no key in software', async () => {
    const { leaf, old, keys } = issued;
    const soft = card('Microsoft Software Key Storage Provider', 0);
    const find = (entries: readonly ReturnType<typeof storedCertificate>[]) =>
      createWindowsComputer({ keys, stores: { 'MY user': entries } }).find('certificate.leftovers');
    expect([
      await find([storedCertificate(leaf.der), storedCertificate(old.der, soft)]),
      await find([storedCertificate(leaf.der), storedCertificate(Uint8Array.of(0x30, 0x82, 1))]),
      await find([storedCertificate(old.der)]),
    ]).toEqual([
      { outcome: 'clean', facts: {} },
      { outcome: 'clean', facts: {} },
      {
        outcome: 'stale',
        facts: { count: 1, serials: [old.serial], ends: ['2025-01-01'], prints: [old.sha256] },
      },
    ]);
  });

  it('are reached through a KSP since October 2025, where Windows was updated', async () => {
    const { leaf, keys } = rsa;
    const find = (exports: readonly string[], provider: string, type: number) =>
      createWindowsComputer({
        ...{ keys, exports },
        stores: { 'MY user': [storedCertificate(leaf.der, card(provider, type))] },
      }).find('certificate.keyStorage');
    const [ksp, csp] = [
      'Microsoft Smart Card Key Storage Provider',
      'Microsoft Base Smart Card Crypto Provider',
    ];
    expect([
      await find([], ksp, 0),
      await find(['not-updated'], ksp, 0),
      await find([], csp, 1),
      await find([], 'Longmai mToken GM3000 CSP V1.0', 1),
    ]).toEqual([
      { outcome: 'ksp', facts: { providers: [ksp], build: '19045.6456' } },
      { outcome: 'before', facts: { providers: [ksp], build: '19045.6332' } },
      { outcome: 'usual', facts: { providers: [csp], build: '19045.6456' } },
      { outcome: 'none', facts: {} },
    ]);
  });
});
