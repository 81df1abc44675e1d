// The shape of a profile file. A file that does not fit is refused with path and reason before it can change a
// rule. Files may come from a CA by e-mail, so nothing in them is trusted beyond being shown: addresses are http
// or https, texts are bounded, and unknown fields are refused rather than ignored.

import * as z from 'zod';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import { SOURCE_GROUPS } from '../core/profile/guidance.ts';
import type { Profile } from '../core/profile/profile.ts';
import {
  certificateKinds,
  components,
  contact,
  documents,
  download,
  faq,
  flow,
  office,
  orderWords,
  pin,
  portals,
  prompts,
  review,
  serial,
  success,
  terms,
  trustNumber,
} from './profile-guidance.ts';
import { days, httpAddress, name, names, oid, sentence } from './profile-values.ts';

const renewal = z.strictObject({
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
    z
      .strictObject({ rule: z.literal('fromIssue'), minDays: days, maxDays: days })
      .refine(({ minDays, maxDays }) => minDays <= maxDays, 'minDays is above maxDays'),
  ]),
  successors: names,
  mutableSubject: z.array(oid).max(50),
});

const requirementId = z.string().regex(/^(SN|SZ|SX|SD|DF)-\d{2}$/);

export const profileSchema: z.ZodType<Profile> = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,64}$/),
    name,
    authority: z.strictObject({
      name: name.nullable(),
      abbreviation: name.nullable(),
      company: name.nullable(),
      project: name.nullable(),
    }),
    match: z.strictObject({
      issuers: names,
      hints: z.array(z.string().min(2).max(200)).max(50),
      units: names,
      policies: z.array(oid).max(50),
    }),
    renewal,
    gateway: z.strictObject({ address: httpAddress.nullable() }).nullable(),
    containers: z.strictObject({ application: name.nullable(), container: name.nullable() }),
    contact,
    office,
    portals,
    serial,
    terms,
    prompts,
    pin,
    trustNumber,
    reminderDays: z
      .array(days)
      .max(50)
      .refine(
        (list) => list.every((day, index) => index === 0 || day < (list[index - 1] ?? 0)),
        'days must descend and not repeat',
      ),
    agreements: names,
    flow,
    warnings: z.array(sentence).max(50),
    review,
    documents,
    orderWords,
    download,
    verificationQuestion: sentence.nullable(),
    certificateKinds,
    components,
    success,
    faq,
    sources: z.partialRecord(z.enum(SOURCE_GROUPS), z.array(requirementId).max(100)),
  })
  .meta({ id: 'Profile' });

/**
 * The profile in a file's text; `profile.invalid` names the file and, in `reason`, the first field that is wrong.
 *
 * @param path of the file, for the person
 */
export function readProfile(content: string, path: string): Result<Profile, AppError<'profile.invalid'>> {
  let value: unknown;
  try {
    // Editors on Windows put a byte order mark in front.
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    const reason = thrown instanceof SyntaxError ? thrown.message : String(thrown);
    return err({ code: 'profile.invalid', path, reason });
  }
  const parsed = profileSchema.safeParse(value);
  return parsed.success
    ? ok(parsed.data)
    : err({ code: 'profile.invalid', path, reason: reasonOf(parsed.error) });
}

function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'invalid';
  const field = issue.path.map(String).join('.');
  return field === '' ? issue.message : `${field}: ${issue.message}`;
}
