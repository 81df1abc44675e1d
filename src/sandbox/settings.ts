// What real CAs do differently, as switches of the rehearsal CA. Kept in its state, changed by the operator.

import * as z from 'zod';
import { KEY_ALGORITHMS } from '../core/token/token.ts';

export const ENVELOPE_FORMS = [
  /** SM2EnvelopedKey (GM/T 0009), base64 of the DER */
  'sm2EnvelopedKey',
  /** The same as PEM */
  'sm2EnvelopedKeyPem',
  /** CSRResponse (GM/T 0092), with both certificates */
  'csrResponse',
  /** ENVELOPEDKEYBLOB (GM/T 0016), base64; 32 zero bytes before the encrypted private key */
  'skfBlob',
  /** ENVELOPEDKEYBLOB, base64; 32 zero bytes and the private key, encrypted together */
  'skfBlob64',
  /** SignedAndEnvelopedData (GM/T 0010), base64; the public key is in the certificate that comes along */
  'gmEnvelope',
  /** CFCA's escrow string, for the temporary key of a request that has one; else as `sm2EnvelopedKey` */
  'escrow',
] as const;

export const settingsSchema = z.strictObject({
  /** Name of the CA as `readInfo` tells it. */
  name: z.string().min(1).max(60).default('演练证书颁发机构'),
  /** Profile the gateway names in `readInfo`. */
  profile: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .nullable()
    .default('sandbox'),
  /** Orders are paid and approved at once, without an operator. */
  auto: z.boolean().default(true),
  /** When the old certificate is revoked; `later`: `oldRevokedAfterDays` after delivery. */
  oldRevokedAt: z.enum(['issuance', 'confirm', 'later']).default('confirm'),
  oldRevokedAfterDays: z.number().int().min(0).max(365).default(30),
  /** Whether there is a confirm call; without one the first fetch counts as delivery. */
  confirms: z.boolean().default(true),
  /** `asked`: as the client asks, a new key where it does not. */
  rekey: z.enum(['asked', 'newKey', 'sameKey']).default('asked'),
  /** false: a certificate for the same key is issued at approval, without a PKCS#10 request. */
  needsRequest: z.boolean().default(true),
  /** Days from issue until the new certificate becomes valid. */
  notBeforeDays: z.number().int().min(0).max(365).default(0),
  validity: z
    .discriminatedUnion('rule', [
      z.strictObject({ rule: z.literal('oldEndPlusOneYear') }),
      z.strictObject({ rule: z.literal('fromIssue'), days: z.number().int().min(1).max(3660) }),
    ])
    .default({ rule: 'oldEndPlusOneYear' }),
  issuer: z.enum(['issuing', 'successor']).default('issuing'),
  /** Whether a seal that this CA made is made again with a renewal, and one with every first issue. */
  seals: z.boolean().default(true),
  /** A value replaces the subject's OU in renewed certificates; null keeps the subject. */
  mapOrganisationalUnit: z.string().min(1).max(64).nullable().default(null),
  /** One entry for each certificate of an order; `same`: the algorithm of the old one. */
  items: z
    .array(z.enum(['same', ...KEY_ALGORITHMS]))
    .min(1)
    .max(4)
    .default(['same']),
  /** How encryption keys of SM2 certificates are delivered. */
  envelopeForm: z.enum(ENVELOPE_FORMS).default('sm2EnvelopedKey'),
  /** Encryption key of an item that is issued again for another signing key. */
  reissuedEncryptionKey: z.enum(['same', 'fresh']).default('same'),
  /** Renewal opens this many days before the end. */
  windowDays: z.number().int().min(0).max(3660).default(90),
  allowExpired: z.boolean().default(true),
  /** 0: nothing to pay. */
  feeFen: z.number().int().min(0).max(10_000_000).default(20_000),
  /** Added to the clock, so that a rehearsal can look at another day. */
  clockOffsetSeconds: z.number().int().min(-315_360_000).max(315_360_000).default(0),
});

export type SandboxSettings = z.infer<typeof settingsSchema>;

export const settingsChange = z.strictObject(
  Object.fromEntries(
    Object.entries(settingsSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
  ) as {
    [K in keyof typeof settingsSchema.shape]: z.ZodOptional<
      ReturnType<(typeof settingsSchema.shape)[K]['unwrap']>
    >;
  },
);
export type SettingsChange = Partial<SandboxSettings>;
