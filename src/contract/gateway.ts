// The CA gateway API: what the assistant and a CA say to each other over HTTPS (plain HTTP to loopback only).
// One table of calls; the client (app/adapters) and the sandbox CA both derive from it. All bodies are JSON.
// Bytes travel as base64, serial numbers as even-length upper-case hex, hashes as lower-case hex SHA-256,
// times as ISO 8601 in UTC. Every changing call carries an `Idempotency-Key` header: the same key with the
// same body is answered again with the first answer, with another body it is refused (`idempotencyConflict`).

import * as z from 'zod';
import { KEY_ALGORITHMS } from '../core/token/token.ts';

export const GATEWAY_PROTOCOL = 1;

/** Largest answer a client reads, in bytes. */
export const GATEWAY_ANSWER_LIMIT = 1024 * 1024;

const base64 = z.base64().max(256 * 1024);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Of a data object on a token: what every driver can hold. */
const dataName = z.string().regex(/^[A-Za-z0-9._-]{1,32}$/);
/** Of the idempotency key header. */
export const idempotencyKey = z.string().regex(/^[A-Za-z0-9_-]{16,128}$/);
const serial = z
  .string()
  .regex(/^([0-9A-F]{2})+$/)
  .max(128);
const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
const time = z.iso.datetime();
/** Text in one line: control characters could fool a terminal or a log. */
const line = z
  .string()
  .max(500)
  .regex(/^\P{Cc}*$/u);

/** A certificate as a CA knows it: SHA-256 of the issuer's DER Name, and the serial number. */
export const certificateRef = z.strictObject({ issuer: hash, serial });
export type CertificateRef = z.infer<typeof certificateRef>;

export const loginPurpose = z.enum(['renewal', 'enrolment', 'status']);
export type LoginPurpose = z.infer<typeof loginPurpose>;

export const gatewayInfo = z.object({
  protocol: z.number().int(),
  name: line,
  serverTime: time,
  profile: id.nullable(),
  /** Whether the CA has a confirm call; without one a fetched certificate counts as delivered. */
  confirms: z.boolean(),
  oldRevokedAt: z.enum(['issuance', 'confirm', 'later']),
  /** The CA's certificates, present and past: they only help to build paths and are trusted for nothing. */
  authorities: z.array(base64).max(32),
});

export const orderState = z.enum([
  'draft', // agreements or form missing
  'unpaid',
  'inReview',
  'approved', // waits for requests
  'issued', // every item has its certificates
  'confirmed',
  'rejected',
  'frozen',
]);
export type OrderState = z.infer<typeof orderState>;

export const orderItem = z.object({
  id,
  /** What the key must be; for a re-issue over the same key, what it is. */
  algorithm: z.enum(KEY_ALGORITHMS),
  /** `sameKey`: the CA certifies the old key again. */
  key: z.enum(['newKey', 'sameKey']),
  /** false: the CA issues without a PKCS#10 request (same key only). */
  needsRequest: z.boolean(),
  /** `dual`: a signing and an encryption certificate. `single`: one for everything the old one did. */
  certificates: z.enum(['single', 'dual']),
  /** DER Name to put into the request. */
  subject: base64,
  state: z.enum(['awaitingRequest', 'issued', 'confirmed']),
  /** SHA-256 of the SubjectPublicKeyInfo of the submitted request. */
  requestKey: hash.nullable(),
});

export const formField = z.object({
  name: id,
  label: line,
  required: z.boolean(),
  /** Anchored regular expression for the value, in ECMAScript syntax. */
  pattern: z.string().max(200).nullable(),
  value: line,
});
export type FormField = z.infer<typeof formField>;

export const order = z.object({
  id,
  kind: z.enum(['new', 'renew']),
  state: orderState,
  /** The CA's own words on the state, for example why it was rejected. */
  text: line,
  replaces: certificateRef.nullable(),
  agreements: z
    .array(z.object({ id, title: line, text: z.string().max(20_000), accepted: z.boolean() }))
    .max(10),
  form: z.array(formField).max(40),
  formSubmitted: z.boolean(),
  /** What to pay. `qr` is the text inside the QR code; amounts in fen (CNY 0.01). */
  payment: z.object({ amountFen: z.number().int().nonnegative(), qr: z.string().max(2000) }).nullable(),
  items: z.array(orderItem).min(1).max(8),
  /** The electronic seal that comes with the certificates of this order; null: the CA makes none here. */
  seal: z.object({ name: line, maker: line, object: dataName }).nullable().default(null),
});
export type Order = z.infer<typeof order>;

/** A seal as the CA delivers it: SESeal (GM/T 0031, GB/T 38540), DER. */
export const deliveredSeal = z.object({ orderId: id, seal: base64 });

/** What anybody who knows issuer and serial may learn about an order: enough for a notice, nothing more. */
export const orderNotice = z.object({ id, kind: order.shape.kind, state: orderState });
export type OrderNotice = z.infer<typeof orderNotice>;

export const issuedItem = z.object({
  item: id,
  signing: base64,
  encryption: base64.nullable(),
  /**
   * The encryption private key, made by the CA's key centre, in an envelope for the signing key of the request:
   * any of the forms of core/certificate/sm2/enveloped-key-forms.ts, as text. null with an encryption
   * certificate: its key is the one the holder has already (`sameKey`).
   */
  encryptionKey: z.string().max(65_536).nullable(),
  /** The chain above, leaf's issuer first, root last where the CA sends it. */
  chain: z.array(base64).max(8),
});
export type IssuedItem = z.infer<typeof issuedItem>;

export const certificateStatus = z.enum(['good', 'revoked', 'frozen', 'unknown']);
const statusAnswer = z.object({ status: certificateStatus, since: time.nullable() });

/** Reasons a gateway refuses with; unknown ones are treated as `refused`. */
export const REFUSALS = [
  'badRequest',
  'loginRefused',
  'sessionExpired',
  /** Wrong reference number or authorisation code. */
  'codeRefused',
  /** Too many wrong authorisation codes: only the CA can go on. */
  'codeLocked',
  'notFound',
  'notEligible',
  'conflict',
  'unpaid',
  'inReview',
  'rejected',
  'frozen',
  'badCertificateRequest',
  'idempotencyConflict',
  'refused',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/**
 * Body of every answer with a status of 400 or above. `text` is Chinese and meant for the person; `order` is
 * the order it is about, if it is about one.
 */
export const refusal = z.object({
  error: z.object({
    reason: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
    text: line,
    order: orderNotice.optional(),
  }),
});

const orderPath = z.strictObject({ orderId: id });
const none = z.strictObject({});

/**
 * Every call of the gateway. `session`: needs `Authorization: Bearer <session>` from `login`
 * or `openEnrolment`.
 * `changes`: needs an `Idempotency-Key` header. `query` travels in the URL, `body` as JSON.
 */
export const GATEWAY_CALLS = {
  readInfo: {
    method: 'GET',
    path: '/v1/info',
    session: false,
    changes: false,
    params: none,
    query: none,
    body: none,
    answer: gatewayInfo,
  },
  requestChallenge: {
    method: 'POST',
    path: '/v1/login/challenge',
    session: false,
    changes: false,
    params: none,
    query: none,
    body: z.strictObject({ purpose: loginPurpose }),
    answer: z.object({ nonce: hash, expiresAt: time }),
  },
  /**
   * Log in by signing `loginStatement(...)` (core/renewal/login-statement.ts). The key is named by the old or
   * the new certificate, or by a request that an order already holds. An expired certificate may log in, and
   * so may one that the order itself has revoked.
   */
  login: {
    method: 'POST',
    path: '/v1/login',
    session: false,
    changes: false,
    params: none,
    query: none,
    body: z.strictObject({
      purpose: loginPurpose,
      nonce: hash,
      certificate: base64.nullable(),
      /** SubjectPublicKeyInfo of a submitted request, where there is no certificate for the key yet. */
      publicKey: base64.nullable(),
      hash: z.enum(['SHA-256', 'SHA-384', 'SHA-512', 'SM3']),
      signature: base64,
    }),
    answer: z.object({ session: z.string().min(16).max(200), expiresAt: time }),
  },
  /**
   * First issue: opens the one order that the CA has approved under this 业务受理号, by its 授权码. The session is
   * good for `readOrder`, `submitRequest`, `fetchCertificates`, `confirmCertificates` and `reissueItem` of that
   * order. Wrong codes are counted (`codeRefused`), after ten the code is dead (`codeLocked`). Once a request is
   * submitted, `login` with its key opens the order too.
   */
  openEnrolment: {
    method: 'POST',
    path: '/v1/enrolments',
    session: false,
    changes: false,
    params: none,
    query: none,
    body: z.strictObject({ reference: line.min(1).max(64), code: line.min(1).max(64) }),
    answer: z.object({ session: z.string().min(16).max(200), expiresAt: time, order: id }),
  },
  readEligibility: {
    method: 'GET',
    path: '/v1/eligibility',
    session: true,
    changes: false,
    params: none,
    query: certificateRef,
    body: none,
    answer: z.object({
      serverTime: time,
      eligible: z.boolean(),
      reason: z.enum(['tooEarly', 'expired', 'revoked', 'frozen', 'notIssuedHere', 'refusedByCa']).nullable(),
      /** First day it may be renewed, where that is the reason. */
      day: z.iso.date().nullable(),
      text: line,
    }),
  },
  lookUpOrders: {
    method: 'GET',
    path: '/v1/order-notices',
    session: false,
    changes: false,
    params: none,
    query: certificateRef,
    body: none,
    answer: z.object({ serverTime: time, orders: z.array(orderNotice).max(50) }),
  },
  /**
   * A second renewal order for the same certificate while one is open is refused with `conflict`.
   * `key`: what the client asks for; null leaves it to the CA, and the CA's items say what it decided.
   */
  createOrder: {
    method: 'POST',
    path: '/v1/orders',
    session: true,
    changes: true,
    params: none,
    query: none,
    body: z.strictObject({
      kind: order.shape.kind,
      replaces: certificateRef.nullable(),
      key: z.enum(['newKey', 'sameKey']).nullable(),
    }),
    answer: order,
  },
  readOrder: {
    method: 'GET',
    path: '/v1/orders/{orderId}',
    session: true,
    changes: false,
    params: orderPath,
    query: none,
    body: none,
    answer: order,
  },
  acceptAgreements: {
    method: 'POST',
    path: '/v1/orders/{orderId}/agreements',
    session: true,
    changes: true,
    params: orderPath,
    query: none,
    body: z.strictObject({ accepted: z.array(id).max(10) }),
    answer: order,
  },
  submitForm: {
    method: 'POST',
    path: '/v1/orders/{orderId}/form',
    session: true,
    changes: true,
    params: orderPath,
    query: none,
    body: z.strictObject({ values: z.record(id, line) }),
    answer: order,
  },
  /** The CA decides from the request alone; a second request for the item with another key is `conflict`. */
  submitRequest: {
    method: 'POST',
    path: '/v1/orders/{orderId}/requests',
    session: true,
    changes: true,
    params: orderPath,
    query: none,
    body: z.strictObject({ item: id, request: base64 }),
    answer: order,
  },
  fetchCertificates: {
    method: 'GET',
    path: '/v1/orders/{orderId}/certificates',
    session: true,
    changes: false,
    params: orderPath,
    query: none,
    body: none,
    answer: z.object({ serverTime: time, orderId: id, items: z.array(issuedItem).max(8) }),
  },
  /**
   * The seal of an order that has one, made for its issued certificates; the same again until one of them is
   * issued anew. Before, it is refused with `conflict`; where there is none, with `notFound`.
   */
  fetchSeal: {
    method: 'GET',
    path: '/v1/orders/{orderId}/seal',
    session: true,
    changes: false,
    params: orderPath,
    query: none,
    body: none,
    answer: deliveredSeal,
  },
  /** SHA-256 of every certificate written and proved; of a pair always both. */
  confirmCertificates: {
    method: 'POST',
    path: '/v1/orders/{orderId}/confirmation',
    session: true,
    changes: true,
    params: orderPath,
    query: none,
    body: z.strictObject({ certificates: z.array(hash).min(1).max(16) }),
    answer: order,
  },
  /** For an issued, unconfirmed item whose key was lost: revokes it and waits for a new request. Not paid again. */
  reissueItem: {
    method: 'POST',
    path: '/v1/orders/{orderId}/reissue',
    session: true,
    changes: true,
    params: orderPath,
    query: none,
    body: z.strictObject({ item: id }),
    answer: order,
  },
  readStatus: {
    method: 'GET',
    path: '/v1/certificate-status',
    session: false,
    changes: false,
    params: none,
    query: certificateRef,
    body: none,
    answer: statusAnswer,
  },
  /**
   * 冻结, of the certificate the session was opened with and those that go with it; frozen already: as it is. Whoever
   * is frozen may still log in. `refused`: it is revoked.
   */
  freeze: {
    method: 'POST',
    path: '/v1/freezes',
    session: true,
    changes: true,
    params: none,
    query: none,
    body: z.strictObject({ certificate: certificateRef }),
    answer: statusAnswer,
  },
  /** A CA that wants to see the holder first refuses with `refused`. */
  unfreeze: {
    method: 'POST',
    path: '/v1/freezes/end',
    session: true,
    changes: true,
    params: none,
    query: none,
    body: z.strictObject({ certificate: certificateRef }),
    answer: statusAnswer,
  },
  revoke: {
    method: 'POST',
    path: '/v1/revocations',
    session: true,
    changes: true,
    params: none,
    query: none,
    body: z.strictObject({ certificate: certificateRef, reason: z.enum(['keyCompromise', 'cessation']) }),
    answer: statusAnswer,
  },
} as const;

export type GatewayCall = keyof typeof GATEWAY_CALLS;

type Part<P extends 'params' | 'query' | 'body' | 'answer'> = {
  [C in GatewayCall]: z.infer<(typeof GATEWAY_CALLS)[C][P]>;
};
export type GatewayParams<C extends GatewayCall> = Part<'params'>[C];
export type GatewayQuery<C extends GatewayCall> = Part<'query'>[C];
export type GatewayBody<C extends GatewayCall> = Part<'body'>[C];
export type GatewayAnswer<C extends GatewayCall> = Part<'answer'>[C];
