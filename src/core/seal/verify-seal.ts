// Is this seal genuine, whose is it, and may it be used at that time? (GB/T 38540-2020 §7.1: form, maker's
// signature, maker's certificate, validity.)

import { parseCertificate, type Certificate } from '../certificate/certificate.ts';
import { encodeSm2Signature } from '../certificate/sm2/signature.ts';
import { formatTime } from '../certificate/time.ts';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { chainSteps, MAKER_STEPS } from './certificate-steps.ts';
import type { ElectronicSeal, PlainSignature } from './seal.ts';
import { ZONE_DOUBT } from './seal-time.ts';
import { failed, notChecked, passed, type VerificationStep } from './step.ts';
import type { Verification } from './verification.ts';

/** `at`: when the seal was used. Steps in the order of the standard; the form was read before. */
export async function verifySeal(
  seal: ElectronicSeal,
  at: number,
  verification: Verification,
): Promise<readonly VerificationStep[]> {
  const signature = await verifyPlainSignature(seal.maker, seal.signedByMaker, verification);
  const chain = signature.ok
    ? await chainSteps(MAKER_STEPS, signature.value, [], seal.created.time, verification)
    : [];
  return [
    passed('seal.format'),
    signature.ok ? passed('seal.signature') : failed('seal.signature', makerError(signature.error)),
    ...chain,
    validityStep(seal, at),
  ];
}

function makerError(error: SignatureError): AppError {
  return error.code === 'signature.invalid' ? { code: 'seal.badSignature' } : error;
}

function validityStep(seal: ElectronicSeal, at: number): VerificationStep {
  const isWithin = (slack: number) =>
    at >= seal.validFrom.time - slack && at < seal.validTo.time + 1000 + slack;
  if (isWithin(0)) return passed('seal.validity');
  if (isWithin(ZONE_DOUBT))
    return notChecked('seal.validity', { code: 'signature.timeDoubtful', time: formatTime(at) });
  return failed('seal.validity', {
    code: 'seal.validity',
    validFrom: formatTime(seal.validFrom.time),
    validTo: formatTime(seal.validTo.time),
    at: formatTime(at),
  });
}

export type SignatureError = AppError<
  'signature.invalid' | 'signature.unverifiable' | 'certificate.unparsable'
>;

/**
 * The certificate whose key made the signature over `message`. SM2 signatures may also be r ‖ s, 64 bytes, as
 * one vendor writes them.
 */
export async function verifyPlainSignature(
  signature: PlainSignature,
  message: Uint8Array,
  { verifier }: Pick<Verification, 'verifier'>,
): Promise<Result<Certificate, SignatureError>> {
  const certificate = parseCertificate(signature.certificate);
  if (!certificate.ok) return certificate;
  const { algorithm, value } = signature;
  if (algorithm === null) return err({ code: 'signature.unverifiable', reason: 'algorithm' });
  const isRaw = algorithm === 'SM2-SM3' && value.length === 64 && !hasDerForm(value);
  const der = isRaw ? encodeSm2Signature(value) : value;
  const isGenuine = await verifier.verify(certificate.value.spki, algorithm, message, der);
  return isGenuine ? ok(certificate.value) : err({ code: 'signature.invalid' });
}

function hasDerForm(value: Uint8Array): boolean {
  return value[0] === 0x30 && value[1] === value.length - 2;
}
