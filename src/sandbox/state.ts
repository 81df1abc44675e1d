// Everything the rehearsal CA remembers, in one file, so that a change of several things is one atomic write.
// Bytes are base64, hashes lower-case hex SHA-256, times milliseconds since 1970 UTC.

import * as z from 'zod';
import { KEY_ALGORITHMS } from '../core/token/token.ts';
import { settingsSchema } from './settings.ts';

export const STATE_SCHEMA = 1;

const bytes = z.base64();
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.number().int();

export const AUTHORITY_IDS = ['root', 'issuing', 'successor'] as const;
export type AuthorityId = (typeof AUTHORITY_IDS)[number];

/** The key lies in `keys/<id>.pem`. */
const authority = z.strictObject({ certificate: bytes });

const certificateRecord = z.strictObject({
  sha256: hash,
  der: bytes,
  authority: z.enum(AUTHORITY_IDS),
  /** SHA-256 of the issuer's DER Name. */
  issuer: hash,
  serial: z.string(),
  /** SHA-256 of the SubjectPublicKeyInfo. */
  key: hash,
  notAfter: time,
  order: z.string().nullable(),
  confirmed: z.boolean(),
  /** `at` may lie ahead: revoked from then on. */
  revoked: z
    .strictObject({ at: time, reason: z.enum(['keyCompromise', 'cessation', 'superseded']) })
    .nullable(),
  frozenSince: time.nullable(),
});
export type CertificateRecord = z.infer<typeof certificateRecord>;

const itemRecord = z.strictObject({
  id: z.string(),
  algorithm: z.enum(KEY_ALGORITHMS),
  key: z.enum(['newKey', 'sameKey']),
  needsRequest: z.boolean(),
  subject: bytes,
  state: z.enum(['awaitingRequest', 'issued', 'confirmed']),
  requestKey: hash.nullable(),
  /** Hash of the current certificate. */
  certificate: hash.nullable(),
});
export type ItemRecord = z.infer<typeof itemRecord>;

const orderRecord = z.strictObject({
  id: z.string(),
  kind: z.enum(['new', 'renew']),
  state: z.enum(['draft', 'unpaid', 'inReview', 'approved', 'issued', 'confirmed', 'rejected', 'frozen']),
  /** Where an unfrozen order goes back to. */
  frozenFrom: z
    .enum(['draft', 'unpaid', 'inReview', 'approved', 'issued', 'confirmed', 'rejected'])
    .nullable(),
  text: z.string(),
  /** Key of whoever made the order. */
  owner: hash,
  replaces: hash.nullable(),
  accepted: z.array(z.string()),
  form: z.record(z.string(), z.string()),
  formSubmitted: z.boolean(),
  feeFen: z.number().int(),
  paidAt: time.nullable(),
  referenceNumber: z.string(),
  /** Made at approval. */
  authorisationCode: z.string().nullable(),
  items: z.array(itemRecord),
  history: z.array(z.strictObject({ at: time, event: z.string() })),
});
export type OrderRecord = z.infer<typeof orderRecord>;

export const stateSchema = z.strictObject({
  schema: z.literal(STATE_SCHEMA),
  settings: settingsSchema,
  /** Where the CA was last served; certificates name it. */
  port: z.number().int().nullable(),
  authorities: z.strictObject({ root: authority, issuing: authority, successor: authority }),
  certificates: z.array(certificateRecord),
  orders: z.array(orderRecord),
  challenges: z.array(
    z.strictObject({ nonce: hash, purpose: z.enum(['renewal', 'enrolment']), expiresAt: time }),
  ),
  sessions: z.array(z.strictObject({ tokenHash: hash, key: hash, expiresAt: time })),
  /** First answers by idempotency key. */
  answers: z.record(
    z.string(),
    z.strictObject({ requestHash: hash, at: time, answer: z.record(z.string(), z.unknown()) }),
  ),
});
export type SandboxState = z.infer<typeof stateSchema>;

export function isRevoked(certificate: CertificateRecord, now: number): boolean {
  return certificate.revoked !== null && certificate.revoked.at <= now;
}
