// X.509 certificates (RFC 5280, GB/T 20518) as plain values. Reading is bounded and never throws on rubbish;
// it checks form only. Who is trusted is decided in chain.ts.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { BitString } from '@peculiar/asn1-schema';
import type { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import type { KeyAlgorithm } from '../token/token.ts';
import { signatureAlgorithmOf, type NamedSignature } from './algorithms.ts';
import { CertificateSchema } from './certificate-schema.ts';
import { attempt, equalBytes, expectTag, malformed, TAG, type DerElement } from './der.ts';
import { readExtensions, type CertificateExtensions } from './extensions.ts';
import { nameOf, type DistinguishedName } from './names.ts';
import { elementOf, parseSchema } from './schema.ts';
import type { SignatureAlgorithm } from './signature-verifier.ts';
import { keyAlgorithmOf } from './spki.ts';
import { readTime } from './time.ts';

export { certificateUse } from './key-usage.ts';

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
  const reading = attempt(() => readCertificate(new Uint8Array(der)));
  return reading.ok ? ok(reading.value) : err({ code: 'certificate.unparsable', reason: reading.reason });
}

function readCertificate(der: Uint8Array): Certificate {
  const root = parseSchema(der, MAX_CERTIFICATE_BYTES, CertificateSchema);
  const { tbsCertificate: fields, tbsCertificateRaw = malformed('signed part missing') } = root;
  const version = Number(fields.version) + 1;
  if (![1, 2, 3].includes(version)) malformed('version above 3');
  const named = readOneAlgorithm(root.signatureAlgorithm, root.signatureAlgorithmRaw, fields.signatureRaw);
  expectTag(elementOf(fields.subjectPublicKeyInfo), TAG.sequence, 'public key');
  return {
    ...readExtensions(fields.extensions),
    der,
    tbs: tbsCertificateRaw,
    version,
    serial: serialText(new Uint8Array(fields.serialNumber)),
    subject: nameOf(fields.subject),
    issuer: nameOf(fields.issuer),
    notBefore: readTime(elementOf(fields.validity.notBefore)),
    notAfter: readTime(elementOf(fields.validity.notAfter)),
    spki: fields.subjectPublicKeyInfo,
    algorithm: keyAlgorithmOf(fields.subjectPublicKeyInfo),
    signatureAlgorithm: named.algorithm,
    signatureOid: named.oid,
    signature: wholeBits(root.signatureValue),
    sha256: bytesToHex(sha256(der)),
  };
}

/** The signature algorithm, which stands outside and inside of the signed part and must be the same. */
export function readOneAlgorithm(
  outer: AlgorithmIdentifier,
  outerDer: Uint8Array | undefined,
  innerDer: Uint8Array | undefined,
): NamedSignature {
  if (outerDer === undefined || innerDer === undefined) return malformed('signature algorithm missing');
  if (!equalBytes(outerDer, innerDer)) malformed('two different signature algorithms');
  return signatureAlgorithmOf(outer.algorithm, outer.parameters);
}

/** Bytes of a BIT STRING that holds whole bytes, such as a signature. */
export function wholeBits(bits: BitString): Uint8Array {
  if (bits.unusedBits !== 0) malformed('bit string with unused bits');
  return new Uint8Array(bits.value);
}

/** Even-length upper-case hex of a serial number; negative ones (wrong, but seen) keep their two's complement. */
export function readSerial(element: DerElement | undefined): string {
  return serialText(expectTag(element, TAG.integer, 'serial number').content);
}

/** `readSerial` from the content of the INTEGER. */
export function serialText(content: Uint8Array): string {
  if (content.length === 0) malformed('serial number empty');
  const hasSignByte = content.length > 1 && content[0] === 0;
  return bytesToHex(hasSignByte ? content.subarray(1) : content).toUpperCase();
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
