// What 首页 says of the seals on a key, as data: one state, and the seal that stands for the others.

import type { Answer } from '../../../contract/methods.ts';
import type { SealList, SealOnKey } from '../../../contract/views/seal-views.ts';
import type { Tone } from '../../components/StateTag.tsx';

export type SealSummaryState =
  | 'reading'
  | 'unreadable'
  | 'unrecognised'
  | 'behindPin'
  | 'none'
  | 'valid'
  | 'mismatch'
  | 'unclear'
  | 'expired'
  | 'notYetValid';

export interface SealSummary {
  /** Text key `window.home.seal.<state>`, its sentence `window.home.seal.<state>.note`. */
  readonly state: SealSummaryState;
  readonly tone: Tone;
  /** One that fits the current certificate before one that does not; null: none that can be read. */
  readonly seal: SealOnKey | null;
  readonly count: number;
}

/** @param answer null: not read yet */
export function summariseSeals(answer: Answer<SealList> | null): SealSummary {
  const empty = (state: SealSummaryState, tone: Tone): SealSummary => ({ state, tone, seal: null, count: 0 });
  if (answer === null) return empty('reading', 'quiet');
  if (!answer.ok) return empty('unreadable', 'quiet');
  const { seals, unrecognised, unread } = answer.value;
  const seal = seals.find((one) => stateOf(one) === 'valid') ?? seals[0];
  if (seal !== undefined) {
    const state = stateOf(seal);
    return { state, tone: TONES[state], seal, count: seals.length };
  }
  if (unrecognised.length > 0) return empty('unrecognised', 'warning');
  return empty(unread.length > 0 ? 'behindPin' : 'none', 'quiet');
}

function stateOf({ state, fitsCurrent }: SealOnKey) {
  if (state !== 'valid') return state;
  if (fitsCurrent === null) return 'unclear';
  return fitsCurrent ? 'valid' : 'mismatch';
}

const TONES = {
  valid: 'ok',
  mismatch: 'problem',
  unclear: 'quiet',
  expired: 'problem',
  notYetValid: 'warning',
} as const satisfies Record<ReturnType<typeof stateOf>, Tone>;
