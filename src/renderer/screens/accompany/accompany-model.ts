// The five rows of 陪同续期, as data.

import type { AccompanyFinding, AccompanyView } from '../../../contract/views/accompany-views.ts';
import type { TextKey } from '../../../contract/text.ts';

export const ROWS = ['check', 'record', 'portal', 'wait', 'prove'] as const;
export type Row = (typeof ROWS)[number];

export type RowState = 'done' | 'current' | 'todo' | 'busy' | 'problem';

export function rowState(row: Row, view: AccompanyView): RowState {
  const { stage, outcome, question } = view;
  if (outcome?.kind === 'proved') {
    return row === 'prove' && outcome.verdict === 'wrong' ? 'problem' : 'done';
  }
  const at = stage === 'done' ? ROWS.length : ROWS.indexOf(stage);
  const index = ROWS.indexOf(row);
  if (index < at) return 'done';
  if (index > at) return 'todo';
  const isWorking = outcome === null && question === null && row !== 'portal';
  return isWorking ? 'busy' : 'current';
}

/** Text key of a finding; those that never come have none. */
export function findingKey({ check, status }: AccompanyFinding): TextKey {
  return `accompany.check.${check}.${status}` as TextKey;
}

/** The key is being written, or something is on it already: nothing to press at the portal any more. */
export function hasBegun({ look }: AccompanyView): boolean {
  return look?.kind === 'seen' && look.verdict !== 'waiting';
}
