// One certificate is met again and again: on the key, in the order, as issuer of another, in the proof. A reader
// reads each once; whoever composes the application makes one and hands it on.

import { bytesToHex } from '@noble/hashes/utils.js';
import { MAX_CERTIFICATE_BYTES, parseCertificate, type Certificate } from './certificate.ts';

export type ReadCertificate = typeof parseCertificate;

/** What a key, its renewal and the chains of both hold many times over. */
const MAX_KEPT = 64;

/** `parseCertificate` that answers the same value for the same bytes; the oldest are forgotten. */
export function createCertificateReader(): ReadCertificate {
  const kept = new Map<string, { readonly ok: true; readonly value: Certificate }>();
  return (der) => {
    if (der.length > MAX_CERTIFICATE_BYTES) return parseCertificate(der);
    const key = bytesToHex(der);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const parsed = parseCertificate(der);
    if (!parsed.ok) return parsed;
    kept.set(key, parsed);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return parsed;
  };
}
