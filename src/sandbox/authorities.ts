// The CA certificates: one root, the issuing CA, and its successor once somebody switches to it.

import { buildCertificate } from '../core/certificate/build-certificate.ts';
import { decodeBase64, encodeBase64 } from '../core/certificate/base64.ts';
import { parseCertificate, type Certificate } from '../core/certificate/certificate.ts';
import { subjectOf } from '../core/certificate/names.ts';
import { createCaKey, loadCaKey, type CaKey } from './ca-keys.ts';
import type { AuthorityId, SandboxState } from './state.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** Back-dated, so that certificates of earlier years can be provisioned. */
const LIFETIMES: Readonly<Record<AuthorityId, { readonly before: number; readonly after: number }>> = {
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
};

export interface Authority {
  readonly id: AuthorityId;
  readonly certificate: Certificate;
  readonly key: CaKey;
}

export type Authorities = Readonly<Record<AuthorityId, Authority>>;

export type Random = (bytes: number) => Uint8Array;

/** A positive number of 16 random bytes as upper-case hex. */
export function createSerial(random: Random): string {
  const bytes = Uint8Array.from(random(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

/** @param issuer null: signs itself */
export async function createAuthority(
  id: AuthorityId,
  issuer: Authority | null,
  where: { readonly folder: string; readonly now: number; readonly random: Random },
): Promise<Authority> {
  const key = await createCaKey(where.folder, id);
  const subject = subjectOf({ country: 'CN', organisation: ORGANISATION, commonName: COMMON_NAMES[id] });
  const issuerKey = issuer?.key ?? key;
  const der = await buildCertificate(
    {
      serial: createSerial(where.random),
      issuer: issuer?.certificate.subject.der ?? subject,
      subject,
      notBefore: where.now - LIFETIMES[id].before,
      notAfter: where.now + LIFETIMES[id].after,
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

export function storedAuthority(authority: Authority): { certificate: string } {
  return { certificate: encodeBase64(authority.certificate.der) };
}

/** null: a key or certificate is missing or damaged. */
export async function loadAuthorities(
  folder: string,
  stored: SandboxState['authorities'],
): Promise<Authorities | null> {
  const load = async (id: AuthorityId): Promise<Authority | null> => {
    const key = await loadCaKey(folder, id);
    const certificate = parseCertificate(decodeBase64(stored[id].certificate) ?? new Uint8Array());
    return key === null || !certificate.ok ? null : { id, certificate: certificate.value, key };
  };
  const [root, issuing, successor] = await Promise.all([load('root'), load('issuing'), load('successor')]);
  return root === null || issuing === null || successor === null ? null : { root, issuing, successor };
}
