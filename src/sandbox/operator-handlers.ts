// The operator's actions on the state. Like the gateway's handlers: checked first, kept only on success.

import { decodeBase64 } from '../core/certificate/base64.ts';
import { subjectOf, type SubjectFields } from '../core/certificate/names.ts';
import { isRequestGenuine, parseRequest } from '../core/certificate/request.ts';
import { keyAlgorithmOf } from '../core/certificate/spki.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { CertificateRef } from '../contract/gateway.ts';
import type { Ca } from './ca.ts';
import { findCertificate } from './eligibility.ts';
import { issueCertificate } from './issue.ts';
import { approve, pay } from './order-application.ts';
import { chainOf } from './order-issuing.ts';
import { note, orderView } from './order-record.ts';
import type { OperatorCall, OperatorInput, OperatorOutput, OrderSummary } from './operator-calls.ts';
import { settingsSchema } from './settings.ts';
import { isRevoked, type CertificateRecord, type OrderRecord, type SandboxState } from './state.ts';
import { DAY } from './validity.ts';

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

function onCertificate(change: (record: CertificateRecord, ca: Ca) => void) {
  return (
    state: SandboxState,
    { certificate }: { readonly certificate: CertificateRef },
    ca: Ca,
  ): Result<OperatorOutput<'freezeCertificate'>, OperatorRefusal> => {
    const record = findCertificate(state, certificate);
    if (record === undefined) return err({ code: 'certificate.notFound', wanted: certificate.serial });
    change(record, ca);
    return ok(certificateSummary(record, ca));
  };
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
    if (!order.ok) return order;
    const { id, referenceNumber, authorisationCode } = order.value;
    return ok({ order: id, referenceNumber, authorisationCode });
  },
  freezeCertificate: onCertificate((record, ca) => {
    record.frozenSince ??= ca.now;
  }),
  unfreezeCertificate: onCertificate((record) => {
    record.frozenSince = null;
  }),
  revokeCertificate: onCertificate((record, ca) => {
    record.revoked ??= { at: ca.now, reason: 'cessation' };
  }),
  provision,
  readSettings: (state) => ok(state.settings),
  changeSettings(state, change) {
    state.settings = settingsSchema.parse({ ...state.settings, ...change });
    return ok(state.settings);
  },
};

/** The last half day makes a count of whole days come out as asked for the next hours. */
async function provision(
  state: SandboxState,
  input: OperatorInput<'provision'>,
  ca: Ca,
): Promise<Result<OperatorOutput<'provision'>, OperatorRefusal>> {
  const spki = await provisionedKey(input, ca);
  if (!spki.ok) return spki;
  const notAfter = ca.now + (input.daysLeft + 0.5) * DAY;
  const record = await issueCertificate(
    ca.authorities.issuing,
    {
      spki: spki.value,
      subject: subjectOf(input.subject as SubjectFields),
      notBefore: Math.min(notAfter - 365 * DAY, ca.now),
      notAfter,
      order: null,
    },
    ca.random,
    ca.origin,
  );
  state.certificates.push(record);
  return ok({
    certificate: record.der,
    chain: chainOf(record, ca),
    serial: record.serial,
    sha256: record.sha256,
  });
}

async function provisionedKey(
  { publicKey, request }: OperatorInput<'provision'>,
  ca: Ca,
): Promise<Result<Uint8Array, OperatorRefusal>> {
  const invalid = (reason: string) => err({ code: 'request.invalid', reason } as const);
  if ((publicKey === null) === (request === null)) return invalid('one of publicKey and request');
  const parsed = request === null ? null : parseRequest(decodeBase64(request) ?? new Uint8Array());
  if (parsed?.ok === false) return invalid('request');
  if (parsed !== null && !(await isRequestGenuine(parsed.value, ca.verifier)))
    return invalid('request signature');
  const spki = parsed?.value.spki ?? decodeBase64(publicKey ?? '');
  return spki === null || keyAlgorithmOf(spki) === null ? invalid('public key') : ok(spki);
}
