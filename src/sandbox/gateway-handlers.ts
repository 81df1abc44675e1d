// What the rehearsal CA does for each call of the gateway. `state` is a copy that is kept only when the call
// succeeds (login keeps it always: a challenge works once).

import { GATEWAY_PROTOCOL } from '../contract/gateway.ts';
import type {
  GatewayAnswer,
  GatewayBody,
  GatewayCall,
  GatewayParams,
  GatewayQuery,
} from '../contract/gateway.ts';
import { ok, type Result } from '../core/errors/result.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { eligibilityOf, findCertificate } from './eligibility.ts';
import { openEnrolment } from './enrolment.ts';
import { createChallenge, logIn, type Visitor } from './login.ts';
import { acceptAgreements, submitForm } from './order-application.ts';
import { createOrder } from './order-creation.ts';
import { confirmCertificates, fetchCertificates } from './order-delivery.ts';
import { reissueItem, submitRequest } from './order-issuing.ts';
import { findOrder, noticeOf, orderView } from './order-record.ts';
import { freeze, revoke } from './revocation.ts';
import { fetchSeal } from './seals.ts';
import { isRevoked, type CertificateRecord, type OrderRecord, type SandboxState } from './state.ts';

export interface GatewayRequest<C extends GatewayCall> {
  readonly params: GatewayParams<C>;
  readonly query: GatewayQuery<C>;
  readonly body: GatewayBody<C>;
  readonly visitor: Visitor;
}

export interface GatewayHandler<C extends GatewayCall> {
  /** Whether the state is kept: `success`, `always`, or `never` for a reading call. */
  readonly keeps: 'success' | 'always' | 'never';
  /** Asked before anything is done or repeated from memory; null: allowed. */
  readonly forbids?: (state: SandboxState, request: GatewayRequest<C>) => Result<never, Refused> | null;
  run(
    state: SandboxState,
    request: GatewayRequest<C>,
    ca: Ca,
  ): Result<GatewayAnswer<C>, Refused> | Promise<Result<GatewayAnswer<C>, Refused>>;
}

type OrderCall = Extract<
  GatewayCall,
  'acceptAgreements' | 'submitForm' | 'submitRequest' | 'confirmCertificates' | 'reissueItem'
>;

/** A change of one order, answered with the order. */
function orderChange<C extends OrderCall>(
  change: (
    state: SandboxState,
    order: OrderRecord,
    body: GatewayBody<C>,
    ca: Ca,
  ) => Result<OrderRecord, Refused> | Promise<Result<OrderRecord, Refused>>,
): GatewayHandler<C> {
  return {
    keeps: 'success',
    forbids: (state, { params, visitor }) => {
      const order = findOrder(state, params.orderId, visitor);
      return order.ok ? null : order;
    },
    async run(state, { params, body, visitor }, ca) {
      const order = findOrder(state, params.orderId, visitor);
      if (!order.ok) return order;
      const changed = await change(state, order.value, body, ca);
      return changed.ok ? ok(orderView(state, changed.value)) : changed;
    },
  };
}

function serverTime(ca: Ca): string {
  return new Date(ca.now).toISOString();
}

function statusOf(record: CertificateRecord | undefined, ca: Ca): GatewayAnswer<'readStatus'> {
  if (record === undefined) return { status: 'unknown', since: null };
  const iso = (time: number) => new Date(time).toISOString();
  if (record.revoked !== null && isRevoked(record, ca.now))
    return { status: 'revoked', since: iso(record.revoked.at) };
  if (record.frozenSince !== null) return { status: 'frozen', since: iso(record.frozenSince) };
  return { status: 'good', since: null };
}

/** @param since null: thaws */
function freezing<C extends 'freeze' | 'unfreeze'>(since: (ca: Ca) => number | null): GatewayHandler<C> {
  return {
    keeps: 'success',
    run: (state, { body, visitor }, ca) => {
      const record = findCertificate(state, body.certificate);
      if (record?.key !== visitor.key) return refuse('refused', '只能冻结或解冻登录所用的证书。');
      if (isRevoked(record, ca.now)) return refuse('refused', '证书已被撤销，不能再冻结或解冻。');
      freeze(state, record, since(ca));
      return ok(statusOf(record, ca));
    },
  };
}

export const GATEWAY_HANDLERS: { readonly [C in GatewayCall]: GatewayHandler<C> } = {
  readInfo: {
    keeps: 'never',
    run: ({ settings, authorities }, _request, ca) =>
      ok({
        protocol: GATEWAY_PROTOCOL,
        name: settings.name,
        serverTime: serverTime(ca),
        profile: settings.profile,
        confirms: settings.confirms,
        oldRevokedAt: settings.oldRevokedAt,
        authorities: Object.values(authorities).flatMap((authority) => authority?.certificate ?? []),
      }),
  },
  requestChallenge: {
    keeps: 'success',
    run: (state, { body }, ca) => ok(createChallenge(state, body.purpose, ca)),
  },
  login: {
    keeps: 'always',
    run: (state, { body }, ca) => logIn(state, body, ca),
  },
  openEnrolment: {
    keeps: 'always',
    run: (state, { body }, ca) => openEnrolment(state, body, ca),
  },
  readEligibility: {
    keeps: 'never',
    run: (state, { query, visitor }, ca) => {
      const certificate = findCertificate(state, query);
      if (certificate !== undefined && certificate.key !== visitor.key)
        return refuse('refused', '只能查询登录所用的证书。');
      return ok({ serverTime: serverTime(ca), ...eligibilityOf(state, certificate, ca) });
    },
  },
  lookUpOrders: {
    keeps: 'never',
    run: (state, { query }, ca) => {
      const certificate = findCertificate(state, query);
      const orders = state.orders.filter(
        ({ replaces }) => replaces !== null && replaces === certificate?.sha256,
      );
      return ok({ serverTime: serverTime(ca), orders: orders.slice(-50).map(noticeOf) });
    },
  },
  createOrder: {
    keeps: 'success',
    run: (state, { body, visitor }, ca) => {
      const order = createOrder(state, body, visitor.key ?? '', ca);
      return order.ok ? ok(orderView(state, order.value)) : order;
    },
  },
  readOrder: {
    keeps: 'never',
    run: (state, { params, visitor }) => {
      const order = findOrder(state, params.orderId, visitor);
      return order.ok ? ok(orderView(state, order.value)) : order;
    },
  },
  acceptAgreements: orderChange((state, order, { accepted }, ca) =>
    acceptAgreements(state, order, accepted, ca),
  ),
  submitForm: orderChange((state, order, { values }, ca) => submitForm(state, order, values, ca)),
  submitRequest: orderChange(submitRequest),
  fetchCertificates: {
    keeps: 'success',
    run: (state, { params, visitor }, ca) => {
      const order = findOrder(state, params.orderId, visitor);
      return order.ok ? fetchCertificates(state, order.value, ca) : order;
    },
  },
  fetchSeal: {
    keeps: 'success',
    run: (state, { params, visitor }, ca) => {
      const order = findOrder(state, params.orderId, visitor);
      return order.ok ? fetchSeal(state, order.value, ca) : order;
    },
  },
  confirmCertificates: orderChange((state, order, { certificates }, ca) =>
    confirmCertificates(state, order, certificates, ca),
  ),
  reissueItem: orderChange((state, order, { item }, ca) => reissueItem(state, order, item, ca)),
  readStatus: {
    keeps: 'never',
    run: (state, { query }, ca) => ok(statusOf(findCertificate(state, query), ca)),
  },
  freeze: freezing((ca) => ca.now),
  unfreeze: freezing(() => null),
  revoke: {
    keeps: 'success',
    run: (state, { body, visitor }, ca) => {
      const record = findCertificate(state, body.certificate);
      if (record?.key !== visitor.key) return refuse('refused', '只能撤销登录所用的证书。');
      if (!isRevoked(record, ca.now)) revoke(state, record, { at: ca.now, reason: body.reason });
      return ok(statusOf(record, ca));
    },
  },
};
