// From draft to approval: agreements, form, payment, review. Functions change the state they are given and check
// first; a refusal has changed nothing.

import { ok, type Result } from '../core/errors/result.ts';
import { AGREEMENTS, isAgreed, wrongField } from './application-form.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { issueWithoutRequests } from './order-issuing.ts';
import { note, noticeOf, wrongState } from './order-record.ts';
import type { OrderRecord, SandboxState } from './state.ts';

export async function acceptAgreements(
  state: SandboxState,
  order: OrderRecord,
  accepted: readonly string[],
  ca: Ca,
): Promise<Result<OrderRecord, Refused>> {
  if (!accepted.every((id) => AGREEMENTS.some((agreement) => agreement.id === id)))
    return refuse('badRequest', '没有这份协议。', noticeOf(order));
  if (order.state !== 'draft' && order.state !== 'rejected') return wrongState(order);
  order.accepted = [...new Set([...order.accepted, ...accepted])];
  note(order, 'agreementsAccepted', ca);
  await advance(state, order, ca);
  return ok(order);
}

export async function submitForm(
  state: SandboxState,
  order: OrderRecord,
  values: Readonly<Record<string, string>>,
  ca: Ca,
): Promise<Result<OrderRecord, Refused>> {
  if (order.state !== 'draft' && order.state !== 'rejected') return wrongState(order);
  const wrong = wrongField(values);
  if (wrong !== null) return refuse('badRequest', `请检查“${wrong}”。`, noticeOf(order));
  order.form = { ...values };
  order.formSubmitted = true;
  if (order.state === 'rejected') Object.assign(order, { state: 'draft', text: '' });
  note(order, 'formSubmitted', ca);
  await advance(state, order, ca);
  return ok(order);
}

/** From a complete draft on: to payment, and with `auto` through payment and review. */
async function advance(state: SandboxState, order: OrderRecord, ca: Ca): Promise<void> {
  if (order.state !== 'draft' || !isAgreed(order) || !order.formSubmitted) return;
  order.state = order.feeFen > 0 && order.paidAt === null ? 'unpaid' : 'inReview';
  if (!state.settings.auto) return;
  if (order.state === 'unpaid') pay(order, ca);
  await approve(state, order, ca);
}

/** Of an unpaid order. */
export function pay(order: OrderRecord, ca: Ca): void {
  order.paidAt = ca.now;
  order.state = 'inReview';
  note(order, 'paid', ca);
}

const CODE_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** 授权码 of 20 characters that nobody takes for each other. */
export function createCode(ca: Ca): string {
  return Array.from(ca.random(20), (byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length)).join('');
}

/** Of an order in review. Items that need no request are issued at once. */
export async function approve(state: SandboxState, order: OrderRecord, ca: Ca): Promise<void> {
  order.state = 'approved';
  order.text = '';
  order.authorisationCode = createCode(ca);
  note(order, 'approved', ca);
  await issueWithoutRequests(state, order, ca);
}
