import type { TextKey } from '../../contract/text.ts';
import type { CertificateCard, Expiry } from '../../contract/views/token-views.ts';
import { daysBetween } from '../../core/notice/calendar.ts';
import type { Tone } from '../components/StateTag.tsx';
import { beijingDay } from '../i18n/days.ts';

interface ExpiryLook {
  readonly tone: Tone;
  readonly text: TextKey;
}

export const EXPIRY: Readonly<Record<Expiry, ExpiryLook>> = {
  valid: { tone: 'ok', text: 'window.expiry.valid' },
  expiring: { tone: 'warning', text: 'window.expiry.expiring' },
  expired: { tone: 'problem', text: 'window.expiry.expired' },
  notYetValid: { tone: 'warning', text: 'window.expiry.notYetValid' },
};

export interface Countdown {
  readonly days: number;
  /** Of the validity that is left, 0 to 1. */
  readonly part: number;
  /** The words under the number. */
  readonly text: TextKey;
}

/** @param at when the key was looked at, for a certificate that is not valid yet */
export function countdown(certificate: CertificateCard, at: string): Countdown {
  const { expiry, daysLeft, totalDays, notBefore } = certificate;
  switch (expiry) {
    case 'notYetValid':
      return {
        days: daysBetween(beijingDay(at), beijingDay(notBefore)),
        part: 0,
        text: 'window.ring.begins',
      };
    case 'expired':
      return {
        days: -daysLeft,
        part: 0,
        text: daysLeft === 0 ? 'window.ring.endedToday' : 'window.ring.ended',
      };
    case 'valid':
    case 'expiring': {
      const part = Math.min(1, Math.max(0, daysLeft / Math.max(1, totalDays)));
      return { days: daysLeft, part, text: daysLeft === 0 ? 'window.ring.endsToday' : 'window.ring.ends' };
    }
  }
}
