// What a driver needs of a certificate, cut out of its framing without judging it. Loaded in every driver host, so
// it starts no package; certificates are read in certificate.ts.

import type { KeyUse } from '../token/token.ts';
import {
  attempt,
  childrenOf,
  equalBytes,
  expectTag,
  firstElement,
  innerElement,
  malformed,
  oid,
  TAG,
  type DerElement,
} from './der.ts';
import { certificateUse, keyUsagesIn } from './key-usage.ts';

/** All DER, tag and length included. */
export interface CertificateFields {
  readonly serialNumber: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** As digits `YYYYMMDDHHMMSSZ`, so that two can be compared as text. */
  readonly notBefore: string;
  /** From the key usage extension (RFC 5280 §4.2.1.3); `both` where it is missing or names both. */
  readonly use: KeyUse | 'both';
}

const ID_KEY_USAGE = oid('2.5.29.15');

/**
 * null: not an X.509 certificate (RFC 5280 §4.1). Looks at structure only: a broken signature passes, and so does
 * the padding some drivers leave behind a certificate.
 */
export function readCertificateFields(der: Uint8Array): CertificateFields | null {
  const reading = attempt(() => readFields(firstElement(der)));
  return reading.ok ? reading.value : null;
}

function readFields(root: DerElement): CertificateFields {
  const [tbs] = childrenOf(expectTag(root, TAG.sequence, 'certificate'));
  const parts = childrenOf(expectTag(tbs, TAG.sequence, 'signed part'));
  const [serial, , issuer, validity, subject, publicKey, ...rest] =
    parts[0]?.tag === 0xa0 ? parts.slice(1) : parts;
  const [notBefore = malformed('validity empty')] = childrenOf(expectTag(validity, TAG.sequence, 'validity'));
  return {
    serialNumber: expectTag(serial, TAG.integer, 'serial number').bytes,
    issuer: expectTag(issuer, TAG.sequence, 'issuer').bytes,
    subject: expectTag(subject, TAG.sequence, 'subject').bytes,
    publicKey: expectTag(publicKey, TAG.sequence, 'public key').bytes,
    notBefore: sortableTime(notBefore),
    use: readUse(rest.find(({ tag }) => tag === 0xa3)),
  };
}

/** UTCTime with two-digit years from 1950 on (RFC 5280 §4.1.2.5.1), GeneralizedTime as it is. */
function sortableTime({ tag, content }: DerElement): string {
  const text = String.fromCharCode(...content.subarray(0, 20));
  if (tag !== TAG.utcTime) return text;
  return (text.slice(0, 2) >= '50' ? '19' : '20') + text;
}

/** `both` as well where the extensions cannot be read. */
function readUse(extensions: DerElement | undefined): KeyUse | 'both' {
  if (extensions === undefined) return 'both';
  const reading = attempt(() => {
    const list = childrenOf(innerElement(extensions.content, TAG.sequence, 'extensions'));
    const members = list.map(childrenOf).find(([id]) => id && equalBytes(id.bytes, ID_KEY_USAGE));
    const value = expectTag(members?.at(-1), TAG.octetString, 'key usage').content;
    return keyUsagesIn(innerElement(value, TAG.bitString, 'key usage').content.subarray(1));
  });
  return reading.ok ? certificateUse({ keyUsage: reading.value }) : 'both';
}
