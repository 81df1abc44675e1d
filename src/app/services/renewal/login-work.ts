// Opening the CA for one order. A key signs the login statement and nothing else of the CA's choosing.

import { spkiFingerprint } from '../../../core/certificate/spki.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { RenewalEvent, RenewalState } from '../../../core/renewal/state.ts';
import type { ContainerId, KeyAlgorithm } from '../../../core/token/token.ts';
import type { GatewayBody } from '../../../contract/gateway.ts';
import { logInToGateway } from '../gateway-login.ts';
import type { RenewalContext, Work } from './context.ts';
import { orderView } from './facts.ts';
import { signWith } from './token-work.ts';

export const openGateway: Work<'openGateway'> = async (context, { by }, state) => {
  const info = await context.gateway.call('readInfo', {});
  if (!info.ok) return info;
  context.authorities = info.value.authorities;
  const { serverTime, oldRevokedAt, confirms } = info.value;
  const clockOffset = Date.parse(serverTime) - context.ports.clock.now();
  const opened = await WAYS[by](context, state);
  if (!opened.ok) return opened;
  return ok([{ type: 'gatewayOpened', clockOffset, oldRevokedAt, confirms }, ...opened.value]);
};

type WayIn = (
  context: RenewalContext,
  state: RenewalState,
) => Promise<Result<readonly RenewalEvent[], AppError>>;

const WAYS: Readonly<Record<'oldKey' | 'newKey' | 'code', WayIn>> = {
  async oldKey(context) {
    if (context.old === null) return err({ code: 'renewal.keyLost' });
    const { certificate, container } = context.old;
    if (certificate.algorithm === null) {
      return err({ code: 'key.unsupported', algorithm: certificate.signatureOid });
    }
    const der = Buffer.from(certificate.der).toString('base64');
    return logIn(context, container, certificate.algorithm, { certificate: der, publicKey: null });
  },

  /**
   * A key that has no certificate yet. The CA knows it when it holds its request; before that only the session
   * that was kept when the key was generated in place can go on.
   */
  async newKey(context, state) {
    const kept = await context.vault.recall();
    if (kept !== null) {
      context.gateway.useSession(kept);
      return ok([]);
    }
    const found = findNewKey(context, state);
    if (found === null) return err({ code: 'renewal.keyLost' });
    const publicKey = Buffer.from(found.publicKey).toString('base64');
    return logIn(context, found.container, found.algorithm, { certificate: null, publicKey });
  },

  /** First issue: reference number and authorisation code open the one order they belong to. */
  async code(context, state) {
    const { reference } = state.request;
    if (reference === null) return err({ code: 'renewal.keyLost' });
    const code = await context.dialogue.askAuthorisationCode(reference);
    if (code === null) return err({ code: 'renewal.consentNeeded', consent: 'authorisationCode' });
    const answer = await context.gateway.call('openEnrolment', { body: { reference, code } });
    if (!answer.ok) return answer;
    context.gateway.useSession(answer.value.session);
    const order = await context.gateway.call('readOrder', { params: { orderId: answer.value.order } });
    if (!order.ok) return order;
    context.order = order.value;
    return ok([{ type: 'orderRead', order: orderView(order.value) }]);
  },
};

function findNewKey(
  context: RenewalContext,
  state: RenewalState,
): {
  readonly container: ContainerId;
  readonly publicKey: Uint8Array;
  readonly algorithm: KeyAlgorithm;
} | null {
  for (const item of state.items) {
    const container = context.containers.find(({ id }) => id === item.container);
    for (const { publicKey, algorithm } of container?.keys ?? []) {
      if (publicKey === null || algorithm === null || container === undefined) continue;
      if (spkiFingerprint(publicKey) === item.key) return { container: container.id, publicKey, algorithm };
    }
  }
  return null;
}

async function logIn(
  context: RenewalContext,
  container: ContainerId,
  algorithm: KeyAlgorithm,
  named: Pick<GatewayBody<'login'>, 'certificate' | 'publicKey'>,
): Promise<Result<readonly RenewalEvent[], AppError>> {
  const { gateway } = context;
  const purpose = context.old === null ? 'enrolment' : 'renewal';
  const logged = await logInToGateway(gateway, {
    ...{ ...named, purpose, algorithm },
    sign: (message) => signWith(context, container, algorithm, message),
  });
  return logged.ok ? ok([]) : logged;
}
