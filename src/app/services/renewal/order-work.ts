// The steps of a renewal that talk to the CA. Every changing call carries an idempotency key that follows from
// the renewal and the step, so that a lost answer is asked for again and nothing is ordered or paid twice.

import { spkiFingerprint } from '../../../core/certificate/spki.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { checkEligibility } from '../../../core/renewal/eligibility.ts';
import type { IssuedCertificates, OrderView, RenewalState } from '../../../core/renewal/state.ts';
import type { CertificateRef, GatewayBody, IssuedItem, Order } from '../../../contract/gateway.ts';
import type { RenewalContext, Work } from './context.ts';
import { orderView, readEncoded } from './facts.ts';
import { closeToken } from './token-work.ts';

/** By the profile's rule and the CA's own word, both at the CA's time. */
export const readEligibility: Work<'readEligibility'> = async (context, _command, state) => {
  if (context.old === null) return ok([{ type: 'eligible' }]);
  const answer = await context.gateway.call('readEligibility', { query: referenceOf(state) });
  if (!answer.ok) return answer;
  const { serverTime, eligible, reason, day } = answer.value;
  const byProfile = checkEligibility(
    context.old.certificate,
    context.profile.renewal,
    Date.parse(serverTime),
  );
  if (!byProfile.ok) return byProfile;
  return eligible
    ? ok([{ type: 'eligible' }])
    : err({ code: 'renewal.notEligible', reason: reason ?? 'refusedByCa', day });
};

/** A renewal that the CA already has open for this certificate is taken up again, never ordered twice. */
export const createOrder: Work<'createOrder'> = async (context, { mode }, state) => {
  const replaces = referenceOf(state);
  const created = await context.gateway.call('createOrder', {
    body: { kind: 'renew', replaces, key: mode === 'same' ? 'sameKey' : 'newKey' },
    idempotencyKey: idempotencyKey(context, state, 'createOrder'),
  });
  if (created.ok) return tell(context, created.value);
  if (created.error.code !== 'order.conflict') return created;
  const notices = await context.gateway.call('lookUpOrders', { query: replaces });
  if (!notices.ok) return notices;
  const open = notices.value.orders.find(({ kind, state: at }) => kind === 'renew' && at !== 'confirmed');
  if (open === undefined) return created;
  return readAndTell(context, open.id);
};

export const acceptAgreements: Work<'acceptAgreements'> = async (context, { order }, state) => {
  const known = await ensureOrder(context, order);
  if (!known.ok) return known;
  const accepted = await context.dialogue.acceptAgreements(known.value.agreements);
  if (!accepted) return err({ code: 'renewal.consentNeeded', consent: 'agreements' });
  return changeOrder(context, 'acceptAgreements', order, idempotencyKey(context, state, 'acceptAgreements'), {
    accepted: known.value.agreements.map(({ id }) => id),
  });
};

export const submitForm: Work<'submitForm'> = async (context, { order }, state) => {
  const known = await ensureOrder(context, order);
  if (!known.ok) return known;
  const values = await context.dialogue.fillForm(known.value.form);
  if (values === null) return err({ code: 'renewal.consentNeeded', consent: 'form' });
  const key = idempotencyKey(context, state, 'submitForm', String(state.rejections), JSON.stringify(values));
  return changeOrder(context, 'submitForm', order, key, { values });
};

export const readOrder: Work<'readOrder'> = (context, { order }) => readAndTell(context, order);

/** A network that is away for minutes in days of waiting is no reason to stop. */
const PASSING: ReadonlySet<string> = new Set<AppError['code']>([
  'gateway.unreachable',
  'gateway.timeout',
  'proxy.unreachable',
]);

/** Asks without a PIN, by issuer and serial; the token is closed meanwhile unless the caller keeps it open. */
export const awaitOrder: Work<'awaitOrder'> = async (context, command, state) => {
  const payment = state.order?.payment ?? null;
  if (command.state === 'unpaid' && payment !== null) context.dialogue.showPayment(command.order, payment);
  const asked =
    state.request.old === null
      ? await readStateOf(context, command.order)
      : await readNotice(context, state, command.order);
  if (!asked.ok) {
    const { error } = asked;
    const { order, state: at } = command;
    return PASSING.has(error.code) && (await context.dialogue.waitOut?.(order, at, error)) === true
      ? ok([])
      : asked;
  }
  if (asked.value !== command.state) return ok([{ type: 'orderNoticed', state: asked.value }]);
  if (command.state === 'frozen') return err({ code: 'order.frozen', orderId: command.order });
  const closed = context.ports.stayOpen ? [] : await closeToken(context, state);
  if (await context.dialogue.waitForOrder(command.order, command.state)) return ok(closed);
  return err(waitingError(command.order, command.state));
};

async function readNotice(
  context: RenewalContext,
  state: RenewalState,
  order: string,
): Promise<Result<OrderView['state'], AppError>> {
  const notices = await context.gateway.call('lookUpOrders', { query: referenceOf(state) });
  if (!notices.ok) return notices;
  const found = notices.value.orders.find(({ id }) => id === order);
  return found === undefined ? err({ code: 'order.notFound', orderId: order }) : ok(found.state);
}

/** A first issue has no certificate to ask by; its session is open meanwhile. */
async function readStateOf(
  context: RenewalContext,
  orderId: string,
): Promise<Result<OrderView['state'], AppError>> {
  const answer = await context.gateway.call('readOrder', { params: { orderId } });
  return answer.ok ? ok(answer.value.state) : answer;
}

function waitingError(orderId: string, at: OrderView['state']): AppError {
  return at === 'unpaid' ? { code: 'order.unpaid', orderId } : { code: 'order.inReview', orderId };
}

export const submitRequest: Work<'submitRequest'> = async (context, { order, item, request }, state) => {
  const key = idempotencyKey(context, state, 'submitRequest', item, request);
  const told = await changeOrder(context, 'submitRequest', order, key, { item, request });
  if (told.ok) await context.vault.forget();
  return told;
};

export const requestReissue: Work<'requestReissue'> = async (context, { order, item, lostKey }, state) => {
  const answer = await context.gateway.call('reissueItem', {
    params: { orderId: order },
    body: { item },
    idempotencyKey: idempotencyKey(context, state, 'reissueItem', item, lostKey),
  });
  if (!answer.ok) return answer;
  context.order = answer.value;
  return ok([{ type: 'reissued', item, order: orderView(answer.value) }]);
};

export const fetchCertificates: Work<'fetchCertificates'> = async (context, { order }) => {
  const fetched = await fetchIssued(context, order);
  if (!fetched.ok) return fetched;
  const items = [];
  for (const delivered of fetched.value) {
    const certificates = readIssued(context, delivered);
    if (!certificates.ok) return certificates;
    items.push({ item: delivered.item, certificates: certificates.value });
  }
  return ok([{ type: 'issued', items }]);
};

/** What the CA delivered for every item of this order, and only of this order. */
export async function fetchIssued(
  context: RenewalContext,
  order: string,
): Promise<Result<readonly IssuedItem[], AppError>> {
  const answer = await context.gateway.call('fetchCertificates', { params: { orderId: order } });
  if (!answer.ok) return answer;
  if (answer.value.orderId !== order) return invalid('certificates of another order');
  const known = await ensureOrder(context, order);
  if (!known.ok) return known;
  const delivered: IssuedItem[] = [];
  for (const { id } of known.value.items) {
    const found = answer.value.items.find(({ item }) => item === id);
    if (found === undefined) return invalid(`no certificate for item ${id}`);
    delivered.push(found);
  }
  return ok(delivered);
}

function readIssued(
  context: RenewalContext,
  { signing, encryption, encryptionKey, chain }: IssuedItem,
): Result<IssuedCertificates, AppError> {
  const signingCertificate = readEncoded(context, signing);
  if (!signingCertificate.ok) return signingCertificate;
  const other = encryption === null ? null : readEncoded(context, encryption);
  if (other !== null && !other.ok) return other;
  return ok({
    signing,
    signingSha256: signingCertificate.value.sha256,
    encryption,
    encryptionSha256: other?.value.sha256 ?? null,
    encryptionKey: other === null ? null : spkiFingerprint(other.value.spki),
    hasEnvelope: encryptionKey !== null,
    chain,
  });
}

function invalid(reason: string): Result<never, AppError> {
  return err({ code: 'gateway.invalidAnswer', reason });
}

/** Tells the CA that everything is on the key and proved; where the CA has no such call there is nothing to tell. */
export const confirm: Work<'confirm'> = async (context, { order }, state) => {
  const known = await ensureOrder(context, order);
  if (!known.ok) return known;
  if (!state.confirms || known.value.state === 'confirmed') {
    return ok([{ type: 'confirmed', order: orderView(known.value) }]);
  }
  const certificates = state.items.flatMap(({ issued }) =>
    [issued?.signingSha256, issued?.encryptionSha256].filter((sha256) => sha256 != null),
  );
  const answer = await context.gateway.call('confirmCertificates', {
    params: { orderId: order },
    body: { certificates },
    idempotencyKey: idempotencyKey(context, state, 'confirm', certificates.join()),
  });
  if (!answer.ok) return answer;
  context.order = answer.value;
  return ok([{ type: 'confirmed', order: orderView(answer.value) }]);
};

/** Only for the report: a CA that does not answer now does not undo a finished renewal. */
export const readOldStatus: Work<'readOldStatus'> = async (context, _command, state) => {
  const answer = await context.gateway.call('readStatus', { query: referenceOf(state) });
  const isKnown = answer.ok && answer.value.status !== 'unknown';
  return ok([{ type: 'oldStatusRead', revoked: isKnown ? answer.value.status === 'revoked' : null }]);
};

async function changeOrder<C extends 'acceptAgreements' | 'submitForm' | 'submitRequest'>(
  context: RenewalContext,
  call: C,
  orderId: string,
  key: string,
  body: GatewayBody<C>,
): ReturnType<Work<'readOrder'>> {
  const answer = await context.gateway.call(call, { params: { orderId }, body, idempotencyKey: key });
  return answer.ok ? tell(context, answer.value) : answer;
}

async function readAndTell(context: RenewalContext, orderId: string): ReturnType<Work<'readOrder'>> {
  const answer = await context.gateway.call('readOrder', { params: { orderId } });
  return answer.ok ? tell(context, answer.value) : answer;
}

function tell(context: RenewalContext, order: Order): Awaited<ReturnType<Work<'readOrder'>>> {
  context.order = order;
  return ok([{ type: 'orderRead', order: orderView(order) }]);
}

async function ensureOrder(context: RenewalContext, orderId: string): Promise<Result<Order, AppError>> {
  if (context.order?.id === orderId) return ok(context.order);
  const answer = await context.gateway.call('readOrder', { params: { orderId } });
  if (answer.ok) context.order = answer.value;
  return answer;
}

function referenceOf({ request }: RenewalState): CertificateRef {
  if (request.old === null) throw new Error('a first issue replaces no certificate');
  return { issuer: request.old.issuer, serial: request.old.serial };
}

function idempotencyKey(context: RenewalContext, { request }: RenewalState, ...parts: string[]): string {
  return context.ports.sha256Hex([request.renewalId, ...parts].join('/'));
}
