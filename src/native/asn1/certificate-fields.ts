import type { KeyUse } from '../../core/token/token.ts';
import { readAll, readTlv, TAG } from './der.ts';

/** What a driver needs of a certificate, cut out without judging it. All DER, tag and length included. */
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

const KEY_USAGE_OID = '551d0f';
const SIGNING_BITS = 0b1100_0000; // digitalSignature, nonRepudiation
const ENCRYPTION_BITS = 0b0011_1000; // keyEncipherment, dataEncipherment, keyAgreement

/** null: not an X.509 certificate (RFC 5280 §4.1). Looks at structure only; a broken signature passes. */
export function readCertificateFields(der: Uint8Array): CertificateFields | null {
  const certificate = readTlv(der);
  const tbs = certificate?.tag === TAG.sequence ? readTlv(certificate.content) : null;
  const parts = tbs?.tag === TAG.sequence ? readAll(tbs.content) : null;
  if (parts === null) return null;
  const [serial, , issuer, validity, subject, publicKey, ...rest] =
    parts[0]?.tag === 0xa0 ? parts.slice(1) : parts;
  if (serial?.tag !== TAG.integer || issuer === undefined || subject === undefined) return null;
  if (publicKey?.tag !== TAG.sequence || validity?.tag !== TAG.sequence) return null;
  const notBefore = readTlv(validity.content);
  if (notBefore === null) return null;
  return {
    serialNumber: serial.whole,
    issuer: issuer.whole,
    subject: subject.whole,
    publicKey: publicKey.whole,
    notBefore: sortableTime(notBefore.tag, notBefore.content),
    use: readUse(rest.find((part) => part.tag === 0xa3)?.content),
  };
}

/** UTCTime with two-digit years from 1950 on (RFC 5280 §4.1.2.5.1), GeneralizedTime as it is. */
function sortableTime(tag: number, content: Uint8Array): string {
  const text = String.fromCharCode(...content);
  if (tag !== 0x17) return text;
  return (text.slice(0, 2) >= '50' ? '19' : '20') + text;
}

function readUse(extensions: Uint8Array | undefined): KeyUse | 'both' {
  const list = extensions === undefined ? null : readTlv(extensions);
  for (const extension of (list && readAll(list.content)) ?? []) {
    const fields = readAll(extension.content) ?? [];
    if (fields[0]?.tag !== TAG.oid || hex(fields[0].content) !== KEY_USAGE_OID) continue;
    const value = fields.at(-1);
    const bits = value?.tag === TAG.octetString ? readTlv(value.content)?.content[1] : undefined;
    return useFromBits(bits ?? 0);
  }
  return 'both';
}

function useFromBits(bits: number): KeyUse | 'both' {
  const signs = (bits & SIGNING_BITS) !== 0;
  const encrypts = (bits & ENCRYPTION_BITS) !== 0;
  if (signs === encrypts) return 'both';
  return signs ? 'signing' : 'encryption';
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
