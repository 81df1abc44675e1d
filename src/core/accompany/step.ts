// One step of the proof of an accompanied renewal: what was looked at, how it stands, and what it rests on.

import type { AppError } from '../errors/codes.ts';

/** In the order they are shown. Each is also the text key `accompany.step.<name>`. */
export type ProofStepName =
  | 'appeared'
  | `${'signing' | 'encryption'}.${'key' | 'subject' | 'issuer' | 'use' | 'validity' | 'chain'}`
  | 'encryption.present'
  | 'old.certificates'
  | 'old.keys'
  | 'seal'
  | 'test.sign'
  | 'test.decrypt';

export interface ProofStep {
  readonly step: ProofStepName;
  /** `notChecked`: neither confirmed nor refuted, or a peculiarity the person should know of. */
  readonly status: 'ok' | 'failed' | 'notChecked';
  /** null exactly when `ok`. */
  readonly problem: AppError | null;
  readonly facts: Readonly<Record<string, string | number | null>>;
}

export function passed(step: ProofStepName, facts: ProofStep['facts'] = {}): ProofStep {
  return { step, status: 'ok', problem: null, facts };
}

export function failed(step: ProofStepName, problem: AppError, facts: ProofStep['facts'] = {}): ProofStep {
  return { step, status: 'failed', problem, facts };
}

export function notChecked(
  step: ProofStepName,
  problem: AppError,
  facts: ProofStep['facts'] = {},
): ProofStep {
  return { step, status: 'notChecked', problem, facts };
}
