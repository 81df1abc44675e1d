// 陪同续期 as the window follows it. What the CA's page needs beside it (guide, warnings, buttons to press) the
// page takes from the profile.

import * as z from 'zod';
import type { KeyVerdict } from '../../core/accompany/judge.ts';
import type { ProofStepName } from '../../core/accompany/step.ts';
import { obstaclesQuestion } from './environment-views.ts';
import { certificateSummary } from './renewal-views.ts';
import { pinView } from './token-views.ts';
import { appError, line, profileId, time, tokenId } from './values.ts';

/** Of the record on disk that outlives the program. */
export const accompanimentId = z.string().regex(/^[0-9a-f]{16}$/);

/** The five rows of the screen, then the result. */
export const accompanyStage = z.enum(['check', 'record', 'portal', 'wait', 'prove', 'done']);

const facts = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const verdict = z.custom<KeyVerdict>((value) => typeof value === 'string');

/** Text key `accompany.check.<check>.<status>` with `facts`. */
export const accompanyFinding = z
  .strictObject({
    check: z.enum(['eligible', 'clock', 'pin', 'room', 'alone', 'environment']),
    status: z.enum(['ok', 'attention', 'notChecked']),
    problem: appError.nullable(),
    facts,
  })
  .meta({ id: 'AccompanyFinding' });
export type AccompanyFinding = z.infer<typeof accompanyFinding>;

/** Text key `accompany.step.<step>` with `facts`. */
export const accompanyStep = z
  .strictObject({
    step: z.custom<ProofStepName>((value) => typeof value === 'string'),
    status: z.enum(['ok', 'failed', 'notChecked']),
    /** null exactly when `ok`. */
    problem: appError.nullable(),
    facts,
  })
  .meta({ id: 'AccompanyStep' });
export type AccompanyStep = z.infer<typeof accompanyStep>;

const keyCount = z.strictObject({
  signing: z.number().int(),
  encryption: z.number().int(),
  keys: z.number().int(),
  seals: z.number().int(),
});

const questionId = z.number().int();

export const accompanyQuestion = z
  .discriminatedUnion('kind', [
    obstaclesQuestion,
    /** A finding wants attention; the findings are in the view. */
    z.strictObject({ id: questionId, kind: z.literal('findings') }),
    /** 标书; answered with the opening and whether the person goes on after the advice. */
    z.strictObject({ id: questionId, kind: z.literal('bids') }),
    /** For trying the new keys out; `later` proves without. */
    z.strictObject({
      id: questionId,
      kind: z.literal('pin'),
      pin: pinView,
      previous: appError.nullable(),
    }),
  ])
  .meta({ id: 'AccompanyQuestion' });
export type AccompanyQuestion = z.infer<typeof accompanyQuestion>;

const certificateBeforeOrAfter = certificateSummary.extend({
  use: z.enum(['signing', 'encryption', 'both']),
  subject: line,
  notBefore: time,
});

export const accompanyOutcome = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('proved'),
      verdict,
      /** In the order they are shown; empty while nothing is on the key. */
      steps: z.array(accompanyStep),
      before: z.strictObject({ count: keyCount, certificate: certificateBeforeOrAfter.nullable() }),
      /** The signing certificate first; empty: nothing new. */
      after: z.strictObject({ count: keyCount, certificates: z.array(certificateBeforeOrAfter) }),
      /** It can be gone on with: the CA may put right what is wrong, or the keys were not tried out. */
      isOpen: z.boolean(),
    }),
    z.strictObject({ kind: z.literal('stopped'), error: appError, resumable: z.boolean() }),
  ])
  .meta({ id: 'AccompanyOutcome' });
export type AccompanyOutcome = z.infer<typeof accompanyOutcome>;

export const accompanyView = z
  .strictObject({
    /** Of this attempt; one that is gone on with has a new one. */
    session: z.number().int(),
    /** null until what was on the key is recorded. */
    id: accompanimentId.nullable(),
    token: tokenId,
    tokenLabel: line,
    /** The certificate to renew. */
    certificate: certificateSummary.nullable(),
    profile: profileId,
    stage: accompanyStage,
    findings: z.array(accompanyFinding),
    /** What was recorded. */
    count: keyCount.nullable(),
    /** How the CA's page was opened last; null: not yet. `hint`: text key `accompany.portal.hint.<hint>`. */
    opened: z
      .strictObject({
        address: line,
        browser: line,
        hint: z.enum(['reloadInIeMode', 'switchToCompat', 'wrongEngine']).nullable(),
      })
      .nullable(),
    /** The last look at the key. `elsewhere`: the label of another key that got the certificate instead. */
    look: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('absent'), error: appError }),
        z.strictObject({ kind: z.literal('seen'), verdict, hasNew: z.boolean(), elsewhere: line.nullable() }),
      ])
      .nullable(),
    question: accompanyQuestion.nullable(),
    outcome: accompanyOutcome.nullable(),
  })
  .meta({ id: 'AccompanyView' });
export type AccompanyView = z.infer<typeof accompanyView>;

/** One that can be gone on with. */
export const openAccompaniment = z
  .strictObject({
    id: accompanimentId,
    startedAt: time,
    token: tokenId,
    tokenLabel: line,
    certificate: certificateBeforeOrAfter.nullable(),
    profile: profileId,
  })
  .meta({ id: 'OpenAccompaniment' });
export type OpenAccompanimentView = z.infer<typeof openAccompaniment>;
