import { parseCertificate, type Certificate } from '../certificate/certificate.ts';
import type { ElectronicSeal } from './seal.ts';
import type { VerificationStep } from './step.ts';

/** One signature of a document, judged. */
export interface SignatureReport {
  /** `seal`: SES; `cms`: CMS or GM/T 0010; `plain`: a bare signature value (OFD). */
  readonly kind: 'seal' | 'cms' | 'plain';
  /** null: unknown, or it could not be read. */
  readonly signer: Certificate | null;
  /** Epoch milliseconds, as the signature itself says; null: it does not. */
  readonly signedAt: number | null;
  readonly steps: readonly VerificationStep[];
  readonly seal: ElectronicSeal | null;
}

/** Certificates that can be read among `ders`. */
export function readableCertificates(ders: readonly Uint8Array[]): readonly Certificate[] {
  return ders.flatMap((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? [parsed.value] : [];
  });
}
