import * as z from 'zod';
import { secret } from '../secret.ts';
import { orderView, renewalView } from '../views/renewal-views.ts';
import { httpUrl, keepsake, none, nothing, profileId, renewalId, sha256, tokenId } from '../views/values.ts';

const question = z.number().int();
const session = z.number().int();

/** One to each kind of question. `later`: not now, the renewal stops and can be resumed. */
const answer = z.discriminatedUnion('kind', [
  /** Something was done about them: look again. */
  z.strictObject({ kind: z.literal('obstacles') }),
  z.strictObject({ kind: z.literal('pin'), pin: secret, acceptLastTry: z.boolean() }),
  z.strictObject({ kind: z.literal('authorisationCode'), code: secret }),
  z.strictObject({ kind: z.literal('consent'), agreed: z.boolean() }),
  z.strictObject({ kind: z.literal('agreements'), agreed: z.boolean() }),
  z.strictObject({ kind: z.literal('form'), values: z.record(z.string().max(64), z.string().max(500)) }),
  z.strictObject({ kind: z.literal('later') }),
]);
export type RenewalAnswer = z.infer<typeof answer>;

export const renewalMethods = {
  /** The one under way or the last one of this window; a page that was reloaded goes on from it. */
  'renewal.read': { input: none, output: renewalView.nullable() },
  /** Writing with several keys plugged in is refused with `token.ambiguous`. */
  'renewal.start': {
    input: z.strictObject({ token: tokenId, certificate: sha256 }),
    output: renewalView,
  },
  /** 下载证书 by 业务受理号; the 授权码 is asked for as a question. */
  'renewal.enrol': {
    input: z.strictObject({
      token: tokenId,
      reference: z.string().min(1).max(100),
      profile: profileId,
      gateway: httpUrl.nullable(),
    }),
    output: renewalView,
  },
  'renewal.resume': { input: z.strictObject({ renewal: renewalId }), output: renewalView },
  /** `request.invalid`: the question is not open any more. */
  'renewal.answer': { input: z.strictObject({ session, question, answer }), output: renewalView },
  /** Asks the CA now instead of after the pause. */
  'renewal.check': { input: z.strictObject({ session }), output: renewalView },
  /** Stops before the next step; what is being written is finished first. */
  'renewal.stop': { input: z.strictObject({ session }), output: renewalView },
  /** Leaves the finished or stopped one; `renewal.read` is null afterwards. */
  'renewal.close': { input: z.strictObject({ session }), output: nothing },
  /** 续期凭证: what was done, without secrets, as a page to print. */
  'renewal.record': { input: z.strictObject({ renewal: renewalId }), output: keepsake },
  /** Unfinished renewals and what the CAs say of them, without a PIN. */
  'order.list': { input: none, output: z.array(orderView) },
  'order.refresh': { input: none, output: z.array(orderView) },
} as const;
