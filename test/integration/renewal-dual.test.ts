// SM2 with two certificates, over an SKF library and over a software key.

import { afterEach, describe, expect, it } from 'vitest';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import { decodePem } from '../../src/core/certificate/pem.ts';
import { sealEnvelope } from '../../src/app/adapters/seal-envelope.ts';
import type { ContainerId, KeyContainer } from '../../src/core/token/token.ts';
import { createRig, must, OLD_CONTAINER, type Rig, type RigOptions } from '../support/renewal-rig.ts';
import { openSoftskfToken, openSoftwareToken, type TestToken } from '../support/tokens.ts';

let token: TestToken | null = null;
let rig: Rig | null = null;

afterEach(async () => {
  await rig?.dispose();
  await token?.dispose();
});

async function setUp(opened: TestToken, options: Omit<RigOptions, 'provider' | 'pin'> = {}): Promise<Rig> {
  token = opened;
  rig = await createRig({ provider: opened.provider, pin: opened.pin, algorithm: 'SM2', ...options });
  return rig;
}

/** Uses of the certificates in each container, the old one first. */
function usesOf(containers: readonly KeyContainer[]): readonly (readonly string[])[] {
  const [old, others] = [
    containers.filter(({ id }) => id === OLD_CONTAINER),
    containers.filter(({ id }) => id !== OLD_CONTAINER),
  ];
  return [...old, ...others].map(({ certificates }) =>
    certificates.map(({ use }) => use ?? 'unknown').toSorted(),
  );
}

async function opensWith(
  on: TestToken,
  id: string,
  container: ContainerId,
  spki: Uint8Array,
): Promise<boolean> {
  const secret = Buffer.from('标书', 'utf8');
  const envelope = sealEnvelope(spki, secret);
  if (envelope === null) throw new Error('no envelope');
  must(await on.provider.login(id, Buffer.from(on.pin), { acceptLastTry: false }));
  const opened = await on.provider.decrypt(id, container, 'encryption', envelope);
  must(await on.provider.logout(id));
  return opened.ok && Buffer.compare(opened.value, secret) === 0;
}

const TOKENS = [
  { kind: 'SKF', open: () => Promise.resolve(openSoftskfToken()) },
  { kind: 'software key', open: openSoftwareToken },
] as const;

describe.each(TOKENS)('SM2 renewal on a $kind', ({ open }) => {
  it('writes both certificates and the encryption key beside the old ones, which still decrypt', async () => {
    const opened = await open();
    const { service, input, dialogue, containers, token: used } = await setUp(opened);
    const before = await containers();
    const report = must(await service.start(input(), dialogue));
    const after = await containers();
    expect(report.certificates.map(({ use }) => use)).toEqual(['signing', 'encryption']);
    expect(usesOf(after)).toEqual([
      ['encryption', 'signing'],
      ['encryption', 'signing'],
    ]);
    expect(after.find(({ id }) => id === OLD_CONTAINER)).toEqual(before[0]);
    for (const { id, certificates } of after) {
      const encryption = certificates.find(({ use }) => use === 'encryption');
      const { spki } = must(parseCertificate(encryption?.der ?? new Uint8Array()));
      expect(await opensWith(opened, used.id, id, spki)).toBe(true);
    }
  });

  it('replaces both certificates over the same keys where the CA certifies them again', async () => {
    const { service, input, dialogue, containers } = await setUp(await open());
    const report = must(await service.start(input({ mode: 'same' }), dialogue));
    expect([report.mode, usesOf(await containers())]).toEqual(['same', [['encryption', 'signing']]]);
  });

  it('re-keys the only container in place', async () => {
    const { service, input, dialogue, containers } = await setUp(await open());
    const report = must(await service.start(input({ mode: 'inPlace' }), dialogue));
    expect([report.mode, usesOf(await containers())]).toEqual(['inPlace', [['encryption', 'signing']]]);
  });

  it('brings a first certificate onto the key with reference number and code', async () => {
    const { service, dialogue, sandbox, gateway, containers, token: used } = await setUp(await open());
    const { referenceNumber, authorisationCode } = must(
      await sandbox.operator.prepare({ subject: { country: 'CN', commonName: '李四' }, items: ['SM2'] }),
    );
    const asked: string[] = [];
    const report = must(
      await service.enrol(
        { token: used.id, gateway, reference: referenceNumber, roots: [], profile: null },
        {
          ...dialogue,
          askAuthorisationCode: () => Promise.resolve(authorisationCode),
          giveConsent: (consents) => {
            asked.push(...consents);
            return Promise.resolve(true);
          },
        },
      ),
    );
    expect([report.before, report.mode, asked]).toEqual([null, 'new', ['besideOthers']]);
    expect(usesOf(await containers())).toEqual([
      ['encryption', 'signing'],
      ['encryption', 'signing'],
    ]);
  });

  it('names a wrong code, and keeps the key as it is', async () => {
    const { service, dialogue, sandbox, gateway, containers, token: used } = await setUp(await open());
    const before = await containers();
    const { referenceNumber } = must(
      await sandbox.operator.prepare({ subject: { country: 'CN', commonName: '李四' }, items: ['SM2'] }),
    );
    const wrong = await service.enrol(
      { token: used.id, gateway, reference: referenceNumber, roots: [], profile: null },
      { ...dialogue, askAuthorisationCode: () => Promise.resolve('ABCDEFGHIJKLMNOPQRST') },
    );
    expect(wrong).toMatchObject({
      ok: false,
      error: { error: { code: 'gateway.refused', reason: 'codeRefused' } },
    });
    expect(await containers()).toEqual(before);
  });

  it('holds SM2 and RSA certificates of one order, each proved against its own root', async () => {
    const { service, input, dialogue, containers, sandbox } = await setUp(await open(), {
      settings: { items: ['SM2', 'RSA-2048'] },
    });
    const { rsa, sm2 } = must(await sandbox.operator.readRoots({}));
    const roots = [rsa, sm2].flatMap((pem) => decodePem(pem).map(({ der }) => der));
    const report = must(await service.start(input({ roots }), dialogue));
    expect(report.certificates.map(({ use }) => use)).toEqual(['signing', 'encryption', 'both']);
    expect((await containers()).length).toBe(3);
  });

  it('refuses the RSA certificate of a mixed order before payment where its root is not named', async () => {
    const { service, input, dialogue } = await setUp(await open(), {
      settings: { items: ['SM2', 'RSA-2048'] },
    });
    expect(await service.start(input(), dialogue)).toMatchObject({
      ok: false,
      error: { error: { code: 'renewal.anchorNeeded', algorithm: 'RSA-2048' } },
    });
  });
});

describe('the encryption key arrives', () => {
  it.each([
    'sm2EnvelopedKey',
    'sm2EnvelopedKeyPem',
    'csrResponse',
    'skfBlob',
    'skfBlob64',
    'gmEnvelope',
  ] as const)('as %s', async (envelopeForm) => {
    const { service, input, dialogue } = await setUp(openSoftskfToken(), { settings: { envelopeForm } });
    const report = must(await service.start(input(), dialogue));
    expect(report.certificates).toHaveLength(2);
  });
});

describe('an RSA certificate on an SKF key', () => {
  it('is renewed with a new key beside the old one', async () => {
    const { service, input, dialogue, containers } = await setUp(openSoftskfToken(), {
      algorithm: 'RSA-2048',
    });
    const [before] = await containers();
    const report = must(await service.start(input(), dialogue));
    const after = await containers();
    expect([report.mode, report.selfTest]).toEqual(['new', { sign: true, verify: true }]);
    expect(after.find(({ id }) => id === OLD_CONTAINER)).toEqual(before);
    expect(after.map(({ certificates }) => certificates.length)).toEqual([1, 1]);
  });
});

describe('keys with little room', () => {
  it('are told before payment that the same key will be certified again', async () => {
    const { service, input, dialogue } = await setUp(
      openSoftskfToken({ ulong: 4, packed: true }, (bench) => bench.setDevice('key1', { max_containers: 1 })),
    );
    const report = must(await service.start(input(), dialogue));
    expect(report.mode).toBe('same');
  });

  it('stop before payment where the CA wants a new key and the person wants a new container', async () => {
    const { service, input, dialogue, sandbox } = await setUp(
      openSoftskfToken({ ulong: 4, packed: true }, (bench) => bench.setDevice('key1', { max_containers: 1 })),
    );
    expect(await service.start(input({ mode: 'new' }), dialogue)).toMatchObject({
      ok: false,
      error: { error: { code: 'token.full' } },
    });
    expect(must(await sandbox.operator.listOrders({})).orders).toEqual([]);
  });
});
