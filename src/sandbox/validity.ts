import type { SandboxSettings } from './settings.ts';

export const DAY = 86_400_000;
const BEIJING = 8 * 3_600_000;

/**
 * Validity of a certificate issued at `now`, in epoch milliseconds.
 * @param oldEnd end of the certificate it replaces; null for a first certificate, counted from issue
 */
export function validityOf(
  settings: Pick<SandboxSettings, 'validity' | 'notBeforeDays'>,
  oldEnd: number | null,
  now: number,
): { readonly notBefore: number; readonly notAfter: number } {
  const issue = Math.floor(now / 1000) * 1000;
  const { validity } = settings;
  return {
    notBefore: issue + settings.notBeforeDays * DAY,
    notAfter: validity.rule === 'fromIssue' ? issue + validity.days * DAY : plusOneYear(oldEnd ?? issue),
  };
}

/** Same day and time next year; 29 February becomes the 28th. */
function plusOneYear(time: number): number {
  const date = new Date(time);
  const month = date.getUTCMonth();
  date.setUTCFullYear(date.getUTCFullYear() + 1);
  if (date.getUTCMonth() !== month) date.setUTCDate(0);
  return date.getTime();
}

/** Start of the Beijing day on which renewal opens. */
export function opensAt(oldEnd: number, windowDays: number): number {
  return Math.floor((oldEnd - windowDays * DAY + BEIJING) / DAY) * DAY - BEIJING;
}

/** `2026-12-02`, in Beijing time. */
export function beijingDay(time: number): string {
  return new Date(time + BEIJING).toISOString().slice(0, 10);
}
