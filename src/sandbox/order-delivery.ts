// Issued certificates on their way to the holder: fetched, and confirmed as a whole.

import { ok, type Result } from '../core/errors/result.ts';
import type { GatewayAnswer, IssuedItem } from '../contract/gateway.ts';
import { chainAbove } from './authority-book.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { deliverEncryptionKey } from './key-centre.ts';
import { currentCertificate, note, noticeOf, replacedBy, wrongState } from './order-record.ts';
import { supersede } from './revocation.ts';
import {
  encryptionOf,
  pairOf,
  type CertificateRecord,
  type ItemRecord,
  type OrderRecord,
  type SandboxState,
} from './state.ts';
import { DAY } from './validity.ts';

const FETCHABLE: ReadonlySet<OrderRecord['state']> = new Set(['approved', 'issued', 'confirmed']);

/** What is issued so far. Without a confirm call this is the delivery. */
export async function fetchCertificates(
  state: SandboxState,
  order: OrderRecord,
  ca: Ca,
): Promise<Result<GatewayAnswer<'fetchCertificates'>, Refused>> {
  if (!FETCHABLE.has(order.state)) return wrongState(order);
  const items: IssuedItem[] = [];
  for (const item of order.items) {
    const signing = currentCertificate(state, item);
    if (signing !== undefined) items.push(await issuedItem(state, order, item, signing, ca));
  }
  if (!state.settings.confirms && order.state === 'issued') deliver(state, order, order.items, ca);
  return ok({ serverTime: new Date(ca.now).toISOString(), orderId: order.id, items });
}

async function issuedItem(
  state: SandboxState,
  order: OrderRecord,
  item: ItemRecord,
  signing: CertificateRecord,
  ca: Ca,
): Promise<IssuedItem> {
  const encryption = encryptionOf(state, signing);
  const old = encryptionOf(state, replacedBy(state, order));
  const holderHasKey = item.key === 'sameKey' && encryption?.key === old?.key;
  return {
    item: item.id,
    signing: signing.der,
    encryption: encryption?.der ?? null,
    encryptionKey:
      encryption === undefined || holderHasKey
        ? null
        : await deliverEncryptionKey(state, { signing, encryption }, item.temporaryKey, ca),
    chain: chainAbove(state, signing.authority),
  };
}

/** `hashes` must be current certificates of the order, of two always both. A repetition changes nothing. */
export function confirmCertificates(
  state: SandboxState,
  order: OrderRecord,
  hashes: readonly string[],
  ca: Ca,
): Result<OrderRecord, Refused> {
  if (!state.settings.confirms) return refuse('notFound', '本机构不需要确认。', noticeOf(order));
  if (!FETCHABLE.has(order.state)) return wrongState(order);
  const confirmed = order.items.map((item) => ({ item, hashes: hashesOf(state, item) }));
  const current = new Set(confirmed.flatMap((entry) => entry.hashes));
  if (!hashes.every((hash) => current.has(hash)))
    return refuse('conflict', '确认的证书不是这个订单当前的证书。', noticeOf(order));
  const named = confirmed.filter((entry) => entry.hashes.some((hash) => hashes.includes(hash)));
  if (!named.every((entry) => entry.hashes.every((hash) => hashes.includes(hash))))
    return refuse('conflict', '签名证书和加密证书要一起确认。', noticeOf(order));
  deliver(
    state,
    order,
    named.map(({ item }) => item),
    ca,
  );
  return ok(order);
}

function hashesOf(state: SandboxState, item: ItemRecord): string[] {
  const certificate = currentCertificate(state, item);
  return certificate === undefined ? [] : pairOf(state, certificate).map(({ sha256 }) => sha256);
}

function deliver(state: SandboxState, order: OrderRecord, items: readonly ItemRecord[], ca: Ca): void {
  for (const item of items.filter((candidate) => candidate.state === 'issued')) {
    const certificate = currentCertificate(state, item);
    for (const record of certificate === undefined ? [] : pairOf(state, certificate)) record.confirmed = true;
    item.state = 'confirmed';
    note(order, `confirmed:${item.id}`, ca);
  }
  if (order.state !== 'issued' || order.items.some((item) => item.state !== 'confirmed')) return;
  order.state = 'confirmed';
  const { oldRevokedAt, oldRevokedAfterDays } = state.settings;
  const revokedAt = ca.now + (oldRevokedAt === 'later' ? oldRevokedAfterDays * DAY : 0);
  supersede(state, replacedBy(state, order), revokedAt);
}
