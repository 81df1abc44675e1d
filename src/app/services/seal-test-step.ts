import type { AppError } from '../../core/errors/codes.ts';
import type { VerificationStep } from '../../core/seal/step.ts';

export type SealTestStepName =
  /** The key has a seal that can be read. */
  | 'seal.found'
  /** It is valid now and lists the current certificate. */
  | 'seal.usable'
  /** Its picture could be drawn on the page. */
  | 'seal.drawn'
  | 'sign'
  /** The signed page, judged like any document. */
  | 'verify'
  | 'decrypt';

export interface SealTestStep {
  readonly step: SealTestStepName;
  /** `notChecked`: neither confirmed nor refuted; no reason to fail. */
  readonly status: VerificationStep['status'];
  /** null exactly when `ok`. */
  readonly error: AppError | null;
}
