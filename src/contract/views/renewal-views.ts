// A renewal as the window follows it. The application holds it; the page may be reloaded or closed at any moment
// and reads it again.

import * as z from 'zod';
import { formField } from '../gateway.ts';
import type { CommandName, Phase } from '../../core/renewal/state.ts';
import { appError, line, orderId, profileId, renewalId, sha256, time, tokenId } from './values.ts';
import { obstaclesQuestion } from './environment-views.ts';
import { pinView } from './token-views.ts';

/** The six steps of the wizard. */
export const wizardStage = z.enum(['confirm', 'agree', 'form', 'pay', 'update', 'done']);
export type WizardStage = z.infer<typeof wizardStage>;

/** 验证密码 · 生成密钥并签发 · 写入UKey · 检验新证书 */
export const updatePhase = z.enum(['pin', 'generate', 'write', 'prove']);
export type UpdatePhase = z.infer<typeof updatePhase>;

const questionId = z.number().int();

/** What the renewal waits for the person to answer; each is answered once, by its id. */
export const renewalQuestion = z
  .discriminatedUnion('kind', [
    obstaclesQuestion,
    z.strictObject({
      id: questionId,
      kind: z.literal('pin'),
      /** `login`: first PIN, before anything is paid. `write`: second PIN, 更新. */
      purpose: z.enum(['login', 'write']),
      pin: pinView,
      /** Why the PIN typed before was not accepted. */
      previous: appError.nullable(),
    }),
    z.strictObject({ id: questionId, kind: z.literal('authorisationCode'), reference: line }),
    z.strictObject({
      id: questionId,
      kind: z.literal('consent'),
      consents: z.array(z.string().max(100)),
    }),
    z.strictObject({
      id: questionId,
      kind: z.literal('agreements'),
      agreements: z.array(z.strictObject({ id: line, title: line, text: z.string().max(20_000) })),
    }),
    z.strictObject({ id: questionId, kind: z.literal('form'), fields: z.array(formField) }),
  ])
  .meta({ id: 'RenewalQuestion' });
export type RenewalQuestion = z.infer<typeof renewalQuestion>;

export const certificateSummary = z
  .strictObject({ serial: line, notAfter: time, sha256 })
  .meta({ id: 'CertificateSummary' });

export const renewalOutcome = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('done'),
      /** null: a first issue. */
      before: certificateSummary.nullable(),
      after: certificateSummary,
      certificates: z.array(certificateSummary.extend({ use: z.enum(['signing', 'encryption', 'both']) })),
      /** null: the CA does not say. */
      oldRevoked: z.boolean().nullable(),
      mode: z.enum(['new', 'same', 'inPlace']),
      /** null: there is no seal. `failed`: the new one was not written, the old one is as it was. */
      seal: z
        .strictObject({
          state: z.enum(['written', 'failed', 'elsewhere', 'unrecognised']),
          name: line.nullable(),
          /** Who makes it. */
          maker: line.nullable(),
          error: appError.nullable(),
        })
        .nullable(),
    }),
    /** Stopped, by the person or by an error; `resumable`: 继续更新 goes on where it stopped. */
    z.strictObject({ kind: z.literal('stopped'), error: appError, resumable: z.boolean() }),
  ])
  .meta({ id: 'RenewalOutcome' });
export type RenewalOutcome = z.infer<typeof renewalOutcome>;

export const renewalView = z
  .strictObject({
    /** Of this attempt; a resumed renewal has a new one. */
    session: z.number().int(),
    kind: z.enum(['renew', 'enrol']),
    /** null until it is journalled. */
    renewal: renewalId.nullable(),
    token: tokenId,
    tokenLabel: line,
    certificate: sha256.nullable(),
    before: certificateSummary.nullable(),
    profile: profileId,
    stage: wizardStage,
    /** null outside the stage `update`. */
    updatePhase: updatePhase.nullable(),
    phase: z.custom<Phase>((value) => typeof value === 'string').nullable(),
    question: renewalQuestion.nullable(),
    payment: z.strictObject({ order: orderId, amountFen: z.number().int(), qr: line }).nullable(),
    /** The CA is asked from time to time how far it is; `renewal.check` asks now. */
    waiting: z
      .strictObject({
        ...{ order: orderId, state: line, since: time },
        /** Why the CA could not be asked the last time; it is asked again. */
        trouble: appError.nullable(),
      })
      .nullable(),
    /** What becomes of the seal, told before anything is paid; null: there is none, or it was not looked at yet. */
    seal: z
      .strictObject({
        kind: z.enum(['thisOrder', 'elsewhere', 'unrecognised']),
        name: line.nullable(),
        maker: line.nullable(),
      })
      .nullable(),
    /** The key must stay plugged in and the computer on. */
    isWriting: z.boolean(),
    steps: z.array(
      z.strictObject({ name: z.custom<CommandName>((value) => typeof value === 'string'), at: time }),
    ),
    startedAt: time,
    outcome: renewalOutcome.nullable(),
  })
  .meta({ id: 'RenewalView' });
export type RenewalView = z.infer<typeof renewalView>;

/** A renewal that can go on, and orders the CA knows of, heard without a PIN. */
export const orderView = z
  .strictObject({
    /** null: begun elsewhere; only the CA knows of it. */
    renewal: renewalId.nullable(),
    order: orderId.nullable(),
    kind: z.enum(['renew', 'new']),
    token: tokenId.nullable(),
    tokenLabel: line.nullable(),
    certificate: sha256.nullable(),
    commonName: line.nullable(),
    /** 业务受理号 of a first issue. */
    reference: line.nullable(),
    /** null: there is no order yet, or the CA could not be asked. */
    state: z
      .enum(['draft', 'unpaid', 'inReview', 'approved', 'issued', 'confirmed', 'rejected', 'frozen'])
      .nullable(),
    /** When it was last worked on or heard of. */
    at: time,
    /** Why the CA could not be asked. */
    problem: appError.nullable(),
  })
  .meta({ id: 'OrderView' });
export type OrderView = z.infer<typeof orderView>;
