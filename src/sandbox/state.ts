// Everything the rehearsal CA remembers, in one file, so that a change of several things is one atomic write.
// Bytes are base64, hashes lower-case hex SHA-256, times milliseconds since 1970 UTC.

import * as z from 'zod';
import { KEY_ALGORITHMS } from '../core/token/token.ts';
import { RSA_AUTHORITIES, SM2_AUTHORITIES, AUTHORITY_IDS } from './authority-ids.ts';
import { settingsSchema } from './settings.ts';

export const STATE_SCHEMA = 1;

const bytes = z.base64();
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.number().int();

/** The key lies in `keys/<id>.pem`. */
const authority = z.strictObject({ certificate: bytes });

const authorities = z.strictObject({
  ...(Object.fromEntries(RSA_AUTHORITIES.map((id) => [id, authority])) as Record<
    (typeof RSA_AUTHORITIES)[number],
    typeof authority
  >),
  /** Absent until the first SM2 certificate. */
  ...(Object.fromEntries(SM2_AUTHORITIES.map((id) => [id, authority.optional()])) as Record<
    (typeof SM2_AUTHORITIES)[number],
    z.ZodOptional<typeof authority>
  >),
});

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
  /** Of a signing certificate: hash of the encryption certificate issued with it. */
  encryption: hash.nullable().default(null),
  /** A seal was made for it. */
  sealed: z.boolean().default(false),
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
  /** Hash of the current certificate, of two the signing one. */
  certificate: hash.nullable(),
  /** Hash of the encryption key once there is one; kept when the item is issued again. */
  encryptionKey: hash.nullable().default(null),
  /** SubjectPublicKeyInfo of the temporary key in the current request. */
  temporaryKey: bytes.nullable().default(null),
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
  /** Key of whoever made the order; null: the CA itself. */
  owner: hash.nullable(),
  /** Every key that a request of this order was accepted for. */
  keys: z.array(hash).default([]),
  replaces: hash.nullable(),
  accepted: z.array(z.string()),
  form: z.record(z.string(), z.string()),
  formSubmitted: z.boolean(),
  feeFen: z.number().int(),
  paidAt: time.nullable(),
  referenceNumber: z.string(),
  /** Made at approval. */
  authorisationCode: z.string().nullable(),
  /** Wrong authorisation codes since the last right one. */
  wrongCodes: z.number().int().default(0),
  items: z.array(itemRecord),
  /** The seal made for the certificates of this order. */
  seal: bytes.nullable().default(null),
  history: z.array(z.strictObject({ at: time, event: z.string() })),
});
export type OrderRecord = z.infer<typeof orderRecord>;

export const stateSchema = z.strictObject({
  schema: z.literal(STATE_SCHEMA),
  settings: settingsSchema,
  /** Where the CA was last served; certificates name it. */
  port: z.number().int().nullable(),
  authorities,
  certificates: z.array(certificateRecord),
  /** Encryption keys of the key centre: hash of the SubjectPublicKeyInfo, and PKCS#8. */
  escrow: z.array(z.strictObject({ key: hash, privateKey: bytes })).default([]),
  orders: z.array(orderRecord),
  challenges: z.array(
    z.strictObject({ nonce: hash, purpose: z.enum(['renewal', 'enrolment', 'status']), expiresAt: time }),
  ),
  sessions: z.array(
    z.strictObject({
      tokenHash: hash,
      /** Key that logged in; null: opened by an authorisation code, for `order` only. */
      key: hash.nullable(),
      order: z.string().nullable().default(null),
      expiresAt: time,
    }),
  ),
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

/** The encryption certificate that belongs to a signing certificate. */
export function encryptionOf(
  state: SandboxState,
  certificate: CertificateRecord | undefined,
): CertificateRecord | undefined {
  const wanted = certificate?.encryption ?? null;
  return wanted === null ? undefined : state.certificates.find(({ sha256 }) => sha256 === wanted);
}

/** A certificate with its encryption certificate, if it has one. */
export function pairOf(state: SandboxState, certificate: CertificateRecord): CertificateRecord[] {
  return [certificate, encryptionOf(state, certificate)].filter((record) => record !== undefined);
}
