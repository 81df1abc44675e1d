// Reminders and notices of the moment, as page and shell show them.

import * as z from 'zod';
import type { NoticeAction, NoticeKind, NoticeText } from '../../core/notice/notice.ts';
import { line, sha256, time } from './values.ts';

const text = <T extends string>() => z.custom<T>((value) => typeof value === 'string');

export const noticeView = z
  .strictObject({
    id: z.number().int(),
    kind: text<NoticeKind>(),
    /** Text key `notice.<text>` with `parameters`. */
    text: text<NoticeText>(),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    /** The first is the one to press; text keys `notice.action.<action>`. */
    actions: z.array(text<NoticeAction>()),
    certificate: sha256.nullable(),
    about: line.nullable(),
    at: time,
  })
  .meta({ id: 'NoticeView' });
export type NoticeView = z.infer<typeof noticeView>;

/** 标书: what decides whether to renew before an opening. */
export const opening = z
  .strictObject({
    id: z.string().min(1).max(200),
    /** null: all certificates. */
    certificate: sha256.nullable(),
    at: time,
    uploaded: z.enum(['notUploaded', 'canRedo', 'cannotRedo']),
    /** 开标后提醒我 */
    remindAfter: z.boolean(),
  })
  .meta({ id: 'Opening' });
export type OpeningView = z.infer<typeof opening>;
