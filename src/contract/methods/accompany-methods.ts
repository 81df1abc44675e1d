import * as z from 'zod';
import { secret } from '../secret.ts';
import { accompanimentId, accompanyView, openAccompaniment } from '../views/accompany-views.ts';
import { opening } from '../views/notice-views.ts';
import { none, nothing, sha256, time, tokenId } from '../views/values.ts';

const session = z.strictObject({ session: z.number().int() });

/** One to each kind of question. `later`: not now; to the PIN question: prove without trying the keys out. */
const answer = z.discriminatedUnion('kind', [
  /** Something was done about them: look again. */
  z.strictObject({ kind: z.literal('obstacles') }),
  z.strictObject({ kind: z.literal('findings'), agreed: z.boolean() }),
  z.strictObject({
    kind: z.literal('bids'),
    /** null: no bid is open. */
    opening: z.strictObject({ at: time, uploaded: opening.shape.uploaded }).nullable(),
    /** 开标后提醒我 */
    remindAfter: z.boolean(),
    /** The person has read the advice and wants to go on. */
    agreed: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('pin'), pin: secret, acceptLastTry: z.boolean() }),
  z.strictObject({ kind: z.literal('later') }),
]);
export type AccompanyAnswer = z.infer<typeof answer>;

export const accompanyMethods = {
  /** The one under way or the last one of this window; a page that was reloaded goes on from it. */
  'accompany.read': { input: none, output: accompanyView.nullable() },
  'accompany.start': {
    input: z.strictObject({ token: tokenId, certificate: sha256 }),
    output: accompanyView,
  },
  'accompany.resume': { input: z.strictObject({ id: accompanimentId }), output: accompanyView },
  /** `request.invalid`: the question is not open any more. */
  'accompany.answer': {
    input: session.extend({ question: z.number().int(), answer }),
    output: accompanyView,
  },
  /** Opens the profile's own page for renewals in the browser it needs. */
  'accompany.openPortal': { input: session, output: accompanyView },
  /** Looks at the key now. `isFinal`: what is there is taken as all the CA wrote, and is proved. */
  'accompany.look': { input: session.extend({ isFinal: z.boolean() }), output: accompanyView },
  /** Leaves; the record stays, and it can be gone on with, days later if need be. */
  'accompany.stop': { input: session, output: accompanyView },
  /** Leaves the finished or stopped one; `accompany.read` is null afterwards. */
  'accompany.close': { input: session, output: nothing },
  'accompany.list': { input: none, output: z.array(openAccompaniment) },
  /** Forgets the record; nothing on the key or at the CA changes. */
  'accompany.abandon': {
    input: z.strictObject({ id: accompanimentId }),
    output: z.array(openAccompaniment),
  },
} as const;
