// The operator's actions on the state. Like the gateway's handlers: checked first, kept only on success.

import { subjectOf, type SubjectFields } from '../core/certificate/names.ts';
import { encodePem } from '../core/certificate/pem.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { CertificateRef } from '../contract/gateway.ts';
import type { AuthorityFamily } from './authority-ids.ts';
import type { Ca } from './ca.ts';
import { findCertificate } from './eligibility.ts';
import { prepareOrder } from './enrolment.ts';
import { approve, createCode, pay } from './order-application.ts';
import { note, orderView } from './order-record.ts';
import type { OperatorCall, OperatorInput, OperatorOutput, OrderSummary } from './operator-calls.ts';
import { provision } from './provision.ts';
import { freeze, revoke } from './revocation.ts';
import { settingsSchema } from './settings.ts';
import { isRevoked, type CertificateRecord, type OrderRecord, type SandboxState } from './state.ts';

export type OperatorRefusal = AppError<
  'order.notFound' | 'order.conflict' | 'request.invalid' | 'certificate.notFound'
>;

type Handler<C extends OperatorCall> = (
  state: SandboxState,
  input: OperatorInput<C>,
  ca: Ca,
) => Result<OperatorOutput<C>, OperatorRefusal> | Promise<Result<OperatorOutput<C>, OperatorRefusal>>;

type OrderState = OrderRecord['state'];

/** An order in one of `states`, changed and answered as a summary. */
function onOrder<Input extends { readonly order: string | null }>(
  states: readonly OrderState[],
  change: (state: SandboxState, order: OrderRecord, ca: Ca, input: Input) => void | Promise<void>,
) {
  return async (
    state: SandboxState,
    input: Input,
    ca: Ca,
  ): Promise<Result<OrderSummary, OperatorRefusal>> => {
    const order = chooseOrder(state, input.order, states);
    if (!order.ok) return order;
    await change(state, order.value, ca, input);
    return ok(summaryOf(state, order.value));
  };
}

function chooseOrder(
  state: SandboxState,
  name: string | null,
  states: readonly OrderState[],
): Result<OrderRecord, OperatorRefusal> {
  const fitting = state.orders.filter((order) => states.includes(order.state));
  const [only, another] = fitting;
  if (name === null && another !== undefined)
    return err({ code: 'request.invalid', reason: fitting.map(({ id }) => id).join(' ') });
  const order =
    name === null
      ? only
      : state.orders.find(({ id, referenceNumber }) => id === name || referenceNumber === name);
  if (order === undefined) return err({ code: 'order.notFound', orderId: name ?? '' });
  return fitting.includes(order)
    ? ok(order)
    : err({ code: 'order.conflict', orderId: order.id, state: order.state });
}

function summaryOf(state: SandboxState, order: OrderRecord): OrderSummary {
  const { id, kind, state: at, text, replaces, items } = orderView(state, order);
  const iso = (time: number) => new Date(time).toISOString();
  return {
    ...{ id, kind, state: at, text, referenceNumber: order.referenceNumber },
    replaces: replaces?.serial ?? null,
    paidAt: order.paidAt === null ? null : iso(order.paidAt),
    items: items.map(({ subject: _subject, ...item }) => item),
    history: order.history.map(({ at: time, event }) => ({ at: iso(time), event })),
  };
}

function certificateSummary(record: CertificateRecord, ca: Ca): OperatorOutput<'freezeCertificate'> {
  const { serial, sha256, issuer, notAfter, order, confirmed, frozenSince } = record;
  return {
    ...{ serial, sha256, issuer, order, confirmed },
    notAfter: new Date(notAfter).toISOString(),
    status: isRevoked(record, ca.now) ? 'revoked' : frozenSince === null ? 'good' : 'frozen',
  };
}

function onCertificate(change: (state: SandboxState, record: CertificateRecord, ca: Ca) => void) {
  return (
    state: SandboxState,
    { certificate }: { readonly certificate: CertificateRef },
    ca: Ca,
  ): Result<OperatorOutput<'freezeCertificate'>, OperatorRefusal> => {
    const record = findCertificate(state, certificate);
    if (record === undefined) return err({ code: 'certificate.notFound', wanted: certificate.serial });
    change(state, record, ca);
    return ok(certificateSummary(record, ca));
  };
}

function codesOf({ id, referenceNumber, authorisationCode }: OrderRecord): OperatorOutput<'reference'> {
  return { order: id, referenceNumber, authorisationCode };
}

const UNFINISHED: readonly OrderState[] = ['draft', 'unpaid', 'inReview', 'approved', 'issued', 'rejected'];
const ANY: readonly OrderState[] = [...UNFINISHED, 'confirmed', 'frozen'];

export const OPERATOR_HANDLERS: { readonly [C in OperatorCall]: Handler<C> } = {
  listOrders: (state) => ok({ orders: state.orders.map((order) => summaryOf(state, order)) }),
  listCertificates: (state, _input, ca) =>
    ok({ certificates: state.certificates.map((record) => certificateSummary(record, ca)) }),
  pay: onOrder(['unpaid'], (_state, order, ca) => pay(order, ca)),
  approve: onOrder(['inReview'], (state, order, ca) => approve(state, order, ca)),
  reject: onOrder<OperatorInput<'reject'>>(['inReview'], (_state, order, ca, { text }) => {
    Object.assign(order, { state: 'rejected', text });
    note(order, 'rejected', ca);
  }),
  freeze: onOrder(UNFINISHED, (_state, order, ca) => {
    order.frozenFrom = order.state === 'frozen' ? order.frozenFrom : order.state;
    order.state = 'frozen';
    note(order, 'frozen', ca);
  }),
  unfreeze: onOrder(['frozen'], (_state, order, ca) => {
    order.state = order.frozenFrom ?? 'draft';
    order.frozenFrom = null;
    note(order, 'unfrozen', ca);
  }),
  reference: (state, input) => {
    const order = chooseOrder(state, input.order, ANY);
    return order.ok ? ok(codesOf(order.value)) : order;
  },
  prepare: async (state, { subject, items }, ca) => {
    const wanted = { subject: subjectOf(subject as SubjectFields), items };
    return ok(codesOf(await prepareOrder(state, wanted, ca)));
  },
  renewCode: (state, input, ca) => {
    const order = chooseOrder(state, input.order, ['approved', 'issued']);
    if (!order.ok) return order;
    Object.assign(order.value, { authorisationCode: createCode(ca), wrongCodes: 0 });
    note(order.value, 'codeRenewed', ca);
    return ok(codesOf(order.value));
  },
  freezeCertificate: onCertificate((state, record, ca) => freeze(state, record, ca.now)),
  unfreezeCertificate: onCertificate((state, record) => freeze(state, record, null)),
  revokeCertificate: onCertificate((state, record, ca) => {
    if (record.revoked === null) revoke(state, record, { at: ca.now, reason: 'cessation' });
  }),
  provision,
  readRoots: async (state, _input, ca) => {
    const rootOf = async (family: AuthorityFamily) => {
      const { certificate } = await ca.authorities.obtain(state, 'root', family, ca.now);
      return encodePem('CERTIFICATE', certificate.der);
    };
    return ok({ rsa: await rootOf('rsa'), sm2: await rootOf('sm2') });
  },
  readSettings: (state) => ok(state.settings),
  changeSettings(state, change) {
    state.settings = settingsSchema.parse({ ...state.settings, ...change });
    return ok(state.settings);
  },
};
