// What the operator of the rehearsal CA can do: one table for the calls in this process and over HTTP.
// Bytes are base64, times ISO 8601 in UTC. `order` is an order id or a 业务受理号; null means the only order that
// the call fits.

import * as z from 'zod';
import { certificateRef, order } from '../contract/gateway.ts';
import { KEY_ALGORITHMS } from '../core/token/token.ts';
import { settingsChange, settingsSchema } from './settings.ts';

const orderName = z.string().min(1).max(64).nullable();
const time = z.iso.datetime();
const text = z.string().max(64);

const orderSummary = z.object({
  id: z.string(),
  kind: order.shape.kind,
  state: order.shape.state,
  text: z.string(),
  referenceNumber: z.string(),
  /** Serial number of the certificate it replaces. */
  replaces: z.string().nullable(),
  paidAt: time.nullable(),
  items: z.array(order.shape.items.element.omit({ subject: true })),
  history: z.array(z.object({ at: time, event: z.string() })),
});
export type OrderSummary = z.infer<typeof orderSummary>;

const certificateSummary = z.object({
  serial: z.string(),
  sha256: z.string(),
  issuer: z.string(),
  notAfter: time,
  order: z.string().nullable(),
  confirmed: z.boolean(),
  status: z.enum(['good', 'revoked', 'frozen']),
});

const nothing = z.strictObject({});
const orderOnly = z.strictObject({ order: orderName });
const certificateOnly = z.strictObject({ certificate: certificateRef });

const subject = z.strictObject({
  commonName: text.min(1),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  province: text.optional(),
  locality: text.optional(),
  organisation: text.optional(),
  organisationalUnit: text.optional(),
  serialNumber: z
    .string()
    .regex(/^[A-Za-z0-9 '()+,./:=?-]{1,64}$/)
    .optional(),
});

const provisionInput = z.strictObject({
  /** SubjectPublicKeyInfo, or a PKCS#10 request whose proof of possession is checked; one of the two. */
  publicKey: z.base64().nullable(),
  request: z.base64().nullable(),
  subject,
  /** Whole days left as the assistant will count them; negative: expired. */
  daysLeft: z.number().int().min(-3660).max(7300),
  /** Also makes a seal for it. */
  seal: z.boolean().optional(),
});

const codes = z.object({
  order: z.string(),
  referenceNumber: z.string(),
  authorisationCode: z.string().nullable(),
});

export const OPERATOR_CALLS = {
  listOrders: { input: nothing, output: z.object({ orders: z.array(orderSummary) }) },
  listCertificates: { input: nothing, output: z.object({ certificates: z.array(certificateSummary) }) },
  pay: { input: orderOnly, output: orderSummary },
  approve: { input: orderOnly, output: orderSummary },
  reject: {
    input: z.strictObject({ order: orderName, text: z.string().min(1).max(200) }),
    output: orderSummary,
  },
  freeze: { input: orderOnly, output: orderSummary },
  unfreeze: { input: orderOnly, output: orderSummary },
  /** 业务受理号 and 授权码; the code is made at approval. */
  reference: { input: orderOnly, output: codes },
  /** A first issue over the counter: an approved order of kind `new`, to be opened by its code. */
  prepare: {
    input: z.strictObject({
      subject,
      /** Algorithm of each item; SM2 means two certificates. */
      items: z.array(z.enum(KEY_ALGORITHMS)).min(1).max(4),
    }),
    output: codes,
  },
  /** Another 授权码 for an order that has one, and ten new tries. */
  renewCode: { input: orderOnly, output: codes },
  freezeCertificate: { input: certificateOnly, output: certificateSummary },
  unfreezeCertificate: { input: certificateOnly, output: certificateSummary },
  revokeCertificate: { input: certificateOnly, output: certificateSummary },
  /**
   * A certificate out of nothing, as if issued long ago. A key of SM2 gets two: `encryption`, and its key in an
   * envelope for the given one.
   */
  provision: {
    input: provisionInput,
    output: z.object({
      certificate: z.base64(),
      encryption: z.base64().nullable(),
      encryptionKey: z.string().nullable(),
      /** SESeal and the data object it belongs into; null: none was asked for. */
      seal: z.object({ object: z.string(), seal: z.base64() }).nullable(),
      chain: z.array(z.base64()),
      serial: z.string(),
      sha256: z.string(),
    }),
  },
  /** Trust anchors as PEM; makes the SM2 one where it does not exist yet. */
  readRoots: { input: nothing, output: z.object({ rsa: z.string(), sm2: z.string() }) },
  readSettings: { input: nothing, output: settingsSchema },
  /** Settings that are left out stay. */
  changeSettings: { input: settingsChange, output: settingsSchema },
} as const;

export type OperatorCall = keyof typeof OPERATOR_CALLS;
type Part<P extends 'input' | 'output'> = {
  [C in OperatorCall]: z.infer<(typeof OPERATOR_CALLS)[C][P]>;
};
export type OperatorInput<C extends OperatorCall> = Part<'input'>[C];
export type OperatorOutput<C extends OperatorCall> = Part<'output'>[C];
