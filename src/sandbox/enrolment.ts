// First issue: an order that the operator has prepared is opened by its 业务受理号 and 授权码. Wrong codes are
// counted in the state, so neither a restart nor another connection gives further tries.

import { createHash, timingSafeEqual } from 'node:crypto';
import { encodeBase64 } from '../core/certificate/base64.ts';
import { ok, type Result } from '../core/errors/result.ts';
import type { KeyAlgorithm } from '../core/token/token.ts';
import type { GatewayAnswer, GatewayBody } from '../contract/gateway.ts';
import { AGREEMENTS } from './application-form.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { openSession } from './login.ts';
import { approve } from './order-application.ts';
import { newOrder } from './order-creation.ts';
import { note, wrongState } from './order-record.ts';
import type { OrderRecord, SandboxState } from './state.ts';

const MAX_WRONG_CODES = 10;

const OPEN_STATES: ReadonlySet<OrderRecord['state']> = new Set(['approved', 'issued']);

/** An order that was applied for, paid and approved over the counter. From now on the CA names the roots it needs. */
export async function prepareOrder(
  state: SandboxState,
  /** `subject`: DER Name. */
  wanted: { readonly subject: Uint8Array; readonly items: readonly KeyAlgorithm[] },
  ca: Ca,
): Promise<OrderRecord> {
  if (wanted.items.includes('SM2')) await ca.authorities.obtain(state, 'root', 'sm2', ca.now);
  const subject = encodeBase64(wanted.subject);
  const order = newOrder(
    {
      kind: 'new',
      owner: null,
      replaces: null,
      feeFen: 0,
      items: wanted.items.map((algorithm) => ({ algorithm, key: 'newKey', needsRequest: true, subject })),
    },
    ca,
  );
  order.accepted = AGREEMENTS.map(({ id }) => id);
  order.formSubmitted = true;
  state.orders.push(order);
  await approve(state, order, ca);
  return order;
}

/**
 * Of an approved or issued order of kind `new`. An unknown number is answered like a wrong code. Changes the
 * state when it refuses, so the state is to be kept in any case.
 */
export function openEnrolment(
  state: SandboxState,
  { reference, code }: GatewayBody<'openEnrolment'>,
  ca: Ca,
): Result<GatewayAnswer<'openEnrolment'>, Refused> {
  const order = state.orders.find(
    ({ kind, referenceNumber }) => kind === 'new' && referenceNumber === reference,
  );
  const isRight = isSameText(code, order?.authorisationCode ?? '') && order?.authorisationCode != null;
  if (order !== undefined && order.wrongCodes >= MAX_WRONG_CODES)
    return refuse('codeLocked', '授权码已输错十次，请联系证书受理点更换授权码。');
  if (order === undefined || !isRight) {
    if (order !== undefined) order.wrongCodes += 1;
    return refuse('codeRefused', '业务受理号或授权码不正确。');
  }
  if (!OPEN_STATES.has(order.state)) return wrongState(order);
  order.wrongCodes = 0;
  note(order, 'opened', ca);
  return ok({ ...openSession(state, { key: null, order: order.id }, ca), order: order.id });
}

/** In the same time for any two texts. */
function isSameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
