// What the fields of the contract between application and window are made of.

import * as z from 'zod';
import { ERROR_NUMBERS, type AppError } from '../../core/errors/codes.ts';

/** Ids of tokens and containers are ours or a driver's: any text, bounded. */
export const tokenId = z.string().min(1).max(500);
export const containerId = z.string().min(1).max(500);
/** Lower-case hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const profileId = z.string().regex(/^[a-z0-9-]{1,64}$/);
export const renewalId = z.string().regex(/^[0-9a-f]{16}$/);
export const orderId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
/** ISO 8601 in UTC, as people are shown it by its Beijing day. */
export const time = z.iso.datetime();
/** `2026-12-02` */
export const day = z.iso.date();
export const httpUrl = z
  .string()
  .max(1000)
  .regex(/^https?:\/\/[^\s/?#@\\]+(?:[/?#]\S*)?$/);
/** Absolute path of a file on this computer. */
export const path = z.string().min(1).max(4096);
export const line = z.string().max(2000);

/** An error as `describeError` takes it; the words are the face's. */
export const appError = z
  .custom<AppError>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      'code' in value &&
      typeof value.code === 'string' &&
      value.code in ERROR_NUMBERS,
  )
  .meta({ id: 'AppError' });

/** A file made for the person to keep. */
export const keepsake = z
  .strictObject({
    fileName: z.string().max(200),
    mediaType: z.string().max(100),
    content: z.base64(),
  })
  .meta({ id: 'Keepsake' });
export type Keepsake = z.infer<typeof keepsake>;

export const none = z.strictObject({});
export const nothing = z.null();
