// X.509 certificates (RFC 5280, GB/T 20518) as plain values. Reading is bounded and never throws on rubbish;
// it checks form only. Who is trusted is decided in chain.ts.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import type { KeyAlgorithm } from '../token/token.ts';
import { readSignatureAlgorithm } from './algorithms.ts';
import {
  childrenOf,
  equalBytes,
  expectTag,
  malformed,
  readBits,
  readDer,
  readSmallInteger,
  TAG,
  type DerElement,
} from './der.ts';
import { readExtensions, type CertificateExtensions, type KeyUsageName } from './extensions.ts';
import { readName, type DistinguishedName } from './names.ts';
import type { SignatureAlgorithm } from './signature-verifier.ts';
import { keyAlgorithmOf } from './spki.ts';
import { readTime } from './time.ts';

export interface Certificate extends CertificateExtensions {
  readonly der: Uint8Array;
  /** The signed part, original bytes. */
  readonly tbs: Uint8Array;
  /** 1 to 3. */
  readonly version: number;
  /** Content of the INTEGER as even-length upper-case hex; a leading 00 sign byte is left out. */
  readonly serial: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Epoch milliseconds; `formatTime` writes them. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** null: a key of a kind that we do not use. */
  readonly algorithm: KeyAlgorithm | null;
  /** null: unknown; `signatureOid` names it. */
  readonly signatureAlgorithm: SignatureAlgorithm | null;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  /** SHA-256 of `der`, lower-case hex. */
  readonly sha256: string;
}

/** Largest certificate that is looked at, in bytes. */
export const MAX_CERTIFICATE_BYTES = 65_536;

/** Takes a copy, so that later changes to `der` do not matter. */
export function parseCertificate(der: Uint8Array): Result<Certificate, AppError<'certificate.unparsable'>> {
  const reading = readDer(der.slice(), MAX_CERTIFICATE_BYTES, readCertificate);
  return reading.ok ? ok(reading.value) : err({ code: 'certificate.unparsable', reason: reading.reason });
}

function readCertificate(root: DerElement): Certificate {
  const [tbs, outerAlgorithm, signature, extra] = childrenOf(expectTag(root, TAG.sequence, 'certificate'));
  if (extra !== undefined) malformed('more than three parts');
  const fields = childrenOf(expectTag(tbs, TAG.sequence, 'signed part'));
  const version =
    fields[0]?.tag === 0xa0 ? readSmallInteger(childrenOf(fields.shift() as DerElement)[0]) + 1 : 1;
  if (version > 3) malformed('version above 3');
  const [serial, innerAlgorithm, issuer, validity, subject, spki, ...optional] = fields;
  const [notBefore, notAfter] = childrenOf(expectTag(validity, TAG.sequence, 'validity'));
  const named = readSignatureAlgorithm(outerAlgorithm);
  if (outerAlgorithm === undefined || innerAlgorithm === undefined)
    return malformed('signature algorithm missing');
  if (!equalBytes(outerAlgorithm.bytes, innerAlgorithm.bytes))
    malformed('two different signature algorithms');
  const extensions = optional.find(({ tag }) => tag === 0xa3);
  const publicKey = expectTag(spki, TAG.sequence, 'public key').bytes;
  return {
    ...readExtensions(extensions === undefined ? undefined : childrenOf(extensions)[0]),
    der: root.bytes,
    tbs: tbs?.bytes ?? root.bytes,
    version,
    serial: readSerial(serial),
    subject: readName(subject),
    issuer: readName(issuer),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    spki: publicKey,
    algorithm: keyAlgorithmOf(publicKey),
    signatureAlgorithm: named.algorithm,
    signatureOid: named.oid,
    signature: readBits(signature),
    sha256: bytesToHex(sha256(root.bytes)),
  };
}

/** Even-length upper-case hex of a serial number; negative ones (wrong, but seen) keep their two's complement. */
export function readSerial(element: DerElement | undefined): string {
  const { content } = expectTag(element, TAG.integer, 'serial number');
  if (content.length === 0) malformed('serial number empty');
  const hasSignByte = content.length > 1 && content[0] === 0;
  return bytesToHex(hasSignByte ? content.subarray(1) : content).toUpperCase();
}

const SIGNING: readonly KeyUsageName[] = ['digitalSignature', 'nonRepudiation'];
const ENCRYPTION: readonly KeyUsageName[] = ['keyEncipherment', 'dataEncipherment', 'keyAgreement'];

/** What the key is for, by key usage; no key usage, or neither kind: both. */
export function certificateUse(
  certificate: Pick<Certificate, 'keyUsage'>,
): 'signing' | 'encryption' | 'both' {
  const usages = certificate.keyUsage ?? [];
  const signs = SIGNING.some((usage) => usages.includes(usage));
  const encrypts = ENCRYPTION.some((usage) => usages.includes(usage));
  if (signs === encrypts) return 'both';
  return signs ? 'signing' : 'encryption';
}

export type Validity = 'notYetValid' | 'valid' | 'expired';

/** Both ends included, to the second (RFC 5280 §4.1.2.5). `now` in epoch milliseconds. */
export function validityAt(certificate: Pick<Certificate, 'notBefore' | 'notAfter'>, now: number): Validity {
  if (now < certificate.notBefore) return 'notYetValid';
  return now >= certificate.notAfter + 1000 ? 'expired' : 'valid';
}

const DAY = 86_400_000;

/** Whole days until the end, rounded down; negative after it. */
export function daysLeft(certificate: Pick<Certificate, 'notAfter'>, now: number): number {
  return Math.floor((certificate.notAfter - now) / DAY);
}
