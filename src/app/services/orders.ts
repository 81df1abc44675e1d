// What the CAs say of orders, asked without a PIN: by issuer and serial number of the certificate that an order
// replaces. Unfinished renewals of this computer, and orders placed elsewhere for certificates that are plugged in.

import { createHash } from 'node:crypto';
import type { OrderView } from '../../contract/views/renewal-views.ts';
import type { Certificate } from '../../core/certificate/certificate.ts';
import type { AppError } from '../../core/errors/codes.ts';
import type { Result } from '../../core/errors/result.ts';
import type { GatewayClient } from '../adapters/gateway-client.ts';
import type { RenewalService } from './renewal/renewal-service.ts';

/** A current certificate on a key that is plugged in, whose CA has a gateway. */
export interface AskableCertificate {
  readonly token: string;
  readonly tokenLabel: string;
  readonly certificate: Certificate;
  readonly gateway: string;
}

export interface OrderServiceDeps {
  readonly renewals: Pick<RenewalService, 'unfinished' | 'read'>;
  openGateway(url: string): Result<GatewayClient, AppError>;
  readonly clock: { now(): number };
}

export interface OrderService {
  /** @param plugged what is on the keys now */
  hear(plugged: readonly AskableCertificate[]): Promise<readonly OrderView[]>;
}

export function createOrderService({ renewals, openGateway, clock }: OrderServiceDeps): OrderService {
  return {
    async hear(plugged) {
      const own = await hearUnfinished(plugged);
      const asked = new Set(own.map(({ certificate }) => certificate));
      const others = await Promise.all(
        plugged.filter(({ certificate }) => !asked.has(certificate.sha256)).map(hearElsewhere),
      );
      return [...own, ...others.flat()];
    },
  };

  async function hearUnfinished(plugged: readonly AskableCertificate[]): Promise<readonly OrderView[]> {
    const unfinished = await renewals.unfinished();
    if (!unfinished.ok) return [];
    return Promise.all(
      unfinished.value
        .filter(({ blocks }) => blocks)
        .map(async (open): Promise<OrderView> => {
          const read = await renewals.read(open.renewalId);
          const state = read.ok ? read.value.state : null;
          const here = plugged.find(({ certificate }) => certificate.sha256 === open.certificate);
          const known: OrderView = {
            renewal: open.renewalId,
            order: open.orderId,
            kind: open.certificate === null ? 'new' : 'renew',
            token: open.token,
            tokenLabel: here?.tokenLabel ?? null,
            certificate: open.certificate,
            commonName: here?.certificate.subject.commonName ?? null,
            reference: open.reference,
            state: state?.order?.state ?? null,
            at: open.at,
            problem: null,
          };
          const old = state?.request.old ?? null;
          if (state === null || old === null || open.orderId === null) return known;
          const heard = await lookUp(state.request.gateway, old);
          if (!heard.ok) return { ...known, problem: heard.error };
          const found = heard.value.find(({ id }) => id === open.orderId);
          return found === undefined ? known : { ...known, state: found.state, at: now() };
        }),
    );
  }

  async function hearElsewhere(plugged: AskableCertificate): Promise<readonly OrderView[]> {
    const { certificate, gateway, token, tokenLabel } = plugged;
    const issuer = createHash('sha256').update(certificate.issuer.der).digest('hex');
    const heard = await lookUp(gateway, { issuer, serial: certificate.serial });
    // Nothing was begun here, so a CA that cannot be asked is nothing to trouble the person with.
    if (!heard.ok) return [];
    return heard.value
      .filter(({ kind, state }) => kind === 'renew' && state !== 'confirmed')
      .map(({ id, kind, state }) => ({
        renewal: null,
        order: id,
        kind,
        token,
        tokenLabel,
        certificate: certificate.sha256,
        commonName: certificate.subject.commonName,
        reference: null,
        state,
        at: now(),
        problem: null,
      }));
  }

  async function lookUp(
    url: string,
    { issuer, serial }: { readonly issuer: string; readonly serial: string },
  ) {
    const gateway = openGateway(url);
    if (!gateway.ok) return gateway;
    const notices = await gateway.value.call('lookUpOrders', { query: { issuer, serial } });
    return notices.ok ? { ok: true as const, value: notices.value.orders } : notices;
  }

  function now(): string {
    return new Date(clock.now()).toISOString();
  }
}
