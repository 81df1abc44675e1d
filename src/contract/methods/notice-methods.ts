import * as z from 'zod';
import { noticeView, opening } from '../views/notice-views.ts';
import { none, nothing, sha256 } from '../views/values.ts';

export const noticeMethods = {
  /** Those not answered yet, the newest last. */
  'notice.list': { input: none, output: z.array(noticeView) },
  /** `later` snoozes; every other action is the page's to carry out and only closes the notice here. */
  'notice.answer': {
    input: z.strictObject({ notice: z.number().int(), action: z.string().max(50) }),
    output: nothing,
  },
  'opening.list': { input: none, output: z.array(opening) },
  /** Takes the place of an earlier one with the same id. */
  'opening.name': { input: opening, output: z.array(opening) },
  'opening.remove': { input: z.strictObject({ opening: opening.shape.id }), output: z.array(opening) },
  /** No reminders of a certificate in a drawer; it is back when its key is plugged in. */
  'seen.forget': { input: z.strictObject({ certificate: sha256 }), output: nothing },
} as const;
