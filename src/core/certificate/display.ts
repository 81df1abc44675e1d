// What `ukey show` and the window print about a certificate: keys and values, no words; the faces have those.

import { certificateUse, daysLeft, validityAt, type Certificate, type Validity } from './certificate.ts';
import type { KeyUsageName } from './extensions.ts';
import type { NameAttribute } from './names.ts';
import { publicKeyDetails, spkiFingerprint } from './spki.ts';
import { formatTime } from './time.ts';

export interface CertificateDisplay {
  readonly subject: string;
  readonly subjectAttributes: readonly NameAttribute[];
  readonly issuer: string;
  readonly issuerAttributes: readonly NameAttribute[];
  readonly serial: string;
  /** ISO 8601 */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly validity: Validity;
  readonly daysLeft: number;
  readonly use: 'signing' | 'encryption' | 'both';
  /** For example `RSA-2048`, `SM2`; the kind and size also of keys that we do not use; `unknown`. */
  readonly publicKey: string;
  readonly publicKeySha256: string;
  /** Known name, or the object identifier. */
  readonly signatureAlgorithm: string;
  readonly keyUsages: readonly KeyUsageName[];
  readonly extKeyUsages: readonly string[];
  readonly isCa: boolean;
  readonly pathLength: number | null;
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  readonly policies: readonly string[];
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly sha256: string;
}

export function displayCertificate(certificate: Certificate, now: number): CertificateDisplay {
  return {
    subject: certificate.subject.display,
    subjectAttributes: certificate.subject.attributes,
    issuer: certificate.issuer.display,
    issuerAttributes: certificate.issuer.attributes,
    serial: certificate.serial,
    notBefore: formatTime(certificate.notBefore),
    notAfter: formatTime(certificate.notAfter),
    validity: validityAt(certificate, now),
    daysLeft: daysLeft(certificate, now),
    use: certificateUse(certificate),
    publicKey: certificate.algorithm ?? unusedKey(certificate.spki),
    publicKeySha256: spkiFingerprint(certificate.spki),
    signatureAlgorithm: certificate.signatureAlgorithm ?? certificate.signatureOid,
    keyUsages: certificate.keyUsage ?? [],
    extKeyUsages: certificate.extKeyUsage ?? [],
    isCa: certificate.isCa,
    pathLength: certificate.pathLength,
    subjectKeyId: certificate.subjectKeyId,
    authorityKeyId: certificate.authorityKeyId,
    policies: certificate.policies,
    crlUrls: certificate.crlUrls,
    ocspUrls: certificate.ocspUrls,
    sha256: certificate.sha256,
  };
}

function unusedKey(spki: Uint8Array): string {
  const details = publicKeyDetails(spki);
  if (details === null) return 'unknown';
  return details.kind === 'rsa' ? `RSA-${String(details.modulusBits)}` : details.curve;
}
