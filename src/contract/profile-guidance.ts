// The part of a profile file that tells people something, field for field as core/profile/guidance.ts has it.

import * as z from 'zod';
import { httpAddress, name, names, oid, phone, sentence, sentences } from './profile-values.ts';

export const contact = z.strictObject({
  hotline: phone.nullable(),
  sealHotline: phone.nullable(),
  others: z
    .array(
      z.strictObject({
        kind: z.enum(['phone', 'qq', 'wechat', 'web', 'officialAccount']),
        label: name,
        value: name,
      }),
    )
    .max(50),
});

export const office = z
  .strictObject({
    name,
    address: name,
    when: sentence,
    bring: sentences,
    hours: name.nullable(),
    parcel: z
      .strictObject({
        recipient: name,
        address: name,
        phone,
        enclose: sentences,
        slip: sentences,
        turnaround: sentence.nullable(),
      })
      .nullable(),
    otherwise: sentence.nullable(),
  })
  .nullable();

export const portals = z
  .array(
    z.strictObject({
      use: z.enum(['renew', 'status', 'download', 'software', 'roots', 'website', 'support']),
      name,
      address: httpAddress.nullable(),
      browsers: z.array(z.enum(['ie', 'compat360', 'chromium'])).max(3),
      path: names,
      asksSerial: z.boolean(),
      note: sentence.nullable(),
    }),
  )
  .max(50);

export const serial = z.strictObject({
  letters: z.enum(['upper', 'lower']),
  leadingZeros: z.enum(['keep', 'strip']),
  separator: z.string().length(1).nullable(),
});

export const terms = z.strictObject({
  renew: names,
  assistant: names,
  key: names,
  pin: names,
  write: names,
  environmentCheck: names,
  sealTest: names,
  keyDetails: names,
});

const minutes = z.number().int().min(1).max(120);

export const prompts = z.strictObject({
  writing: sentence.nullable(),
  written: sentence.nullable(),
  overwrite: sentence.nullable(),
  inserted: sentence.nullable(),
  environmentClean: sentence.nullable(),
  writingMinutes: z.strictObject({ min: minutes, max: minutes }).nullable(),
});

const pinLength = z.number().int().min(1).max(64);

export const pin = z.strictObject({
  initial: z.array(z.strictObject({ pin: z.string().min(1).max(64), when: sentence })).max(10),
  minLength: pinLength.nullable(),
  maxLength: pinLength.nullable(),
  rule: sentence.nullable(),
  unchangedByRenewal: z.boolean().nullable(),
  unlock: z.strictObject({ phone: phone.nullable(), note: sentence }).nullable(),
});

export const trustNumber = z.strictObject({ label: name, oids: z.array(oid).max(20) }).nullable();

export const flow = z.array(z.strictObject({ name, detail: sentence.nullable() })).max(20);

export const review = z
  .strictObject({
    by: name.nullable(),
    workingDays: z.number().int().min(1).max(60).nullable(),
    progress: sentence.nullable(),
    rejected: sentence.nullable(),
  })
  .nullable();

export const documents = z
  .array(
    z.strictObject({
      what: name,
      formats: z.array(z.string().regex(/^[a-z0-9]{1,8}$/)).max(20),
      maxBytes: z.number().int().min(1).nullable(),
      dpi: z.number().int().min(1).max(2400).nullable(),
      note: sentence.nullable(),
    }),
  )
  .max(50);

export const orderWords = z
  .array(
    z.strictObject({
      word: name,
      means: z.enum([
        'submitted',
        'awaitingDocuments',
        'unpaid',
        'paid',
        'inReview',
        'rejected',
        'ready',
        'done',
      ]),
    }),
  )
  .max(50);

export const download = z
  .strictObject({
    number: name,
    code: name,
    codeLength: z.number().int().min(1).max(100).nullable(),
    note: sentence.nullable(),
  })
  .nullable();

export const certificateKinds = names;

export const components = z
  .array(
    z.strictObject({
      kind: z.enum(['assistant', 'driver', 'seal', 'reader', 'roots']),
      name,
      version: name.nullable(),
      download: httpAddress.nullable(),
      required: z.boolean(),
      beforeInstall: sentences,
      whileInstalling: sentences,
    }),
  )
  .max(50);

export const success = z.array(z.enum(['newValidity', 'seal', 'businessLogin'])).max(3);

export const faq = z.array(z.strictObject({ question: sentence, answer: sentence })).max(50);
