// 标书: what the person said about bids that are encrypted and not opened yet, and what follows from it.

import { bidAdvice, type BidAdvice, type BidUpload } from '../../../core/notice/bid-advice.ts';
import type { OpeningView } from '../../../contract/views/notice-views.ts';

export type BidAnswer = 'none' | 'some' | 'unsure';

export interface BidState {
  readonly answer: BidAnswer | null;
  /** `2026-11-28 09:30` in Beijing time; empty until it is said. */
  readonly opening: string;
  readonly upload: BidUpload | null;
}

export const NO_BID_STATE: BidState = { answer: null, opening: '', upload: null };

/** What to tell: nothing yet, that there is no obstacle, to find out first, or one of the four advices. */
export type BidVerdict = 'incomplete' | 'clear' | 'findOut' | BidAdvice;

/** @param notAfter of the certificate, epoch milliseconds */
export function judgeBid({ answer, opening, upload }: BidState, notAfter: number): BidVerdict {
  if (answer === null) return 'incomplete';
  if (answer === 'none') return 'clear';
  if (answer === 'unsure') return 'findOut';
  const at = openingTime(opening);
  if (at === null) return 'incomplete';
  if (outlives(notAfter, at)) return 'renewAfterOpening';
  return upload === null ? 'incomplete' : bidAdvice({ notAfter, opening: at, uploaded: upload });
}

/** Whether it was uploaded makes a difference only when the certificate ends before the opening. */
export function asksUpload({ answer, opening }: BidState, notAfter: number): boolean {
  const at = openingTime(opening);
  return answer === 'some' && at !== null && !outlives(notAfter, at);
}

function outlives(notAfter: number, opening: number): boolean {
  return bidAdvice({ notAfter, opening, uploaded: 'notUploaded' }) === 'renewAfterOpening';
}

/** Epoch milliseconds of a Beijing time; null when it is none. */
export function openingTime(typed: string): number | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(typed)) return null;
  const time = Date.parse(`${typed.replace(' ', 'T')}:00+08:00`);
  return Number.isNaN(time) ? null : time;
}

/** What is remembered; null when no opening was named. */
export function namedOpening(
  { answer, opening, upload }: BidState,
  certificate: string,
  remindAfter: boolean,
): OpeningView | null {
  const at = openingTime(opening);
  if (answer !== 'some' || at === null) return null;
  const time = new Date(at).toISOString();
  return {
    id: `${certificate}:${time}`,
    certificate,
    at: time,
    uploaded: upload ?? 'notUploaded',
    remindAfter,
  };
}
