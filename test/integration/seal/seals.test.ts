import { beforeAll, describe, expect, it } from 'vitest';
import { buildCrl } from '../../../src/core/certificate/crl.ts';
import { parseCrl } from '../../../src/core/certificate/crl.ts';
import {
  bitString,
  childrenOf,
  encode,
  joinBytes,
  octetString,
  oid,
  readDer,
  sequence,
  type DerElement,
} from '../../../src/core/certificate/der.ts';
import { decodeSm2Signature } from '../../../src/core/certificate/sm2/signature.ts';
import { sm3 } from '../../../src/core/certificate/sm2/sm3.ts';
import { buildSealSignature } from '../../../src/core/seal/build-seal.ts';
import { checkSealUse } from '../../../src/core/seal/document-signer.ts';
import { createDocumentDigest } from '../../../src/app/adapters/document-digest.ts';
import { findSeals } from '../../../src/core/seal/find-seals.ts';
import { parseSeal } from '../../../src/core/seal/seal.ts';
import { valueOf } from '../../support/key-holder.ts';
import {
  createParty,
  createSeal,
  createWorld,
  SIGNED_AT,
  trustOf,
  YEAR,
  type World,
} from '../../support/seal/people.ts';
import { sealFixture, stepsThat, verify } from '../../support/seal/verification.ts';

const CONTENT = new TextEncoder().encode('合同正文');
let world: World;
beforeAll(async () => {
  world = await createWorld('SM2');
});

async function signed(using: Partial<World> = {}, time = SIGNED_AT): Promise<Uint8Array> {
  const { seal, signer } = { ...world, ...using };
  const made = buildSealSignature(
    { seal: seal.der, time, dataHash: sm3(CONTENT), propertyInfo: 'content' },
    signer,
  );
  return valueOf(await made);
}

/** The element tree taken apart, changed, and put together again. */
function rebuilt(der: Uint8Array, change: (parts: DerElement[]) => readonly Uint8Array[]): Uint8Array {
  const read = readDer(der, der.length, (root) => childrenOf(root));
  if (!read.ok) throw new Error(read.reason);
  return sequence(...change(read.value));
}

const bytesOf = (parts: readonly DerElement[]) => parts.map(({ bytes }) => bytes);

describe('a seal signature', () => {
  it('is valid over its content, with chains to the root', async () => {
    const report = await verify(await signed(), trustOf(world), CONTENT);
    expect({ verdict: report.verdict, kind: report.kind, version: report.version }).toEqual({
      verdict: 'valid',
      kind: 'sealSignature',
      version: 4,
    });
  });

  it('without its content says that the content is missing', async () => {
    const report = await verify(await signed(), trustOf(world));
    expect({ verdict: report.verdict, not: stepsThat(report, 'notChecked') }).toEqual({
      verdict: 'incomplete',
      not: ['document.content: document.contentMissing'],
    });
  });

  it('may carry r ‖ s instead of DER, as one vendor writes it', async () => {
    const raw = rebuilt(await signed(), (parts) => {
      const value = decodeSm2Signature(parts[3]!.content.subarray(1));
      return [...bytesOf(parts.slice(0, 3)), bitString(value!)];
    });
    expect((await verify(raw, trustOf(world), CONTENT)).verdict).toBe('valid');
  });

  it('with a local time names the doubt', async () => {
    const local = await resigned((parts) => [
      ...bytesOf(parts.slice(0, 2)),
      encode(0x18, new TextEncoder().encode('20261120163000')),
      ...bytesOf(parts.slice(3)),
    ]);
    const report = await verify(local, trustOf(world), CONTENT);
    expect({ verdict: report.verdict, not: stepsThat(report, 'notChecked') }).toEqual({
      verdict: 'incomplete',
      not: ['signature.time: signature.timeDoubtful'],
    });
  });

  it.each([
    ['explicitly tagged', (list: Uint8Array) => encode(0xa0, list)],
    ['bare', (list: Uint8Array) => list],
  ])('may carry extension data, %s', async (_, tagged) => {
    const extension = sequence(sequence(oid('1.2.3'), octetString(Uint8Array.of(1))));
    const extended = await resigned((parts) => [...bytesOf(parts), tagged(extension)]);
    expect((await verify(extended, trustOf(world), CONTENT)).verdict).toBe('valid');
  });

  /** Signed again after TBS_Sign was changed. */
  async function resigned(change: (parts: DerElement[]) => readonly Uint8Array[]): Promise<Uint8Array> {
    const before = await signed();
    const read = readDer(before, before.length, (root) => childrenOf(root));
    const parts = valueOf(read.ok ? { ok: true, value: read.value } : { ok: false, error: read.reason });
    const tbs = rebuilt(parts[0]!.bytes, change);
    const value = valueOf(await world.signer.sign(tbs));
    return sequence(tbs, ...bytesOf(parts.slice(1, 3)), bitString(value));
  }
});

describe('a seal signature is refused when', () => {
  it('the content is another one', async () => {
    const report = await verify(await signed(), trustOf(world), Uint8Array.of(1));
    expect(stepsThat(report, 'failed')).toEqual(['document.content: document.changed']);
  });

  it('the signer is not in the list, because the certificate was renewed', async () => {
    const renewed = await createParty({ issuer: world.root, key: world.signer.key });
    const report = await verify(await signed({ signer: renewed }), trustOf(world), CONTENT);
    expect(stepsThat(report, 'failed')).toEqual(['seal.signer: seal.signerNotListed']);
  });

  it('the seal had expired', async () => {
    const seal = await createSeal(world.maker, [world.signer.certificate], { validTo: SIGNED_AT - YEAR / 2 });
    const report = await verify(await signed({ seal }), trustOf(world), CONTENT);
    expect(stepsThat(report, 'failed')).toEqual(['seal.validity: seal.validity']);
  });

  it('the maker is unknown although a root was given', async () => {
    const other = await createWorld('SM2');
    const seal = await createSeal(other.maker, [world.signer.certificate]);
    const report = await verify(await signed({ seal }), trustOf(world), CONTENT);
    expect(stepsThat(report, 'failed')).toEqual(['seal.chain: certificate.untrusted']);
  });

  it('the signing certificate had expired', async () => {
    const old = await createParty({ issuer: world.root, algorithm: 'SM2', notAfter: SIGNED_AT - 86_400_000 });
    const seal = await createSeal(world.maker, [old.certificate]);
    const report = await verify(await signed({ seal, signer: old }), trustOf(world), CONTENT);
    expect(stepsThat(report, 'failed')[0]).toBe('signer.validity: certificate.expired');
  });

  it('the seal was changed inside', async () => {
    const seal = world.seal.der.slice();
    const name = Buffer.from(seal).indexOf(Buffer.from('测试印章'));
    seal[name + 2] = (seal[name + 2] ?? 0) ^ 1;
    const report = await verify(seal, trustOf(world));
    expect(stepsThat(report, 'failed')).toContain('seal.signature: seal.badSignature');
  });

  it('the signing certificate was revoked before', async () => {
    const { root, signer } = world;
    const list = await buildCrl(
      {
        issuer: root.certificate.subject.der,
        issuerSpki: root.key.spki,
        number: 1,
        thisUpdate: SIGNED_AT,
        nextUpdate: SIGNED_AT + YEAR,
        revoked: [{ serial: signer.certificate.serial, revokedAt: SIGNED_AT - 1000, reason: null }],
      },
      { algorithm: 'SM2-SM3', sign: async (tbs) => root.key.sign(tbs) },
    );
    const revocationLists = [valueOf(parseCrl(list))];
    const report = await verify(await signed(), { ...trustOf(world), revocationLists }, CONTENT);
    expect(stepsThat(report, 'failed')).toEqual(['signer.revocation: signature.revoked']);
    const earlier = await verify(
      await signed({}, SIGNED_AT - 5000),
      { ...trustOf(world), revocationLists },
      CONTENT,
    );
    expect(earlier.verdict).toBe('valid');
  });
});

describe('a seal on a key', () => {
  it.each([
    ['bare', (seal: Uint8Array) => seal],
    ['behind a length', (seal: Uint8Array) => joinBytes([Uint8Array.of(0, 0, 1, 2), seal])],
    ['padded with zeros', (seal: Uint8Array) => joinBytes([seal, new Uint8Array(4096)])],
    [
      'behind another header, padded with FF',
      (seal: Uint8Array) => joinBytes([new Uint8Array(64).fill(0x30), seal, new Uint8Array(100).fill(0xff)]),
    ],
  ])('is found %s', (_, wrap) => {
    const fixture = sealFixture('ofdrw/UserV4.esl');
    expect(findSeals(wrap(fixture)).map(({ id }) => id)).toEqual(['51f044b76510434e9bc67a1185c2fba5']);
  });

  it('is found with others in one file', () => {
    const files = ['UserV1.esl', 'UserV4.esl', 'UserV5.esl'].map((name) => sealFixture(`ofdrw/${name}`));
    expect(findSeals(joinBytes(files)).map(({ version }) => version)).toEqual([1, 4, 5]);
  });

  it('is none in rubbish that looks like one', () => {
    expect(findSeals(new Uint8Array(100_000).fill(0x30))).toEqual([]);
    expect(
      findSeals(
        joinBytes(Array.from({ length: 5000 }, () => Uint8Array.of(0x30, 0x10, 0x16, 2, 0x45, 0x53))),
      ),
    ).toEqual([]);
  });

  it('may be used with the certificate in its list and with no other', async () => {
    const digest = createDocumentDigest();
    const other = await createParty({ issuer: world.root, algorithm: 'SM2' });
    const byDigest = await createSeal(world.maker, [], {
      signers: { kind: 'digests', digests: [sm3(world.signer.certificate.der)] },
    });
    expect([
      checkSealUse(world.seal, world.signer.certificate, SIGNED_AT, digest).ok,
      checkSealUse(byDigest, world.signer.certificate, SIGNED_AT, digest).ok,
      checkSealUse(world.seal, other.certificate, SIGNED_AT, digest).ok,
      checkSealUse(world.seal, world.signer.certificate, SIGNED_AT + 2 * YEAR, digest).ok,
    ]).toEqual([true, true, false, false]);
  });

  it.each([[0], [1], [100], [16_000]])('cut off after %i bytes is unreadable, not absent', (length) => {
    expect(parseSeal(sealFixture('ofdrw/UserV4.esl').subarray(0, length))).toMatchObject({
      ok: false,
      error: { code: 'seal.unreadable' },
    });
  });
});
