// When to remind, of what, with which buttons. Decided anew whenever a key, a day, an order or an answer
// changes; whoever shows a notice appends it to `shown`.
//
// At most one notice a day for a certificate, the most pressing one; only what a CA says of an order is told on any
// day, once. A record from the future, left by a clock that was wrong, is passed over: it must not silence for ever.

import { bidAdvice } from './bid-advice.ts';
import { addDays, daysBetween } from './calendar.ts';
import type {
  HeardOrder,
  Notice,
  NoticeAction,
  NoticeInput,
  NoticeKind,
  NoticeText,
  Opening,
  ShownNotice,
  Snooze,
  WatchedCertificate,
} from './notice.ts';
import { worthReminding } from './seen.ts';

const HOUR = 3_600_000;
/** Around an opening nobody is pushed to renew: bids are rehearsed two days before and opened for some hours. */
const QUIET_BEFORE = 48 * HOUR;
const QUIET_AFTER = 4 * HOUR;
const REMIND_AFTER_OPENING_DAYS = 14;
/** After the end, where the CA still renews: daily for a week, then weekly for a year. */
const DAILY_AFTER_END = 7;
const LAST_AFTER_END = 366;

export function decideNotices(input: NoticeInput): readonly Notice[] {
  return worthReminding(input.certificates).flatMap((certificate) => {
    const notice = noticeFor(certificate, momentOf(certificate, input));
    return notice === null ? [] : [notice];
  });
}

interface Moment {
  readonly now: number;
  readonly today: string;
  /** Calendar days; 0 on the last day. */
  readonly daysLeft: number;
  readonly order: HeardOrder | null;
  /** That lies ahead or is under way, the next one; openings gone by in `past`. */
  readonly opening: Opening | null;
  readonly past: readonly Opening[];
  readonly isQuiet: boolean;
  readonly shown: readonly ShownNotice[];
  readonly snoozes: readonly Snooze[];
}

function momentOf(certificate: WatchedCertificate, input: NoticeInput): Moment {
  const { now, today } = input;
  const isOurs = (of: { readonly certificate: string | null }) => of.certificate === certificate.sha256;
  const openings = input.openings.filter((opening) => opening.certificate === null || isOurs(opening));
  const ahead = openings.filter(({ at }) => now < at + QUIET_AFTER).toSorted((a, b) => a.at - b.at);
  const opening = ahead[0] ?? null;
  return {
    now,
    today,
    daysLeft: daysBetween(today, certificate.lastDay),
    order: input.orders.find(isOurs) ?? null,
    opening,
    past: openings.filter((one) => !ahead.includes(one)),
    isQuiet: opening !== null && now >= opening.at - QUIET_BEFORE,
    shown: input.shown.filter((one) => isOurs(one) && one.day <= today),
    snoozes: input.snoozes.filter((one) => isOurs(one) && one.since <= today),
  };
}

function noticeFor(certificate: WatchedCertificate, moment: Moment): Notice | null {
  if (moment.order?.state === 'done') return null;
  const isSnoozed = (kind: NoticeKind) =>
    moment.snoozes.some((snooze) => snooze.kind === kind && moment.today < snooze.until);
  const isQuietDay = moment.shown.some(({ day }) => day === moment.today);
  for (const consider of isQuietDay ? [orderNotice] : ALL_NOTICES) {
    const draft = consider(certificate, moment);
    if (draft !== null && !isSnoozed(draft.kind)) return complete(draft, certificate, moment);
  }
  return null;
}

const ALL_NOTICES = [orderNotice, openingNotice, expiredNotice, expiringNotice];

interface Draft {
  readonly kind: NoticeKind;
  readonly text: NoticeText;
  readonly actions: readonly NoticeAction[];
  readonly about?: string;
  readonly parameters?: Notice['parameters'];
}

function complete(draft: Draft, certificate: WatchedCertificate, { daysLeft }: Moment): Notice {
  const { commonName, tokenLabel, lastDay } = certificate;
  return {
    kind: draft.kind,
    text: draft.text,
    parameters: { commonName, tokenLabel, day: lastDay, days: daysLeft, ...draft.parameters },
    actions: draft.actions,
    certificate: certificate.sha256,
    about: draft.about ?? null,
  };
}

function orderNotice(
  _certificate: WatchedCertificate,
  { order, isQuiet, shown, today }: Moment,
): Draft | null {
  const wasToldToday = (of: NoticeKind) =>
    shown.some(({ kind, about, day }) => kind === of && about === order?.id && day === today);
  if (order?.state === 'ready' && !isQuiet) {
    if (wasToldToday('orderReady')) return null;
    return { kind: 'orderReady', text: 'orderReady', actions: ['updateNow', 'later'], about: order.id };
  }
  if (order?.state !== 'rejected' || wasToldToday('orderRejected')) return null;
  return {
    kind: 'orderRejected',
    text: 'orderRejected',
    actions: ['showReason', 'later'],
    about: order.id,
    parameters: { caText: order.caText },
  };
}

function openingNotice(_certificate: WatchedCertificate, moment: Moment): Draft | null {
  if (moment.opening !== null || moment.order !== null) return null;
  const isFresh = ({ at }: Opening) => moment.now < at + REMIND_AFTER_OPENING_DAYS * 24 * HOUR;
  const wasShown = ({ id }: Opening) =>
    moment.shown.some(({ kind, about }) => kind === 'openingPassed' && about === id);
  const opening = moment.past.find((one) => one.remindAfter && isFresh(one) && !wasShown(one));
  if (opening === undefined) return null;
  return {
    kind: 'openingPassed',
    text: 'openingPassed',
    actions: ['renew', 'later'],
    about: opening.id,
  };
}

function expiredNotice(certificate: WatchedCertificate, moment: Moment): Draft | null {
  if (!hasEnded(certificate, moment.now) || isOrdersTurn(moment)) return null;
  const isDue = certificate.expired === 'allowed' ? isDueAfterEnd(moment) : !wasShown(moment, 'expired');
  if (!isDue && !isSnoozeOver(moment, 'expired')) return null;
  if (certificate.expired === 'refused') {
    return { kind: 'expired', text: 'expiredOffline', actions: ['offline', 'later'] };
  }
  if (certificate.expired === 'caDecides') {
    return { kind: 'expired', text: 'expiredAskCa', actions: ['contact', 'later'] };
  }
  const first = moment.opening === null ? renewAction(moment) : 'bidAdvice';
  return { kind: 'expired', text: 'expiredRenewable', actions: [first, 'later'] };
}

function isDueAfterEnd(moment: Moment): boolean {
  const daysSince = -moment.daysLeft;
  if (daysSince > LAST_AFTER_END) return false;
  const pause = daysSince <= DAILY_AFTER_END ? 1 : 7;
  return !moment.shown.some(({ kind, day }) => kind === 'expired' && daysBetween(day, moment.today) < pause);
}

function expiringNotice(certificate: WatchedCertificate, moment: Moment): Draft | null {
  const { daysLeft, opening } = moment;
  if (hasEnded(certificate, moment.now) || isOrdersTurn(moment)) return null;
  if (!isDueBeforeEnd(certificate, moment)) return null;
  const draft = (text: NoticeText, ...actions: NoticeAction[]): Draft => ({
    kind: 'expiring',
    text,
    actions: [...actions, 'later'],
  });
  if (opening !== null) {
    const advice = bidAdvice({ ...opening, notAfter: certificate.notAfter, opening: opening.at });
    if (advice === 'renewAfterOpening') {
      return moment.isQuiet ? null : draft(plainText(certificate, daysLeft), 'bidAdvice');
    }
    if (moment.isQuiet || advice !== 'renewFirst') return draft('expiringBeforeOpening', 'bidAdvice');
  }
  const { daysBefore } = certificate;
  if (daysBefore === null || daysLeft <= daysBefore) {
    return draft(plainText(certificate, daysLeft), renewAction(moment));
  }
  const from = addDays(certificate.lastDay, -daysBefore);
  return { ...draft('expiringTooEarly'), parameters: { from } };
}

function plainText({ isPluggedIn }: WatchedCertificate, daysLeft: number): NoticeText {
  if (daysLeft <= 0) return 'expiresToday';
  return isPluggedIn ? 'expiring' : 'expiringAway';
}

/** One of the reminder days has come, or passed with the computer off, since the last reminder. */
function isDueBeforeEnd({ reminderDays, lastDay }: WatchedCertificate, moment: Moment): boolean {
  const reached = reminderDays.filter((days) => moment.daysLeft <= days);
  if (reached.length === 0) return false;
  const step = Math.min(...reached);
  const isCovered = moment.shown.some(
    ({ kind, day }) => kind === 'expiring' && daysBetween(day, lastDay) <= step,
  );
  return !isCovered || isSnoozeOver(moment, 'expiring');
}

/** What was put off is due again, once. */
function isSnoozeOver(moment: Moment, kind: NoticeKind): boolean {
  return moment.snoozes.some(
    (snooze) =>
      snooze.kind === kind &&
      snooze.until <= moment.today &&
      !moment.shown.some((shown) => shown.kind === kind && shown.day >= snooze.until),
  );
}

function wasShown({ shown }: Moment, kind: NoticeKind): boolean {
  return shown.some((one) => one.kind === kind);
}

/** Its notice comes daily, and another button beside it would begin a second renewal. */
function isOrdersTurn({ order, isQuiet }: Moment): boolean {
  return order?.state === 'rejected' || (order?.state === 'ready' && !isQuiet);
}

function renewAction({ order }: Moment): NoticeAction {
  return order === null ? 'renew' : 'resume';
}

/** To the second, the last one included, as certificates are judged. */
function hasEnded({ notAfter }: WatchedCertificate, now: number): boolean {
  return now >= notAfter + 1000;
}
