// Seals on a key, the self-test, and what was found in a document. Sentences come from the application, because
// they are made with the error's data.

import * as z from 'zod';
import { line, time, tokenId } from './values.ts';

const errorCode = line.nullable();
const status = z.enum(['ok', 'failed', 'notChecked']);

export const verificationStep = z
  .strictObject({
    /** Text key `seal.step.<step>`. */
    step: line,
    status,
    code: errorCode,
    number: z.number().int().nullable(),
    detail: z.string().max(4000).nullable(),
    /** Index of the signature it belongs to; absent: of the file. */
    signature: z.number().int().optional(),
  })
  .meta({ id: 'VerificationStep' });
export type VerificationStepView = z.infer<typeof verificationStep>;

const picture = z.strictObject({ type: line, width: z.number(), height: z.number() });
const version = z.union([z.literal(1), z.literal(4), z.literal(5)]);

const sealShape = {
  id: line,
  name: line,
  version,
  /** Common name of the maker. */
  maker: line.nullable(),
  validFrom: time,
  validTo: time,
  /** Size in millimetres. */
  picture,
};

export const sealView = z.strictObject(sealShape).meta({ id: 'SealView' });

export const sealOnKey = z
  .strictObject({
    ...sealShape,
    token: tokenId,
    /** Data object it lies in. */
    object: line,
    owner: line.nullable(),
    state: z.enum(['valid', 'expired', 'notYetValid']),
    /** Whether the current signing certificate is in its list; null: that cannot be told. */
    fitsCurrent: z.boolean().nullable(),
    /** `data:` address of the picture; null: of a kind that a page cannot show. */
    image: z.string().nullable(),
  })
  .meta({ id: 'SealOnKey' });
export type SealOnKey = z.infer<typeof sealOnKey>;

export const sealList = z
  .strictObject({
    seals: z.array(sealOnKey),
    /** 未能识别印章格式 */
    unrecognised: z.array(line),
    /** Behind the PIN, or without an answer. */
    unread: z.array(line),
  })
  .meta({ id: 'SealList' });
export type SealList = z.infer<typeof sealList>;

export const verification = z
  .strictObject({
    kind: line,
    version: version.nullable(),
    ok: z.boolean(),
    verdict: z.enum(['valid', 'incomplete', 'invalid']),
    steps: z.array(verificationStep),
    signatures: z.array(
      z.strictObject({
        kind: line,
        signer: line.nullable(),
        serial: line.nullable(),
        signedAt: time.nullable(),
        /** Signatures and validation data that came after this one. */
        addedAfter: z.array(line),
        seal: sealView.nullable(),
      }),
    ),
  })
  .meta({ id: 'Verification' });
export type Verification = z.infer<typeof verification>;

export const sealTestStep = z
  .strictObject({
    /** Text key `seal.testStep.<step>`. */
    step: line,
    status,
    code: errorCode,
    number: z.number().int().nullable(),
    detail: z.string().max(4000).nullable(),
    advice: z.string().max(4000).nullable(),
  })
  .meta({ id: 'SealTestStep' });

export const sealTestView = z
  .strictObject({
    at: time,
    kind: z.enum(['seal', 'signature']),
    ok: z.boolean(),
    steps: z.array(sealTestStep),
    seal: sealOnKey.nullable(),
    verification: verification.nullable(),
    hotline: line.nullable(),
    /** The sealed sample page, a PDF; null: it could not be signed. */
    page: z.base64().nullable(),
  })
  .meta({ id: 'SealTest' });
export type SealTestView = z.infer<typeof sealTestView>;

/** How the last self-test of a key ended. */
export const lastSealTest = z
  .strictObject({ token: tokenId, at: time, kind: z.enum(['seal', 'signature']), ok: z.boolean() })
  .meta({ id: 'LastSealTest' });
