// Judges a SES_Signature against the content it should protect, in the order of GB/T 38540-2020 §7.2: form,
// signature value, signer's certificate, signing time, digest, seal, signer in the seal's list, time stamp.

import { parseCertificate, type Certificate } from '../certificate/certificate.ts';
import { equalBytes } from '../certificate/der.ts';
import { formatTime } from '../certificate/time.ts';
import { chainSteps, SIGNER_STEPS, validityStep } from './certificate-steps.ts';
import type { ElectronicSeal } from './seal.ts';
import type { SealSignature } from './seal-signature.ts';
import type { SignatureReport } from './signature-report.ts';
import type { SignedContent } from './signed-content.ts';
import { failed, notChecked, passed, type VerificationStep } from './step.ts';
import { verifyTimeStamp } from './time-stamp.ts';
import { digestNamed, type DigestName, type Verification } from './verification.ts';
import { verifyPlainSignature, verifySeal } from './verify-seal.ts';

/** What the signature should protect. */
export interface ProtectedContent {
  /** null: not at hand (a SignedValue.dat by itself). */
  readonly content: SignedContent | null;
  /** Absolute path that propertyInfo should name; null where it is free text. */
  readonly path: string | null;
}

export async function verifySealSignature(
  signature: SealSignature,
  { content, path }: ProtectedContent,
  verification: Verification,
): Promise<SignatureReport> {
  const { seal } = signature;
  const signer = await verifyPlainSignature(signature, signature.signed, verification);
  const stamp = await verifyTimeStamp(signature.timeStamp, stampedBytes(signature), verification);
  const time = signature.time?.time ?? stamp.time;
  const at = verification.at ?? time ?? verification.now;
  const known = parseCertificate(signature.certificate);
  return {
    kind: 'seal',
    signer: known.ok ? known.value : null,
    signedAt: time,
    seal,
    steps: [
      passed('signature.format'),
      signer.ok ? passed('signature.value') : unconfirmed(signer.error),
      ...digestSteps(signature, content),
      ...pathSteps(signature.propertyInfo, path),
      ...timeSteps(signature, time),
      ...(known.ok ? [validityStep(known.value, at)] : []),
      ...(known.ok ? await chainSteps(SIGNER_STEPS, known.value, [], at, verification) : []),
      ...(await verifySeal(seal, at, verification)),
      ...(known.ok ? [listStep(seal, known.value, verification)] : []),
      ...stamp.steps,
    ],
  };
}

/** A GM/T 0031-2014 stamp is inside the signed part, over the digest; later ones are over the signature value. */
function stampedBytes(signature: SealSignature): readonly Uint8Array[] {
  return signature.time === null ? [signature.dataHash] : [signature.value];
}

/** A value that is wrong fails under its own name; one that cannot be checked under another. */
export function unconfirmed(error: Parameters<typeof failed>[1]): VerificationStep {
  return failed(error.code === 'signature.invalid' ? 'signature.value' : 'signature.unverifiable', error);
}

function digestSteps(signature: SealSignature, content: SignedContent | null): readonly VerificationStep[] {
  if (content === null) return [notChecked('document.content', { code: 'document.contentMissing' })];
  const algorithm = dataDigest(signature);
  if (algorithm === null)
    return [failed('document.content', { code: 'signature.unverifiable', reason: 'algorithm' })];
  const isSame = equalBytes(content.digest(algorithm), signature.dataHash);
  const what = { code: 'document.changed', what: signature.propertyInfo } as const;
  return [isSame ? passed('document.content') : failed('document.content', what), ...weakStep(algorithm)];
}

/** SM2 goes with SM3, RSA and EC with the digest of that length (GM/T 0031-2014 allows SHA-1). */
function dataDigest({ algorithm, dataHash }: SealSignature): DigestName | null {
  if (algorithm === 'SM2-SM3') return 'SM3';
  const byLength: Readonly<Record<number, DigestName>> = {
    20: 'SHA-1',
    32: 'SHA-256',
    48: 'SHA-384',
    64: 'SHA-512',
  };
  return byLength[dataHash.length] ?? null;
}

export function weakStep(algorithm: DigestName): readonly VerificationStep[] {
  return algorithm === 'SHA-1'
    ? [notChecked('signature.digest', { code: 'signature.weakDigest', algorithm })]
    : [];
}

function pathSteps(found: string, expected: string | null): readonly VerificationStep[] {
  const plain = (path: string) => path.replace(/^\/+/, '');
  if (expected === null || plain(found) === plain(expected)) return [];
  return [
    notChecked('signature.path', { code: 'signature.pathDiffers', expected, found: found.slice(0, 200) }),
  ];
}

function timeSteps(signature: SealSignature, time: number | null): readonly VerificationStep[] {
  if (time === null) return [notChecked('signature.time', { code: 'signature.timeMissing' })];
  if (signature.time?.isLocal !== true) return [];
  return [notChecked('signature.time', { code: 'signature.timeDoubtful', time: formatTime(time) })];
}

/** Byte for byte, or by digest (list type 2); a seal whose signer's certificate was renewed must be made again. */
function listStep(seal: ElectronicSeal, signer: Certificate, verification: Verification): VerificationStep {
  if (seal.signers.kind === 'names') return notChecked('seal.signer', { code: 'seal.listUnreadable' });
  return isListed(seal, signer, verification.digest)
    ? passed('seal.signer')
    : failed('seal.signer', { code: 'seal.signerNotListed', signer: signer.subject.display });
}

/** Whether the seal may be used with this certificate; always false for a list of names. */
export function isListed(
  { signers }: ElectronicSeal,
  certificate: Certificate,
  digest: Verification['digest'],
): boolean {
  if (signers.kind === 'certificates')
    return signers.certificates.some((der) => equalBytes(der, certificate.der));
  if (signers.kind === 'names') return false;
  return signers.digests.some(({ algorithm, value }) => {
    const name = digestNamed(algorithm) ?? 'SM3';
    return equalBytes(digest(name, [certificate.der]), value);
  });
}
