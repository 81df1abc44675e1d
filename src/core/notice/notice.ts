// What a notice is made of, and what reminding is decided from. Public data only.

import type { KeyUse } from '../token/token.ts';
import type { BidUpload } from './bid-advice.ts';
import type { CalendarDay } from './calendar.ts';

/** A kind has its own snooze; the words of one kind differ by circumstance (`text`). */
export type NoticeKind =
  'orderReady' | 'orderRejected' | 'openingPassed' | 'expired' | 'expiring' | EventKind;

export type EventKind =
  | 'tokenInserted'
  | 'tokenRemoved'
  | 'pinAttempts'
  | 'pinLocked'
  | 'renewalDone'
  | 'statusChanged'
  | 'accompaniment';

/** Each is also the text key `notice.<text>`. */
export type NoticeText =
  | Exclude<NoticeKind, 'expired' | 'statusChanged' | 'accompaniment'>
  | 'accompanimentOpen'
  | 'accompanimentWritten'
  | 'certificateGood'
  | 'certificateFrozen'
  | 'certificateRevoked'
  | 'expiringAway'
  | 'expiringTooEarly'
  | 'expiringBeforeOpening'
  | 'expiresToday'
  | 'expiredRenewable'
  | 'expiredOffline'
  | 'expiredAskCa';

/** Each is also the text key `notice.action.<action>`, the word on the button. */
export type NoticeAction =
  | 'renew'
  | 'resume'
  | 'updateNow'
  | 'later'
  | 'bidAdvice'
  | 'offline'
  | 'contact'
  | 'showReason'
  | 'unlock'
  | 'view';

export interface Notice {
  readonly kind: NoticeKind;
  readonly text: NoticeText;
  readonly parameters: Readonly<Record<string, string | number | null>>;
  /** The first is the one to press. */
  readonly actions: readonly NoticeAction[];
  /** SHA-256 of the certificate it speaks of. */
  readonly certificate: string | null;
  /** Order or opening it speaks of. */
  readonly about: string | null;
}

/** A certificate seen on some key, remembered so that a key in a drawer is reminded of. */
export interface SeenCertificate {
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
  readonly commonName: string | null;
  /** As displayed; compared as text. */
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly use: KeyUse | 'both';
  /** Epoch milliseconds, as all times here. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly token: string;
  readonly tokenLabel: string;
  /** Id of the profile it fell under. */
  readonly profile: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** With what its profile and the moment say. */
export interface WatchedCertificate extends SeenCertificate {
  /** The person's calendar day of `notAfter`. */
  readonly lastDay: CalendarDay;
  readonly isPluggedIn: boolean;
  readonly reminderDays: readonly number[];
  /** Days before the end from which the CA renews; null: any time, or not stated. */
  readonly daysBefore: number | null;
  readonly expired: 'allowed' | 'refused' | 'caDecides';
}

/** A bid opening the person named. */
export interface Opening {
  readonly id: string;
  /** SHA-256 of the certificate it concerns; null: all. */
  readonly certificate: string | null;
  readonly at: number;
  readonly uploaded: BidUpload;
  /** 开标后提醒我 */
  readonly remindAfter: boolean;
}

/** Last thing heard of an order. */
export interface HeardOrder {
  readonly id: string;
  /** SHA-256 of the certificate it renews. */
  readonly certificate: string;
  readonly state: 'waiting' | 'ready' | 'rejected' | 'done';
  /** The CA's own words. */
  readonly caText: string | null;
}

export interface ShownNotice {
  readonly certificate: string;
  readonly kind: NoticeKind;
  readonly about: string | null;
  readonly day: CalendarDay;
}

/** Silent from `since`, the day it was asked for, until before `until`. */
export interface Snooze {
  readonly certificate: string;
  readonly kind: NoticeKind;
  readonly since: CalendarDay;
  readonly until: CalendarDay;
}

export interface NoticeInput {
  readonly now: number;
  readonly today: CalendarDay;
  readonly certificates: readonly WatchedCertificate[];
  readonly openings: readonly Opening[];
  readonly orders: readonly HeardOrder[];
  readonly shown: readonly ShownNotice[];
  readonly snoozes: readonly Snooze[];
}
