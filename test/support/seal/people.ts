// A small CA with signers of every kind of key, and a seal with a real picture, for tests that sign.

import { buildCertificate } from '../../../src/core/certificate/build-certificate.ts';
import { parseCertificate, type Certificate } from '../../../src/core/certificate/certificate.ts';
import { SIGNATURE_FOR_KEY } from '../../../src/core/certificate/algorithms.ts';
import { subjectOf } from '../../../src/core/certificate/names.ts';
import { buildSeal, type SealFields } from '../../../src/core/seal/build-seal.ts';
import type { DocumentSigner } from '../../../src/core/seal/document-signer.ts';
import { parseSeal, type ElectronicSeal } from '../../../src/core/seal/seal.ts';
import { ok } from '../../../src/core/errors/result.ts';
import { createSoftwareKey, valueOf, type SoftwareAlgorithm, type SoftwareKey } from '../key-holder.ts';
import { sealFixture } from './verification.ts';

export const YEAR = 365 * 86_400_000;
export const SIGNED_AT = Date.parse('2026-11-20T08:30:00Z');

export interface Party extends DocumentSigner<never> {
  readonly key: SoftwareKey;
}

let serial = 0x1000;

export interface PartyWish {
  readonly algorithm?: SoftwareAlgorithm;
  readonly name?: string;
  /** null: self-signed. */
  readonly issuer: Party | null;
  readonly key?: SoftwareKey;
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly extKeyUsage?: readonly string[];
}

export async function createParty(wish: PartyWish): Promise<Party> {
  const key = wish.key ?? createSoftwareKey(wish.algorithm ?? 'EC-P256');
  const subject = subjectOf({ country: 'CN', organisation: '某某公司', commonName: wish.name ?? '张三' });
  const { issuer } = wish;
  const signing = issuer?.key ?? key;
  const der = await buildCertificate(
    {
      serial: (serial++).toString(16),
      issuer: issuer?.certificate.subject.der ?? subject,
      subject,
      notBefore: wish.notBefore ?? SIGNED_AT - YEAR,
      notAfter: wish.notAfter ?? SIGNED_AT + YEAR,
      spki: key.spki,
      issuerSpki: signing.spki,
      keyUsage: issuer === null ? ['keyCertSign', 'cRLSign'] : ['digitalSignature', 'nonRepudiation'],
      ...(issuer === null ? { ca: { pathLength: null } } : {}),
      ...(wish.extKeyUsage === undefined ? {} : { extKeyUsage: wish.extKeyUsage }),
    },
    {
      algorithm: SIGNATURE_FOR_KEY[signing.algorithm],
      sign: (tbs) => Promise.resolve(new Uint8Array(signing.sign(tbs))),
    },
  );
  return {
    key,
    certificate: valueOf(parseCertificate(der)),
    chain: [],
    sign: (message) => Promise.resolve(ok(new Uint8Array(key.sign(message)))),
  };
}

export interface World {
  readonly root: Party;
  readonly signer: Party;
  readonly maker: Party;
  readonly seal: ElectronicSeal;
}

export async function createWorld(algorithm: SoftwareAlgorithm): Promise<World> {
  const root = await createParty({ algorithm, issuer: null, name: '测试根' });
  const signer = await createParty({ algorithm, issuer: root });
  const maker = await createParty({ algorithm, issuer: root, name: '测试制章者' });
  return { root, signer, maker, seal: await createSeal(maker, [signer.certificate]) };
}

export async function createSeal(
  maker: Party,
  signers: readonly Certificate[],
  fields: Partial<SealFields> = {},
): Promise<ElectronicSeal> {
  const made = await buildSeal(
    {
      vendor: 'TEST',
      id: 'TEST-0001',
      type: 1,
      name: '测试印章',
      signers: { kind: 'certificates', certificates: signers.map(({ der }) => der) },
      created: SIGNED_AT - 1000,
      validFrom: SIGNED_AT - YEAR,
      validTo: SIGNED_AT + YEAR,
      picture: { type: 'png', data: sealPicture(), width: 40, height: 40 },
      ...fields,
    },
    maker,
  );
  return valueOf(parseSeal(valueOf(made)));
}

/** PNG, 400 × 400, of the fixtures' seal. */
export function sealPicture(): Uint8Array {
  return valueOf(parseSeal(sealFixture('ofdrw/UserV4.esl'))).picture.data;
}

export function trustOf({ root }: World) {
  return { anchors: [root.certificate] };
}
