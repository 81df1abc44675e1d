// What a verification found, step by step. A step says ok, failed, or that it could not be checked and why; the
// verdict follows from the steps and from nothing else.

import type { AppError } from '../errors/codes.ts';

/** In the order of GB/T 38540-2020 §7: the seal, then the signature, then what it protects. */
export const STEP_NAMES = [
  'document.format',
  'document.byteRange',
  'signature.format',
  'signature.value',
  'signature.unverifiable',
  'signature.digest',
  'signature.path',
  'document.content',
  'document.references',
  'document.coverage',
  'signature.time',
  'signer.validity',
  'signer.chain',
  'signer.revocation',
  'seal.format',
  'seal.file',
  'seal.signature',
  'seal.chain',
  'seal.revocation',
  'seal.validity',
  'seal.signer',
  'timeStamp',
] as const;

export type StepName = (typeof STEP_NAMES)[number];

export interface VerificationStep {
  readonly step: StepName;
  /** `notChecked`: neither confirmed nor refuted, or a peculiarity that a person should know of. */
  readonly status: 'ok' | 'failed' | 'notChecked';
  /** null exactly when `ok`. */
  readonly error: AppError | null;
}

export function passed(step: StepName): VerificationStep {
  return { step, status: 'ok', error: null };
}

export function failed(step: StepName, error: AppError): VerificationStep {
  return { step, status: 'failed', error };
}

export function notChecked(step: StepName, error: AppError): VerificationStep {
  return { step, status: 'notChecked', error };
}

/** `incomplete`: every signature is right, but not everything could be checked. */
export type Verdict = 'valid' | 'incomplete' | 'invalid';

/** No step at all is invalid: nothing was confirmed. */
export function verdictOf(steps: readonly VerificationStep[]): Verdict {
  if (steps.length === 0 || steps.some(({ status }) => status === 'failed')) return 'invalid';
  return steps.every(({ status }) => status === 'ok') ? 'valid' : 'incomplete';
}
