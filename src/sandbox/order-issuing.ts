// An approved order: requests, certificates, and issuing again when a key was lost. What is kept here: an item
// has at most one certificate (or pair) that is not revoked, and at most one is ever confirmed.

import { decodeBase64, encodeBase64 } from '../core/certificate/base64.ts';
import { isSameName, parseName } from '../core/certificate/names.ts';
import { isRequestGenuine, parseRequest, type CertificateRequest } from '../core/certificate/request.ts';
import { WEAK_SIGNATURES } from '../core/certificate/signature-verifier.ts';
import { temporaryKeyOf } from '../core/certificate/sm2/cfca.ts';
import { ecSpki, keyAlgorithmOf, spkiFingerprint } from '../core/certificate/spki.ts';
import { ok, type Result } from '../core/errors/result.ts';
import type { GatewayBody } from '../contract/gateway.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { issueFor } from './issue.ts';
import { findEncryptionKey, ownCertificate } from './key-centre.ts';
import { currentCertificate, note, noticeOf, replacedBy, wrongState } from './order-record.ts';
import { revoke, supersede } from './revocation.ts';
import {
  encryptionOf,
  type CertificateRecord,
  type ItemRecord,
  type OrderRecord,
  type SandboxState,
} from './state.ts';
import { validityOf } from './validity.ts';

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
  const { spki } = request.value;
  await issueItem(state, order, item, { spki, temporaryKey: temporaryKeyOf(request.value) }, ca);
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
  const asked = parseName(decodeBase64(item.subject) ?? new Uint8Array());
  if (asked === null || !isSameName(subject, asked)) return '证书请求的主题与订单不符。';
  const key = spkiFingerprint(spki);
  if (item.key === 'sameKey')
    return key === replacedBy(state, order)?.key ? null : '这一项只为原密钥重新签发证书。';
  return state.certificates.some((record) => record.key === key)
    ? '这个密钥已经有证书，请生成新的密钥。'
    : null;
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
  if (old === undefined || !canEndLater(state, order, ca)) return;
  const { spki } = ownCertificate(old);
  for (const item of order.items.filter(isWaitingWithoutRequest)) {
    await issueItem(state, order, item, { spki, temporaryKey: null }, ca);
  }
}

function isWaitingWithoutRequest(item: ItemRecord): boolean {
  return !item.needsRequest && item.state === 'awaitingRequest';
}

async function issueItem(
  state: SandboxState,
  order: OrderRecord,
  item: ItemRecord,
  key: { readonly spki: Uint8Array; readonly temporaryKey: Uint8Array | null },
  ca: Ca,
): Promise<void> {
  const old = replacedBy(state, order);
  const request = {
    spki: key.spki,
    subject: decodeBase64(item.subject) ?? new Uint8Array(),
    ...validityOf(state.settings, old?.notAfter ?? null, ca.now),
    order: order.id,
  };
  const issued = await issueFor(state, request, encryptionKeyFor(state, item, old), ca);
  Object.assign(item, {
    state: 'issued',
    requestKey: issued.key,
    certificate: issued.sha256,
    encryptionKey: encryptionOf(state, issued)?.key ?? null,
    temporaryKey: key.temporaryKey === null ? null : encodeBase64(key.temporaryKey),
  } satisfies Partial<ItemRecord>);
  order.keys = [...new Set([...order.keys, issued.key])];
  note(order, `issued:${item.id}`, ca);
  if (order.items.every((other) => other.state !== 'awaitingRequest')) order.state = 'issued';
  if (state.settings.oldRevokedAt === 'issuance') supersede(state, old, ca.now);
}

/** SubjectPublicKeyInfo of the encryption key that stays; null: a new one. */
function encryptionKeyFor(
  state: SandboxState,
  item: ItemRecord,
  old: CertificateRecord | undefined,
): Uint8Array | null {
  const kept = item.encryptionKey ?? (item.key === 'sameKey' ? encryptionOf(state, old)?.key : null);
  const pair = findEncryptionKey(state, kept ?? null);
  return pair === null ? null : ecSpki('SM2', pair.publicKey);
}

/**
 * Revokes what the item has, unconfirmed, and waits for a new request. Nothing is paid. The encryption key may
 * stay: it is delivered to the new signing key then.
 */
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
  if (record !== undefined) revoke(state, record, { at: ca.now, reason: 'cessation' });
  const encryptionKey = state.settings.reissuedEncryptionKey === 'same' ? item.encryptionKey : null;
  Object.assign(item, {
    ...{ state: 'awaitingRequest', requestKey: null, certificate: null, temporaryKey: null },
    encryptionKey,
  } satisfies Partial<ItemRecord>);
  order.state = 'approved';
  order.seal = null;
  note(order, `reissued:${item.id}`, ca);
  await issueWithoutRequests(state, order, ca);
  return ok(order);
}
