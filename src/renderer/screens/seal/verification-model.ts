import type { TextKey } from '../../../contract/text.ts';
import type { Verification, VerificationStepView } from '../../../contract/views/seal-views.ts';
import type { Tone } from '../../components/StateTag.tsx';
import type { Words } from '../../i18n/use-text.ts';
import type { StepLine } from './StepLines.tsx';

export const VERDICT_TONE: Readonly<Record<Verification['verdict'], Exclude<Tone, 'quiet'>>> = {
  valid: 'ok',
  incomplete: 'warning',
  invalid: 'problem',
};

/** `signature`: its index; null: the steps of the file itself. */
export function linesOf(
  { steps }: Verification,
  words: Words,
  signature: number | null,
): readonly StepLine[] {
  return steps.filter((step) => (step.signature ?? null) === signature).map((step) => lineOf(step, words));
}

/** What did not pass, and what could not be checked, of everything. */
export function remarksOf({ steps }: Verification, words: Words): readonly StepLine[] {
  return steps.filter(({ status }) => status !== 'ok').map((step) => lineOf(step, words));
}

function lineOf({ step, status, number, detail }: VerificationStepView, { t }: Words): StepLine {
  return { name: t(`seal.step.${step}` as TextKey), status, number, detail };
}
