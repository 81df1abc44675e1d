// The one right thing to do with a key, so that each card has one filled button.

import type { Profile } from '../profile/profile.ts';
import { addDays, type CalendarDay } from './calendar.ts';

/** A renewal or an order that concerns a certificate. */
export interface OpenOrder {
  /** null: begun elsewhere. */
  readonly renewal: string | null;
  readonly order: string | null;
  readonly certificate: string | null;
  readonly state:
    'draft' | 'unpaid' | 'inReview' | 'approved' | 'issued' | 'confirmed' | 'rejected' | 'frozen' | null;
}

/** The current certificate that the key signs with. */
export interface HeldCertificate {
  readonly sha256: string;
  /** Negative after the end. */
  readonly daysLeft: number;
  /** The person's calendar day of its end. */
  readonly lastDay: CalendarDay;
  readonly hasEnded: boolean;
  /** Revoked or frozen: the CA has the next word. */
  readonly isWithdrawn: boolean;
  readonly rules: Pick<Profile['renewal'], 'daysBefore' | 'expired'>;
  /** The CA's API can be reached; without one the renewal is accompanied. */
  readonly hasGateway: boolean;
}

export type MainAction =
  | {
      readonly kind: 'updateNow' | 'resume';
      readonly renewal: string | null;
      readonly order: string | null;
      readonly certificate: string | null;
    }
  | { readonly kind: 'renew' | 'accompany' | 'offline' | 'contact'; readonly certificate: string }
  | { readonly kind: 'none'; readonly from: CalendarDay | null };

/** Where a profile does not say from when a CA renews. */
const USUAL_WINDOW_DAYS = 90;

/**
 * @param certificates those in use for signing, in their order
 * @param orders open ones of this key: what is under way comes before anything new
 */
export function mainAction(
  certificates: readonly HeldCertificate[],
  orders: readonly OpenOrder[],
): MainAction {
  const underWay =
    orders.find(({ state }) => state === 'approved' || state === 'issued') ??
    orders.find(({ renewal, state }) => renewal !== null && state !== 'confirmed');
  if (underWay !== undefined) {
    const { renewal, order, certificate, state } = underWay;
    const kind = state === 'approved' || state === 'issued' ? 'updateNow' : 'resume';
    return { kind, renewal, order, certificate };
  }
  const most = certificates.toSorted((a, b) => a.daysLeft - b.daysLeft)[0];
  if (most === undefined) return { kind: 'none', from: null };
  const { rules, lastDay } = most;
  if (most.isWithdrawn) return { kind: 'contact', certificate: most.sha256 };
  if (most.hasEnded) return afterEnd(most);
  const window = rules.daysBefore ?? USUAL_WINDOW_DAYS;
  return most.daysLeft <= window ? begin(most) : { kind: 'none', from: addDays(lastDay, -window) };
}

function afterEnd(held: HeldCertificate): MainAction {
  switch (held.rules.expired) {
    case 'allowed':
      return begin(held);
    case 'refused':
      return { kind: 'offline', certificate: held.sha256 };
    case 'caDecides':
      return { kind: 'contact', certificate: held.sha256 };
  }
}

function begin({ hasGateway, sha256 }: HeldCertificate): MainAction {
  return { kind: hasGateway ? 'renew' : 'accompany', certificate: sha256 };
}
