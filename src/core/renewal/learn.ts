// What an event tells. An event that does not fit what is known (late, repeated, of another order) changes
// nothing; what the key was read to hold always wins over what the journal says it should hold.

import type {
  ContainerFacts,
  OrderView,
  RenewalEvent,
  RenewalItem,
  RenewalMode,
  RenewalState,
} from './state.ts';

export function learn(state: RenewalState, event: RenewalEvent): RenewalState {
  switch (event.type) {
    case 'resumed':
      return { ...state, ...closed, orderFresh: false, rollingBack: false, failure: null };
    case 'failed':
      return fail(state, event);
    case 'consented':
      return { ...state, consents: [...new Set([...state.consents, ...event.consents])] };
    case 'tokenOpened':
      return readToken({ ...state, tokenOpen: true }, event.containers);
    case 'tokenClosed':
      return { ...state, ...closed };
    case 'gatewayOpened':
      return {
        ...state,
        gatewayOpen: true,
        clockOffset: event.clockOffset,
        oldRevokedAt: event.oldRevokedAt,
        confirms: event.confirms,
      };
    case 'eligible':
      return { ...state, eligible: true };
    case 'roomProbed':
      return {
        ...state,
        mode: state.mode ?? event.mode,
        probed: event.algorithm === null ? state.probed : [...state.probed, event.algorithm],
      };
    case 'orderRead':
      return readOrder(state, event.order);
    case 'orderNoticed':
      return state.order === null
        ? state
        : { ...state, order: { ...state.order, state: event.state }, orderFresh: false };
    case 'reissued':
      return readOrder(
        withItem(state, event.item, (item) => ({ ...item, request: null, issued: null, proved: false })),
        event.order,
      );
    case 'confirmed':
      return everyItem(state, (item) => item.tested)
        ? settled({ ...readOrder(state, event.order), delivered: true })
        : state;
    case 'sealPlanned':
      return { ...state, seal: event.plan };
    case 'sealKept':
      return { ...state, sealKept: true };
    case 'sealWritten':
      return settled({ ...state, sealWritten: true });
    case 'sealRefused':
      return settled({ ...state, sealRefused: event.error });
    case 'oldStatusRead':
      return state.delivered ? { ...state, oldRevoked: event.revoked, finished: true } : state;
    case 'rolledBack':
      return { ...state, rollingBack: false };
    case 'issued':
      return event.items.reduce(
        (next, { item, certificates }) =>
          withItem(next, item, (known) => (known.proved ? known : { ...known, issued: certificates })),
        state,
      );
    default:
      return learnItem(state, event);
  }
}

const closed = { tokenOpen: false, gatewayOpen: false } as const;

/** The CA's seal waits to be written. */
export function isSealDue({ seal, sealWritten, sealRefused }: RenewalState): boolean {
  return seal?.kind === 'thisOrder' && !sealWritten && sealRefused === null;
}

/** A first issue has no old certificate to ask for at the end. */
function settled(state: RenewalState): RenewalState {
  return { ...state, finished: state.delivered && state.request.old === null && !isSealDue(state) };
}

type ItemEvent = Extract<RenewalEvent, { readonly item: string }>;

function learnItem(state: RenewalState, event: Exclude<ItemEvent, { type: 'reissued' }>): RenewalState {
  switch (event.type) {
    case 'containerChosen':
      return withItem(state, event.item, (item) =>
        item.container !== null || event.container === state.request.old?.container
          ? item
          : {
              ...item,
              container: event.container,
              containerCreated: event.key !== null,
              key: event.key,
            },
      );
    case 'containerCreated':
      return withItem(state, event.item, (item) => ({ ...item, containerCreated: item.container !== null }));
    case 'keyGenerated': {
      const item = state.items.find((candidate) => candidate.id === event.item);
      if (item?.key !== null || !item.containerCreated) return state;
      const inPlace = item.container === state.request.old?.container;
      return {
        ...withItem(state, event.item, (known) => ({ ...known, key: event.key, request: null })),
        oldKeyPresent: state.oldKeyPresent && !inPlace,
      };
    }
    case 'requestSigned':
      return withItem(state, event.item, (item) =>
        item.key === null ? item : { ...item, request: event.request },
      );
    case 'proved':
      return withItem(state, event.item, (item) => ({ ...item, proved: item.issued !== null }));
    case 'encryptionKeyImported':
      return withItem(state, event.item, (item) => ({ ...item, encryptionKeyImported: item.proved }));
    case 'certificateWritten':
      return withItem(state, event.item, (item) => writtenItem(item, event.use));
    case 'tested':
      return withItem(state, event.item, (item) => ({ ...item, tested: item.signingWritten }));
  }
}

function writtenItem(item: RenewalItem, use: 'signing' | 'encryption'): RenewalItem {
  if (!item.proved) return item;
  if (use === 'encryption') return { ...item, encryptionWritten: true };
  const complete = item.issued?.encryption == null || item.encryptionWritten;
  return { ...item, signingWritten: complete };
}

/**
 * In same-key mode a failure after the first certificate was replaced is rolled back, unless the CA has
 * already revoked the old one: then the only way is forward.
 */
function fail(state: RenewalState, event: Extract<RenewalEvent, { type: 'failed' }>): RenewalState {
  if (state.failure !== null) return { ...state, rollingBack: false };
  const isRejection = event.error.code === 'order.rejected';
  const replacing =
    (event.during === 'writeCertificate' || event.during === 'testKey') &&
    state.order?.items.some((item) => item.key === 'sameKey') === true;
  return {
    ...state,
    failure: { during: event.during, error: event.error },
    rejectionSeen: state.rejectionSeen || isRejection,
    rejections: state.rejections + (isRejection ? 1 : 0),
    rollingBack: replacing && state.oldRevokedAt !== 'issuance' && state.tokenOpen,
    items: state.items.map((item) => ({
      ...item,
      tested: false,
      // What did not pass is not looked at again: the CA is asked anew.
      issued: item.proved ? item.issued : null,
    })),
  };
}

function readOrder(state: RenewalState, order: OrderView): RenewalState {
  if (state.order !== null && state.order.id !== order.id) return state;
  const items = order.items.map(
    (view) => state.items.find((item) => item.id === view.id) ?? freshItem(state, view.id, order),
  );
  const rejectionSeen = state.rejectionSeen && order.state === 'rejected';
  return { ...state, order, orderFresh: true, rejectionSeen, items };
}

/** How an item of the order gets onto the key: what the preflight chose, unless the CA keeps the key. */
export function modeOfItem(chosen: RenewalMode | null, order: OrderView, id: string): RenewalMode {
  if (order.items.find((view) => view.id === id)?.key === 'sameKey') return 'same';
  const firstNew = order.items.find((view) => view.key === 'newKey')?.id;
  return chosen === 'inPlace' && firstNew === id ? 'inPlace' : 'new';
}

function freshItem(state: RenewalState, id: string, order: OrderView): RenewalItem {
  const { old } = state.request;
  const mode = modeOfItem(state.mode, order, id);
  return {
    id,
    container: mode === 'new' ? null : (old?.container ?? null),
    containerCreated: mode !== 'new',
    key: mode === 'same' ? (old?.key ?? null) : null,
    request: null,
    issued: null,
    proved: false,
    encryptionKeyImported: false,
    encryptionWritten: false,
    signingWritten: false,
    tested: false,
  };
}

/** Replaces all that was believed about the key by what was read after login. */
function readToken(state: RenewalState, containers: readonly ContainerFacts[]): RenewalState {
  const { old } = state.request;
  return {
    ...state,
    oldKeyPresent: old !== null && containers.some((container) => container.keys.includes(old.key)),
    holdsOthers:
      state.holdsOthers ||
      (state.items.every(({ key }) => key === null) &&
        containers.some((container) => container.certificates.length > 0)),
    items: state.items.map((item) => readItem(state, item, containers)),
  };
}

function readItem(
  state: RenewalState,
  item: RenewalItem,
  containers: readonly ContainerFacts[],
): RenewalItem {
  if (item.container === null) return item;
  const { old } = state.request;
  const facts = containers.find((container) => container.id === item.container);
  const keys = facts?.keys ?? [];
  const certificates = facts?.certificates ?? [];
  const sameKey = state.order?.items.find((view) => view.id === item.id)?.key === 'sameKey';
  const made = keys.filter((key) => (sameKey || key !== old?.key) && key !== item.issued?.encryptionKey);
  const key = item.key !== null && made.includes(item.key) ? item.key : (made[0] ?? null);
  const keyLost = item.key !== null && key !== item.key;
  const { issued } = item;
  return {
    ...item,
    containerCreated: facts !== undefined || item.container === old?.container,
    key,
    request: key === item.key ? item.request : null,
    issued: keyLost ? null : issued,
    proved: keyLost ? false : item.proved,
    encryptionKeyImported: issued?.encryptionKey != null && keys.includes(issued.encryptionKey),
    encryptionWritten: issued?.encryptionSha256 != null && certificates.includes(issued.encryptionSha256),
    // Over the same key an interrupted write may have left both; it is written again, which removes the old one.
    signingWritten:
      issued !== null &&
      !keyLost &&
      certificates.includes(issued.signingSha256) &&
      !(old !== null && certificates.includes(old.sha256)),
    tested: false,
  };
}

function withItem(state: RenewalState, id: string, change: (item: RenewalItem) => RenewalItem): RenewalState {
  return { ...state, items: state.items.map((item) => (item.id === id ? change(item) : item)) };
}

function everyItem(state: RenewalState, holds: (item: RenewalItem) => boolean): boolean {
  return state.items.length > 0 && state.items.every(holds);
}
