// What every verification here needs from outside, and what it is told.

import type { Certificate } from '../certificate/certificate.ts';
import type { RevocationList } from '../certificate/crl.ts';
import type { SignatureVerifier } from '../certificate/signature-verifier.ts';

export type DigestName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512' | 'SM3';

/** Port: digest of the parts one after the other. Large files are digested where the platform is fast. */
export type Digest = (algorithm: DigestName, parts: readonly Uint8Array[]) => Uint8Array;

export interface Trust {
  /** Empty: chains are reported as not checked. */
  readonly anchors: readonly Certificate[];
  /** Further certificates: issuers on the way, or a signer's that the document lacks. */
  readonly certificates: readonly Certificate[];
  readonly revocationLists: readonly RevocationList[];
}

export interface Verification {
  readonly verifier: SignatureVerifier;
  readonly digest: Digest;
  readonly trust: Trust;
  /** Epoch milliseconds; null: the signing time inside the document counts. */
  readonly at: number | null;
  /** For what names no time. */
  readonly now: number;
}

const DIGEST_OIDS: Readonly<Record<string, DigestName>> = {
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
  '1.2.156.10197.1.401': 'SM3',
  '1.2.156.10197.1.401.1': 'SM3',
  '1.2.156.10197.1.401.2': 'SM3',
};

/** By object identifier, or by a name as products write it (`SM3`, `sha256`, `SHA-1`). */
export function digestNamed(name: string): DigestName | null {
  const byOid = DIGEST_OIDS[name.trim()];
  if (byOid !== undefined) return byOid;
  const plain = name.trim().toUpperCase().replace(/[-_]/g, '');
  const named: Readonly<Record<string, DigestName>> = {
    SM3: 'SM3',
    SHA1: 'SHA-1',
    SHA256: 'SHA-256',
    SHA384: 'SHA-384',
    SHA512: 'SHA-512',
  };
  return named[plain] ?? null;
}
