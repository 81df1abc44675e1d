// An approved order: requests, certificates, delivery, and issuing again when a key was lost. What is kept here:
// an item has at most one certificate that is not revoked, and at most one is ever confirmed.

import { decodeBase64, encodeBase64 } from '../core/certificate/base64.ts';
import { parseCertificate } from '../core/certificate/certificate.ts';
import { isSameName } from '../core/certificate/names.ts';
import { isRequestGenuine, parseRequest, type CertificateRequest } from '../core/certificate/request.ts';
import { WEAK_SIGNATURES } from '../core/certificate/signature-verifier.ts';
import { keyAlgorithmOf, spkiFingerprint } from '../core/certificate/spki.ts';
import { ok, type Result } from '../core/errors/result.ts';
import type { GatewayAnswer, GatewayBody } from '../contract/gateway.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { issueCertificate } from './issue.ts';
import { note, noticeOf, wrongState } from './order-record.ts';
import type { CertificateRecord, ItemRecord, OrderRecord, SandboxState } from './state.ts';
import { DAY, validityOf } from './validity.ts';

/** Checks the request and issues at once. A repetition with the same key changes nothing. */
export async function submitRequest(
  state: SandboxState,
  order: OrderRecord,
  body: GatewayBody<'submitRequest'>,
  ca: Ca,
): Promise<Result<OrderRecord, Refused>> {
  const item = order.items.find(({ id }) => id === body.item);
  if (item === undefined) return refuse('badRequest', '订单里没有这一项。', noticeOf(order));
  const request = parseRequest(decodeBase64(body.request) ?? new Uint8Array());
  if (!request.ok) return refuse('badCertificateRequest', '证书请求无法解析。', noticeOf(order));
  const key = spkiFingerprint(request.value.spki);
  if (order.state === 'frozen') return wrongState(order);
  if (item.requestKey !== null)
    return item.requestKey === key
      ? ok(order)
      : refuse('conflict', '这一项已有另一个密钥的申请。', noticeOf(order));
  if (order.state !== 'approved') return wrongState(order);
  const wrong = await wrongRequest(state, order, item, request.value, ca);
  if (wrong !== null) return refuse('badCertificateRequest', wrong, noticeOf(order));
  if (!canEndLater(state, order, ca))
    return refuse('notEligible', '原证书过期太久，不能续期。', noticeOf(order));
  await issueItem(state, order, item, request.value.spki, ca);
  return ok(order);
}

/** Why a request cannot be certified, in Chinese; null: it can. */
async function wrongRequest(
  state: SandboxState,
  order: OrderRecord,
  item: ItemRecord,
  request: CertificateRequest,
  ca: Ca,
): Promise<string | null> {
  const { signatureAlgorithm, spki, subject } = request;
  if (signatureAlgorithm === null || WEAK_SIGNATURES.has(signatureAlgorithm))
    return '证书请求的签名算法不被接受。';
  if (!(await isRequestGenuine(request, ca.verifier))) return '证书请求的签名不正确。';
  if (keyAlgorithmOf(spki) !== item.algorithm) return `密钥应为 ${item.algorithm}。`;
  if (!isSameName(subject.der, decodeBase64(item.subject) ?? new Uint8Array()))
    return '证书请求的主题与订单不符。';
  const key = spkiFingerprint(spki);
  if (item.key === 'sameKey')
    return key === replacedBy(state, order)?.key ? null : '这一项只为原密钥重新签发证书。';
  return state.certificates.some((record) => record.key === key)
    ? '这个密钥已经有证书，请生成新的密钥。'
    : null;
}

function replacedBy(state: SandboxState, order: OrderRecord): CertificateRecord | undefined {
  return state.certificates.find(({ sha256 }) => sha256 === order.replaces);
}

function canEndLater(state: SandboxState, order: OrderRecord, ca: Ca): boolean {
  const { notBefore, notAfter } = validityOf(
    state.settings,
    replacedBy(state, order)?.notAfter ?? null,
    ca.now,
  );
  return notAfter > Math.max(notBefore, ca.now);
}

/** Same-key items of an order that was just approved, where the CA needs no request. */
export async function issueWithoutRequests(state: SandboxState, order: OrderRecord, ca: Ca): Promise<void> {
  const old = replacedBy(state, order);
  const parsed = old === undefined ? null : parseCertificate(decodeBase64(old.der) ?? new Uint8Array());
  if (parsed?.ok !== true || !canEndLater(state, order, ca)) return;
  for (const item of order.items.filter(isWaitingWithoutRequest)) {
    await issueItem(state, order, item, parsed.value.spki, ca);
  }
}

function isWaitingWithoutRequest(item: ItemRecord): boolean {
  return !item.needsRequest && item.state === 'awaitingRequest';
}

async function issueItem(
  state: SandboxState,
  order: OrderRecord,
  item: ItemRecord,
  spki: Uint8Array,
  ca: Ca,
): Promise<void> {
  const old = replacedBy(state, order);
  const issued = await issueCertificate(
    ca.authorities[state.settings.issuer],
    {
      spki,
      subject: decodeBase64(item.subject) ?? new Uint8Array(),
      ...validityOf(state.settings, old?.notAfter ?? null, ca.now),
      order: order.id,
    },
    ca.random,
    ca.origin,
  );
  state.certificates.push(issued);
  Object.assign(item, { state: 'issued', requestKey: issued.key, certificate: issued.sha256 });
  note(order, `issued:${item.id}`, ca);
  if (order.items.every((other) => other.state !== 'awaitingRequest')) order.state = 'issued';
  if (state.settings.oldRevokedAt === 'issuance') supersede(old, ca.now);
}

function supersede(old: CertificateRecord | undefined, at: number): void {
  if (old !== undefined) old.revoked ??= { at, reason: 'superseded' };
}

const FETCHABLE: ReadonlySet<OrderRecord['state']> = new Set(['approved', 'issued', 'confirmed']);

/** What is issued so far. Without a confirm call this is the delivery. */
export function fetchCertificates(
  state: SandboxState,
  order: OrderRecord,
  ca: Ca,
): Result<GatewayAnswer<'fetchCertificates'>, Refused> {
  if (!FETCHABLE.has(order.state)) return wrongState(order);
  const items = order.items.flatMap((item) => {
    const record = currentCertificate(state, item);
    return record === undefined
      ? []
      : [
          {
            item: item.id,
            signing: record.der,
            encryption: null,
            encryptionKey: null,
            chain: chainOf(record, ca),
          },
        ];
  });
  if (!state.settings.confirms && order.state === 'issued') deliver(state, order, order.items, ca);
  return ok({ serverTime: new Date(ca.now).toISOString(), orderId: order.id, items });
}

function currentCertificate(state: SandboxState, item: ItemRecord): CertificateRecord | undefined {
  return state.certificates.find(({ sha256 }) => sha256 === item.certificate);
}

/** Issuer first, root last; base64. */
export function chainOf(record: CertificateRecord, ca: Ca): string[] {
  const issuer = ca.authorities[record.authority];
  return [issuer, ca.authorities.root].map(({ certificate }) => encodeBase64(certificate.der));
}

/** `hashes` must be current certificates of the order. A repetition changes nothing. */
export function confirmCertificates(
  state: SandboxState,
  order: OrderRecord,
  hashes: readonly string[],
  ca: Ca,
): Result<OrderRecord, Refused> {
  if (!state.settings.confirms) return refuse('notFound', '本机构不需要确认。', noticeOf(order));
  if (!FETCHABLE.has(order.state)) return wrongState(order);
  const items = order.items.filter(({ certificate }) => certificate !== null && hashes.includes(certificate));
  if (items.length !== new Set(hashes).size)
    return refuse('conflict', '确认的证书不是这个订单当前的证书。', noticeOf(order));
  deliver(state, order, items, ca);
  return ok(order);
}

function deliver(state: SandboxState, order: OrderRecord, items: readonly ItemRecord[], ca: Ca): void {
  for (const item of items.filter((candidate) => candidate.state === 'issued')) {
    const record = currentCertificate(state, item);
    if (record !== undefined) record.confirmed = true;
    item.state = 'confirmed';
    note(order, `confirmed:${item.id}`, ca);
  }
  if (order.state !== 'issued' || order.items.some((item) => item.state !== 'confirmed')) return;
  order.state = 'confirmed';
  const { oldRevokedAt, oldRevokedAfterDays } = state.settings;
  supersede(replacedBy(state, order), ca.now + (oldRevokedAt === 'later' ? oldRevokedAfterDays * DAY : 0));
}

/** Revokes the item's unconfirmed certificate and waits for a new request. Nothing is paid. */
export async function reissueItem(
  state: SandboxState,
  order: OrderRecord,
  itemId: string,
  ca: Ca,
): Promise<Result<OrderRecord, Refused>> {
  const item = order.items.find(({ id }) => id === itemId);
  if (item === undefined) return refuse('badRequest', '订单里没有这一项。', noticeOf(order));
  if (order.state !== 'approved' && order.state !== 'issued') return wrongState(order);
  if (item.state === 'confirmed')
    return refuse('conflict', '这一项的证书已经确认，不能重新签发。', noticeOf(order));
  if (item.state === 'awaitingRequest') return ok(order);
  const record = currentCertificate(state, item);
  if (record !== undefined) record.revoked = { at: ca.now, reason: 'cessation' };
  Object.assign(item, { state: 'awaitingRequest', requestKey: null, certificate: null });
  order.state = 'approved';
  note(order, `reissued:${item.id}`, ca);
  await issueWithoutRequests(state, order, ca);
  return ok(order);
}
