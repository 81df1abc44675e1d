// One order as everybody sees it, and the words for its states.

import { decodeBase64 } from '../core/certificate/base64.ts';
import { parseName } from '../core/certificate/names.ts';
import type { Order, OrderNotice } from '../contract/gateway.ts';
import { ok, type Result } from '../core/errors/result.ts';
import { AGREEMENTS, formOf } from './application-form.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import type { Visitor } from './login.ts';
import { SEAL_MAKER, SEAL_OBJECT, sealName } from './seal-words.ts';
import type { CertificateRecord, ItemRecord, OrderRecord, SandboxState } from './state.ts';

const STATE_TEXTS: Readonly<Record<OrderRecord['state'], string>> = {
  draft: '请同意协议并填写申请信息。',
  unpaid: '请支付。',
  inReview: '正在审核。',
  approved: '审核通过，可以更新证书。',
  issued: '证书已签发。',
  confirmed: '已完成。',
  rejected: '审核没有通过。',
  frozen: '订单已被冻结。',
};

export function noticeOf({ id, kind, state }: OrderRecord): OrderNotice {
  return { id, kind, state };
}

export function orderView(state: SandboxState, order: OrderRecord): Order {
  const replaced = replacedBy(state, order);
  return {
    ...noticeOf(order),
    text: order.text === '' ? STATE_TEXTS[order.state] : order.text,
    replaces: replaced === undefined ? null : { issuer: replaced.issuer, serial: replaced.serial },
    agreements: AGREEMENTS.map((agreement) => ({
      ...agreement,
      accepted: order.accepted.includes(agreement.id),
    })),
    form: formOf(order),
    formSubmitted: order.formSubmitted,
    payment: order.feeFen === 0 ? null : { amountFen: order.feeFen, qr: qrOf(order) },
    items: order.items.map(({ id, algorithm, key, needsRequest, subject, state: itemState, requestKey }) => ({
      ...{ id, algorithm, key, needsRequest, subject, requestKey },
      certificates: algorithm === 'SM2' ? 'dual' : 'single',
      state: itemState,
    })),
    seal: sealOffer(state, order),
  };
}

/** A renewal brings a seal where there was one. */
function sealOffer(state: SandboxState, order: OrderRecord): Order['seal'] {
  if (!state.settings.seals) return null;
  const replaced = replacedBy(state, order);
  if (order.kind === 'renew' && replaced?.sealed !== true) return null;
  const subject = parseName(decodeBase64(order.items[0]?.subject ?? '') ?? new Uint8Array());
  return subject === null ? null : { name: sealName(subject), maker: SEAL_MAKER, object: SEAL_OBJECT };
}

/** A made-up scheme, so that no wallet takes it for a real payment. */
function qrOf({ id, feeFen }: OrderRecord): string {
  return `ca-rehearsal-pay:${id}?amountFen=${feeFen}`;
}

/** The order, if this visitor may see it: its maker, a key it certified, or whoever had its code. */
export function findOrder(state: SandboxState, id: string, visitor: Visitor): Result<OrderRecord, Refused> {
  const order = state.orders.find((candidate) => candidate.id === id);
  if (order === undefined) return refuse('notFound', '没有这个订单。');
  const { key } = visitor;
  const keys = [order.owner, ...order.keys, ...order.items.map(({ requestKey }) => requestKey)];
  const isTheirs = key === null ? visitor.order === id : keys.includes(key);
  return isTheirs ? ok(order) : refuse('notFound', '没有这个订单。');
}

/** The certificate that the order renews. */
export function replacedBy(state: SandboxState, order: OrderRecord): CertificateRecord | undefined {
  return state.certificates.find(({ sha256 }) => sha256 === order.replaces);
}

/** Of a pair the signing certificate. */
export function currentCertificate(state: SandboxState, item: ItemRecord): CertificateRecord | undefined {
  return state.certificates.find(({ sha256 }) => sha256 === item.certificate);
}

export function note(order: OrderRecord, event: string, ca: Ca): void {
  order.history.push({ at: ca.now, event });
}

/** Refusal that says what the order waits for. */
export function wrongState(order: OrderRecord) {
  const reasons = { unpaid: 'unpaid', inReview: 'inReview', rejected: 'rejected', frozen: 'frozen' } as const;
  const reason = order.state in reasons ? reasons[order.state as keyof typeof reasons] : 'conflict';
  return refuse(reason, order.text === '' ? STATE_TEXTS[order.state] : order.text, noticeOf(order));
}
