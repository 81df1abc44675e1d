import type { Handlers } from '../../../contract/methods.ts';
import type { Locale } from '../../../contract/text.ts';
import { err, ok } from '../../../core/errors/result.ts';
import type { Desk } from '../desk.ts';
import { renewalRecord } from '../renewal-record.ts';
import type { Renewals } from '../renewals.ts';

type RenewalHandlers = Pick<
  Handlers,
  | 'renewal.read'
  | 'renewal.start'
  | 'renewal.enrol'
  | 'renewal.resume'
  | 'renewal.answer'
  | 'renewal.check'
  | 'renewal.stop'
  | 'renewal.close'
  | 'renewal.record'
  | 'order.list'
  | 'order.refresh'
>;

export function createRenewalHandlers(
  desk: () => Desk,
  renewals: Renewals,
  locale: () => Locale,
): RenewalHandlers {
  return {
    'renewal.read': async () => ok(renewals.read()),
    'renewal.start': ({ token, certificate }) => renewals.start(token, certificate),
    async 'renewal.enrol'({ gateway, ...input }) {
      const { profiles, gatewayOf } = desk();
      const address = gateway ?? gatewayOf(profiles.byId(input.profile));
      if (address === null) return err({ code: 'request.invalid', reason: 'renewal.enrol gateway' });
      return renewals.enrol({ ...input, gateway: address });
    },
    'renewal.resume': ({ renewal }) => renewals.resume(renewal),
    'renewal.answer': async ({ session, question, answer }) => renewals.answer(session, question, answer),
    'renewal.check': async ({ session }) => renewals.check(session),
    'renewal.stop': async ({ session }) => renewals.stop(session),
    'renewal.close': async ({ session }) => renewals.close(session),
    async 'renewal.record'({ renewal }) {
      const service = await desk().workspace.application.renewals(false);
      if (!service.ok) return service;
      const read = await service.value.read(renewal);
      if (!read.ok) return read;
      const { state, at } = read.value;
      return state.finished
        ? ok(renewalRecord(state, at, locale()))
        : err({ code: 'renewal.unfinished', renewalId: renewal });
    },
    'order.list': async () => ok([...desk().orders()]),
    'order.refresh': async () => ok([...(await desk().hearOrders())]),
  };
}
