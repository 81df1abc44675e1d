// The CA certificates of one hierarchy: a root, the issuing CA, and its successor once somebody switches to it.

import { buildCertificate } from '../core/certificate/build-certificate.ts';
import { decodeBase64, encodeBase64 } from '../core/certificate/base64.ts';
import { parseCertificate, type Certificate } from '../core/certificate/certificate.ts';
import { subjectOf } from '../core/certificate/names.ts';
import { authorityId, type AuthorityFamily, type AuthorityId, type AuthorityRole } from './authority-ids.ts';
import { createCaKey, loadCaKey, type CaKey } from './ca-keys.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** Back-dated, so that certificates of earlier years can be provisioned. */
const LIFETIMES: Readonly<Record<AuthorityRole, { readonly before: number; readonly after: number }>> = {
  root: { before: 6 * YEAR, after: 30 * YEAR },
  issuing: { before: 5 * YEAR, after: 20 * YEAR },
  successor: { before: YEAR, after: 25 * YEAR },
};

/** By this the sandbox profile knows its CA (resources/profiles/sandbox.json). */
const ORGANISATION = 'Certificate Assistant Sandbox';

const COMMON_NAMES: Readonly<Record<AuthorityId, string>> = {
  root: '演练根证书',
  issuing: '演练签发机构 G1',
  successor: '演练签发机构 G2',
  'sm2-root': '演练SM2根证书',
  'sm2-issuing': '演练SM2签发机构 G1',
  'sm2-successor': '演练SM2签发机构 G2',
};

export interface Authority {
  readonly id: AuthorityId;
  readonly certificate: Certificate;
  readonly key: CaKey;
}

export type Hierarchy = Readonly<Record<AuthorityRole, Authority>>;

export type Random = (bytes: number) => Uint8Array;

interface Birth {
  readonly folder: string;
  readonly now: number;
  readonly random: Random;
}

/** A positive number of 16 random bytes as upper-case hex. */
export function createSerial(random: Random): string {
  const bytes = Uint8Array.from(random(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

/** Makes three keys in the folder, over any that lie there, and their certificates. */
export async function createHierarchy(family: AuthorityFamily, birth: Birth): Promise<Hierarchy> {
  const root = await createAuthority('root', family, null, birth);
  const [issuing, successor] = await Promise.all([
    createAuthority('issuing', family, root, birth),
    createAuthority('successor', family, root, birth),
  ]);
  return { root, issuing, successor };
}

/** @param issuer null: signs itself */
async function createAuthority(
  role: AuthorityRole,
  family: AuthorityFamily,
  issuer: Authority | null,
  { folder, now, random }: Birth,
): Promise<Authority> {
  const id = authorityId(role, family);
  const key = await createCaKey(folder, id, random);
  const subject = subjectOf({ country: 'CN', organisation: ORGANISATION, commonName: COMMON_NAMES[id] });
  const issuerKey = issuer?.key ?? key;
  const der = await buildCertificate(
    {
      serial: createSerial(random),
      issuer: issuer?.certificate.subject.der ?? subject,
      subject,
      notBefore: now - LIFETIMES[role].before,
      notAfter: now + LIFETIMES[role].after,
      spki: key.spki,
      ca: { pathLength: issuer === null ? 1 : 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
      issuerSpki: issuerKey.spki,
    },
    issuerKey.signer,
  );
  const certificate = parseCertificate(der);
  if (!certificate.ok) throw new Error(`own certificate: ${certificate.error.reason}`);
  return { id, certificate: certificate.value, key };
}

export interface StoredAuthority {
  /** DER, base64. The key lies in `keys/<id>.pem`. */
  readonly certificate: string;
}

export function storedAuthority(authority: Authority): StoredAuthority {
  return { certificate: encodeBase64(authority.certificate.der) };
}

/** null: the key or the certificate is missing or damaged. */
export async function loadAuthority(
  folder: string,
  id: AuthorityId,
  stored: StoredAuthority,
  random: Random,
): Promise<Authority | null> {
  const key = await loadCaKey(folder, id, random);
  const certificate = parseCertificate(decodeBase64(stored.certificate) ?? new Uint8Array());
  return key === null || !certificate.ok ? null : { id, certificate: certificate.value, key };
}
