// The renewal state machine: what is known goes in, what to do next comes out. It decides from what is known,
// not from where it thinks it stands, so that going on after a crash is the same code as going on.

import type { AppError } from '../errors/codes.ts';
import { isSealDue, learn, modeOfItem } from './learn.ts';
import type {
  Command,
  Consent,
  OrderItemView,
  OrderView,
  Phase,
  RenewalEvent,
  RenewalItem,
  RenewalRequest,
  RenewalState,
} from './state.ts';

/** The new state and the work it asks for: one command, or none when the renewal rests. */
export type Step = readonly [RenewalState, ...Command[]];

export function startRenewal(request: RenewalRequest): Step {
  const state: RenewalState = {
    request,
    consents: [],
    tokenOpen: false,
    gatewayOpen: false,
    clockOffset: null,
    oldKeyPresent: true,
    oldRevokedAt: 'unknown',
    confirms: true,
    eligible: false,
    mode: null,
    probed: [],
    holdsOthers: false,
    order: null,
    orderFresh: false,
    rejectionSeen: false,
    rejections: 0,
    items: [],
    rollingBack: false,
    delivered: false,
    seal: null,
    sealKept: false,
    sealWritten: false,
    sealRefused: null,
    oldRevoked: null,
    finished: false,
    failure: null,
  };
  return stepFrom(state);
}

/** Next state and the work it asks for. Never touches the token, the clock or the network. */
export function stepRenewal(state: RenewalState, event: RenewalEvent): Step {
  return stepFrom(learn(state, event));
}

function stepFrom(state: RenewalState): Step {
  const decision = decide(state);
  if (decision === null) return [state];
  if ('refusal' in decision) {
    return [learn(state, { type: 'failed', during: decision.during, error: decision.refusal })];
  }
  return [state, decision];
}

interface Refusal {
  readonly refusal: AppError;
  readonly during: Command['do'];
}

function decide(state: RenewalState): Command | Refusal | null {
  const { old } = state.request;
  if (state.rollingBack && old !== null) return { do: 'rollBack', container: old.container };
  if (state.failure !== null || state.finished) return null;
  return askConsent(state) ?? order(state) ?? acquire(state) ?? write(state) ?? finish(state);
}

/** All at once, when the preflight has shown what there is to agree to, and before anything is ordered. */
function askConsent(state: RenewalState): Command | null {
  const isBeforePreflight = state.request.old !== null && state.mode === null && state.order === null;
  if (isBeforePreflight) return null;
  const needed: Consent[] = [];
  if (state.request.old !== null) needed.push('oldRevoked');
  else if (state.holdsOthers) needed.push('besideOthers');
  if (state.mode === 'inPlace') needed.push('pointOfNoReturn');
  const missing = needed.filter((consent) => !state.consents.includes(consent));
  return missing.length === 0 ? null : { do: 'askConsent', consents: missing };
}

/** Everything up to an approved order. Waiting needs no PIN, so it comes before the token is opened. */
function order(state: RenewalState): Command | Refusal | null {
  const known = state.order;
  const hasToldSeal = state.seal !== null || !state.tokenOpen;
  if (known !== null && state.request.old !== null && isWaiting(known.state) && hasToldSeal) {
    return { do: 'awaitOrder', order: known.id, state: known.state };
  }
  // The code is checked before the person is asked for a PIN.
  const isCodeDue = !state.gatewayOpen || (known === null && state.request.old === null);
  if (isCodeDue && wayIn(state) === 'code') return { do: 'openGateway', by: 'code' };
  if (!state.tokenOpen) return { do: 'openToken' };
  if (!state.gatewayOpen) return { do: 'openGateway', by: wayIn(state) };
  if (known === null) {
    if (!state.eligible) return { do: 'readEligibility' };
    if (state.mode === null) return { do: 'probeRoom', algorithm: null };
    return { do: 'createOrder', mode: state.mode };
  }
  if (!state.orderFresh) return { do: 'readOrder', order: known.id };
  const refused = refuseOtherMode(state, known) ?? refuseUnanchored(state, known);
  if (refused !== null) return refused;
  const unprobed = known.items.find((item) => needsProbe(state, known, item));
  if (unprobed !== undefined) return { do: 'probeRoom', algorithm: unprobed.algorithm };
  if (known.state === 'rejected' && !state.rejectionSeen) {
    return {
      refusal: { code: 'order.rejected', orderId: known.id, text: known.text },
      during: 'awaitOrder',
    };
  }
  if (state.seal === null) return { do: 'planSeal', order: known.id };
  if (known.agreementsOpen) return { do: 'acceptAgreements', order: known.id };
  if (known.formOpen) return { do: 'submitForm', order: known.id };
  return null;
}

/** A first issue opens with its code until the CA holds a request of the new key. */
function wayIn(state: RenewalState): 'oldKey' | 'newKey' | 'code' {
  if (state.request.old !== null) return state.oldKeyPresent ? 'oldKey' : 'newKey';
  const isKnown = state.order?.items.some(({ id, requestKey }) =>
    state.items.some((item) => item.id === id && item.key !== null && item.key === requestKey),
  );
  return isKnown === true ? 'newKey' : 'code';
}

/** Room for a key of another kind than the old one (an upgrade to SM2), or for the first key of all. */
function needsProbe(state: RenewalState, known: OrderView, view: OrderItemView): boolean {
  const item = state.items.find(({ id }) => id === view.id);
  const isMade = view.requestKey !== null || (item?.key ?? null) !== null;
  return (
    !isMade && modeOfItem(state.mode, known, view.id) === 'new' && !state.probed.includes(view.algorithm)
  );
}

function isWaiting(state: OrderView['state']): boolean {
  return state === 'unpaid' || state === 'inReview' || state === 'frozen';
}

/** The CA decides between a new and the same key; what the person was told before paying must still hold. */
function refuseOtherMode(state: RenewalState, known: OrderView): Refusal | null {
  const wanted = state.request.mode ?? state.mode;
  const keys = known.items.map((item) => item.key);
  const broken =
    (wanted === 'same' && keys.includes('newKey')) ||
    (state.request.mode === 'new' && keys.includes('sameKey')) ||
    (state.request.mode === 'inPlace' && keys.includes('sameKey'));
  if (!broken || wanted === null) return null;
  return { refusal: { code: 'renewal.modeUnavailable', mode: wanted }, during: 'createOrder' };
}

/**
 * An SM2 certificate does not lead to the root of an RSA one, nor the other way round: an upgrade needs the CA's
 * anchor, and says so before it is paid.
 */
function refuseUnanchored(state: RenewalState, known: OrderView): Refusal | null {
  const { old, anchors } = state.request;
  if (old === null || anchors.length > 0) return null;
  const upgrade = known.items.find(({ algorithm }) => (algorithm === 'SM2') !== (old.algorithm === 'SM2'));
  if (upgrade === undefined) return null;
  return {
    refusal: { code: 'renewal.anchorNeeded', algorithm: upgrade.algorithm },
    during: 'createOrder',
  };
}

/** A key and a certificate for every item; nothing that is on the token is made again. */
function acquire(state: RenewalState): Command | Refusal | null {
  if (state.order === null) return null;
  for (const view of state.order.items) {
    const item = state.items.find((candidate) => candidate.id === view.id);
    if (item === undefined) continue;
    const command = acquireItem(state, state.order, view, item);
    if (command !== null) return command;
  }
  if (state.items.some((item) => item.issued === null)) {
    return state.order.items.every((view) => view.state !== 'awaitingRequest')
      ? { do: 'fetchCertificates', order: state.order.id }
      : { do: 'awaitOrder', order: state.order.id, state: state.order.state };
  }
  const unproved = state.items.find((item) => !item.proved);
  return unproved === undefined ? null : { do: 'proveCertificates', item: unproved.id };
}

function acquireItem(
  state: RenewalState,
  known: OrderView,
  view: OrderItemView,
  item: RenewalItem,
): Command | Refusal | null {
  if (item.container === null) return { do: 'chooseContainer', item: item.id };
  if (view.key === 'newKey' && view.requestKey !== null && view.requestKey !== item.key) {
    if (view.state === 'confirmed') {
      return { refusal: { code: 'renewal.keyLost' }, during: 'generateKey' };
    }
    return { do: 'requestReissue', order: known.id, item: item.id, lostKey: view.requestKey };
  }
  if (!item.containerCreated) {
    return { do: 'createContainer', item: item.id, container: item.container };
  }
  if (item.key === null) {
    return { do: 'generateKey', item: item.id, container: item.container, algorithm: view.algorithm };
  }
  if (!view.needsRequest || view.requestKey === item.key) return null;
  return item.request === null
    ? { do: 'signRequest', item: item.id, container: item.container, key: item.key }
    : { do: 'submitRequest', order: known.id, item: item.id, request: item.request };
}

/** Encryption key, encryption certificate, signing certificate last: that one is the commit mark. */
function write(state: RenewalState): Command | null {
  for (const item of state.items) {
    const { id, container, issued } = item;
    if (container === null || issued === null) continue;
    if (issued.hasEnvelope && !item.encryptionKeyImported) {
      return { do: 'importEncryptionKey', item: id, container };
    }
    if (issued.encryption !== null && !item.encryptionWritten) {
      return { do: 'writeCertificate', item: id, container, use: 'encryption' };
    }
    if (!item.signingWritten) return { do: 'writeCertificate', item: id, container, use: 'signing' };
    if (!item.tested) return { do: 'testKey', item: id, container };
  }
  return null;
}

function finish(state: RenewalState): Command | null {
  if (state.order === null) return null;
  if (!state.delivered) return { do: 'confirm', order: state.order.id };
  const object = state.seal?.object ?? null;
  if (isSealDue(state) && object !== null) {
    const isToKeep = state.seal?.replaces === true && !state.sealKept;
    return isToKeep ? { do: 'keepSeal', object } : { do: 'writeSeal', order: state.order.id, object };
  }
  return { do: 'readOldStatus' };
}

/** Where the renewal stands, for people. */
export function phaseOf([state, command]: Step): Phase {
  if (command === undefined) return state.finished ? 'done' : 'stopped';
  return PHASE_OF[command.do];
}

const PHASE_OF: Record<Command['do'], Phase> = {
  askConsent: 'awaitingConsent',
  openToken: 'awaitingPin',
  openGateway: 'loggingIn',
  readEligibility: 'checkingEligibility',
  probeRoom: 'preflighting',
  createOrder: 'ordering',
  acceptAgreements: 'ordering',
  submitForm: 'ordering',
  awaitOrder: 'awaitingApproval',
  readOrder: 'ordering',
  chooseContainer: 'generating',
  createContainer: 'generating',
  generateKey: 'generating',
  signRequest: 'requesting',
  submitRequest: 'requesting',
  requestReissue: 'requesting',
  fetchCertificates: 'requesting',
  proveCertificates: 'proving',
  importEncryptionKey: 'writing',
  writeCertificate: 'writing',
  testKey: 'testing',
  rollBack: 'rollingBack',
  confirm: 'confirming',
  planSeal: 'ordering',
  keepSeal: 'sealing',
  writeSeal: 'sealing',
  readOldStatus: 'confirming',
};
