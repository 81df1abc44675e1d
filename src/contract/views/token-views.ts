// Tokens and certificates as the window shows them: values, no words.

import * as z from 'zod';
import {
  appError,
  containerId,
  day,
  line,
  orderId,
  profileId,
  renewalId,
  sha256,
  time,
  tokenId,
} from './values.ts';

export const pinView = z
  .strictObject({
    state: z.enum(['ok', 'low', 'final', 'locked', 'uninitialised', 'unknown']),
    /** Tries left; null: the driver does not say. */
    attemptsLeft: z.number().int().nullable(),
    /** Lengths in bytes; null: the driver does not say. */
    minLength: z.number().int().nullable(),
    maxLength: z.number().int().nullable(),
    /** Still the initial one; absent: the driver does not say. */
    isDefault: z.boolean().optional(),
  })
  .meta({ id: 'PinView' });
export type PinView = z.infer<typeof pinView>;

/** 正常, 即将到期, 已过期, 未生效 */
export const expiry = z.enum(['valid', 'expiring', 'expired', 'notYetValid']);
export type Expiry = z.infer<typeof expiry>;

export const certificateCard = z
  .strictObject({
    sha256,
    container: containerId,
    use: z.enum(['signing', 'encryption', 'both']),
    state: z.enum(['current', 'history', 'pending']),
    expiry,
    /** As the CA said last, where it was asked. */
    revocation: z.enum(['good', 'revoked', 'frozen', 'unknown']),
    commonName: line.nullable(),
    organisation: line.nullable(),
    subject: line,
    issuer: line,
    /** Organisation or common name of the issuer, short. */
    issuerName: line,
    /** Even-length upper-case hex. */
    serial: line,
    /** As the profile's portals want it typed. */
    portalSerial: line,
    notBefore: time,
    notAfter: time,
    /** Days of the calendar, in Beijing, to the last one; 0 on it, negative after it. */
    daysLeft: z.number().int(),
    /** Days of the whole validity, for the ring. */
    totalDays: z.number().int(),
    /** For example `RSA-2048`, `SM2`. */
    algorithm: line,
    hasPrivateKey: z.boolean().nullable(),
    /** 客服信任号, only where the profile knows its OID. */
    trustNumber: line.nullable(),
    profile: profileId,
    /** Several profiles fit and the person has not said which; empty otherwise. */
    profileCandidates: z.array(profileId),
  })
  .meta({ id: 'CertificateCard' });
export type CertificateCard = z.infer<typeof certificateCard>;

/**
 * The one right thing to do with a key, in the order in which they are considered.
 * - `updateNow`: the CA has approved or issued, the certificate can be written.
 * - `resume`: a renewal is unfinished and waits for the person or for the CA.
 * - `renew`: in the window, online. `accompany`: in the window, the CA has only a web page.
 * - `offline`, `contact`: expired, and the CA renews only over its counter, or does not say.
 * - `none`: nothing to do before `from`.
 */
export const mainAction = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.enum(['updateNow', 'resume']),
      renewal: renewalId.nullable(),
      order: orderId.nullable(),
      certificate: sha256.nullable(),
    }),
    z.strictObject({ kind: z.enum(['renew', 'accompany', 'offline', 'contact']), certificate: sha256 }),
    z.strictObject({ kind: z.literal('none'), from: day.nullable() }),
  ])
  .meta({ id: 'MainAction' });
export type MainAction = z.infer<typeof mainAction>;

export const tokenCard = z
  .strictObject({
    id: tokenId,
    /** `pkcs11`, `skf`, `software`. */
    kind: line,
    /** Path of the driver or key file. */
    module: line,
    label: line,
    serial: line,
    /** Another key has the same serial. */
    serialClash: z.boolean(),
    manufacturer: line,
    model: line,
    pin: pinView,
    /** `readOnly`: through this driver SM2 keys are shown and not used. */
    sm2: z.enum(['full', 'readOnly', 'none']),
    containers: z.array(z.strictObject({ id: containerId, state: certificateCard.shape.state, label: line })),
    certificates: z.array(certificateCard),
    action: mainAction,
  })
  .meta({ id: 'TokenCard' });
export type TokenCard = z.infer<typeof tokenCard>;

/** A key that was plugged in and for which no driver is here. */
export const strangerDevice = z
  .strictObject({
    /** `096e:0309` */
    usbId: z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/),
    vendor: line.nullable(),
    product: line.nullable(),
  })
  .meta({ id: 'StrangerDevice' });
export type StrangerDevice = z.infer<typeof strangerDevice>;

export const tokenSnapshot = z
  .strictObject({
    tokens: z.array(tokenCard),
    /** Drivers and key files that could not be read. `isNamed`: the person named it. */
    problems: z.array(z.strictObject({ module: line, isNamed: z.boolean(), error: appError })),
    strangers: z.array(strangerDevice),
    /** Remembered, not plugged in, the last seen first. */
    away: z.array(
      z.strictObject({
        sha256,
        commonName: line.nullable(),
        tokenLabel: line,
        notAfter: time,
        daysLeft: z.number().int(),
        lastSeen: time,
      }),
    ),
    at: time,
  })
  .meta({ id: 'TokenSnapshot' });
export type TokenSnapshot = z.infer<typeof tokenSnapshot>;

const nameAttribute = z.strictObject({ type: line, value: line });

/** Everything of one certificate, for 查看证书. */
export const certificateDetails = z
  .strictObject({
    card: certificateCard,
    subject: z.array(nameAttribute),
    issuer: z.array(nameAttribute),
    signatureAlgorithm: line,
    keyUsages: z.array(line),
    extKeyUsages: z.array(line),
    policies: z.array(line),
    crlUrls: z.array(line),
    ocspUrls: z.array(line),
    publicKeySha256: line,
    sha256,
    sm3: sha256,
    /** 机构, 机构个人, 自然人, where the subject says. */
    holder: z.enum(['organisation', 'organisationPerson', 'person', 'unknown']),
    /** Names from the certificate to the root, as far as the key's own certificates and the profile reach. */
    chain: z.array(line),
    chainComplete: z.boolean(),
  })
  .meta({ id: 'CertificateDetails' });
export type CertificateDetails = z.infer<typeof certificateDetails>;

/** What deleting a container takes away. */
export const containerLoss = z
  .strictObject({
    container: containerId,
    state: certificateCard.shape.state,
    certificates: z.array(z.strictObject({ serial: line, name: line, notAfter: time })),
    /** Files encrypted to its key will open no more. */
    opensFiles: z.boolean(),
    /** Nothing on the token takes its place. */
    isLast: z.boolean(),
  })
  .meta({ id: 'ContainerLoss' });
export type ContainerLoss = z.infer<typeof containerLoss>;
