// The shape of a profile file. A file that does not fit is refused with path and
// reason before it can change a rule.

import * as z from 'zod';
import type { Profile } from '../core/profile/profile.ts';

const name = z.string().min(1).max(200);
const oid = z.string().regex(/^\d+(\.\d+)+$/);
const days = z.number().int().min(0).max(4000);

export const profileSchema: z.ZodType<Profile> = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  name,
  match: z.strictObject({ issuers: z.array(name), policies: z.array(oid) }),
  renewal: z.strictObject({
    daysBefore: days.nullable(),
    expired: z.enum(['allowed', 'refused', 'caDecides']),
    rekey: z.enum(['required', 'same', 'caDecides']),
    inPlace: z.boolean(),
    oldRevokedAt: z.enum(['issuance', 'confirm', 'later', 'unknown']),
    validity: z.discriminatedUnion('rule', [
      z.strictObject({ rule: z.literal('laterThanOld') }),
      z.strictObject({
        rule: z.literal('oldEndPlus'),
        years: z.number().int().min(1).max(10),
        toleranceDays: days,
      }),
      z.strictObject({ rule: z.literal('fromIssue'), minDays: days, maxDays: days }),
    ]),
    successors: z.array(name),
    mutableSubject: z.array(oid),
  }),
  contact: z.strictObject({ hotline: name.nullable(), sealHotline: name.nullable() }),
});
