// Who signs a document or makes a seal. The private key stays where it is: a token, a key file, the rehearsal CA.

import { oid } from '../certificate/der.ts';
import { certificateUse, validityAt, type Certificate } from '../certificate/certificate.ts';
import { SIGNATURE_FOR_KEY } from '../certificate/algorithms.ts';
import type { SignatureAlgorithm } from '../certificate/signature-verifier.ts';
import { formatTime } from '../certificate/time.ts';
import type { AppError } from '../errors/codes.ts';
import { done, err, type Result } from '../errors/result.ts';
import type { SignatureHash } from '../token/provider.ts';
import type { ElectronicSeal } from './seal.ts';
import type { Digest, DigestName } from './verification.ts';
import { isListed } from './verify-seal-signature.ts';

export interface DocumentSigner<E> {
  readonly certificate: Certificate;
  /** Issuers that go into the message, without the signer; may be empty. */
  readonly chain: readonly Certificate[];
  /** Signs the whole message, hashed inside: PKCS#1 v1.5, or DER for EC and SM2. */
  sign(message: Uint8Array): Promise<Result<Uint8Array, E>>;
}

export interface SigningMethod {
  readonly algorithm: SignatureAlgorithm;
  readonly digest: DigestName;
  /** For `TokenProvider.sign`. */
  readonly hash: SignatureHash;
  /** OBJECT IDENTIFIER, DER: the signature algorithm as seals name it. */
  readonly oid: Uint8Array;
}

const METHODS: Readonly<Partial<Record<SignatureAlgorithm, Omit<SigningMethod, 'algorithm'>>>> = {
  'SM2-SM3': { digest: 'SM3', hash: 'SM3', oid: oid('1.2.156.10197.1.501') },
  'RSA-SHA256': { digest: 'SHA-256', hash: 'SHA-256', oid: oid('1.2.840.113549.1.1.11') },
  'ECDSA-SHA256': { digest: 'SHA-256', hash: 'SHA-256', oid: oid('1.2.840.10045.4.3.2') },
  'ECDSA-SHA384': { digest: 'SHA-384', hash: 'SHA-384', oid: oid('1.2.840.10045.4.3.3') },
};

/** How a certificate's key signs documents; null: a key that we do not sign with. */
export function signingMethodOf({ algorithm: key }: Certificate): SigningMethod | null {
  const algorithm = key === null ? null : SIGNATURE_FOR_KEY[key];
  const method = algorithm === null ? undefined : METHODS[algorithm];
  return algorithm === null || method === undefined ? null : { algorithm, ...method };
}

export type UseRefusal = AppError<
  | 'certificate.expired'
  | 'certificate.notYetValid'
  | 'certificate.usageMismatch'
  | 'certificate.algorithmUnsupported'
  | 'seal.validity'
  | 'seal.signerNotListed'
>;

/** Whether the certificate may sign at `at` (epoch milliseconds). */
export function checkSigner(certificate: Certificate, at: number): Result<void, UseRefusal> {
  if (signingMethodOf(certificate) === null)
    return err({ code: 'certificate.algorithmUnsupported', algorithm: certificate.signatureOid });
  if (certificateUse(certificate) === 'encryption') {
    const found = (certificate.keyUsage ?? []).join(', ');
    return err({ code: 'certificate.usageMismatch', expected: 'digitalSignature', found });
  }
  const validity = validityAt(certificate, at);
  if (validity === 'expired')
    return err({ code: 'certificate.expired', notAfter: formatTime(certificate.notAfter) });
  if (validity === 'notYetValid')
    return err({ code: 'certificate.notYetValid', notBefore: formatTime(certificate.notBefore) });
  return done;
}

/**
 * Whether the seal may be used with the certificate at `at` (GB/T 38540-2020 §6.3): in its validity, and the very
 * certificate in its list. A renewed certificate needs a seal made again.
 */
export function checkSealUse(
  seal: ElectronicSeal,
  certificate: Certificate,
  at: number,
  digest: Digest,
): Result<void, UseRefusal> {
  if (sealStateAt(seal, at) !== 'valid') {
    const [validFrom, validTo] = [formatTime(seal.validFrom.time), formatTime(seal.validTo.time)];
    return err({ code: 'seal.validity', validFrom, validTo, at: formatTime(at) });
  }
  return isListed(seal, certificate, digest)
    ? done
    : err({ code: 'seal.signerNotListed', signer: certificate.subject.display });
}

export type SealState = 'valid' | 'expired' | 'notYetValid';

/** The last second of a validity belongs to it. */
export function sealStateAt({ validFrom, validTo }: ElectronicSeal, at: number): SealState {
  if (at < validFrom.time) return 'notYetValid';
  return at < validTo.time + 1000 ? 'valid' : 'expired';
}
