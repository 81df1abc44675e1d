// A key and a CA that answer every command of the machine rightly, held in memory: what drives it to its end.

import type {
  Command,
  ContainerFacts,
  IssuedCertificates,
  OrderItemView,
  OrderView,
  RenewalEvent,
  RenewalMode,
  RenewalRequest,
} from '../../src/core/renewal/state.ts';
import type { SealPlan } from '../../src/core/renewal/seal-plan.ts';
import { startRenewal, stepRenewal, type Step } from '../../src/core/renewal/step.ts';

export const OLD = 'container-old';
export const OLD_KEY = 'key-old';

export function request(mode: RenewalMode | null = null): RenewalRequest {
  return {
    renewalId: 'renewal-1',
    token: 'token-1',
    gateway: 'http://127.0.0.1:1',
    profile: 'neutral',
    anchors: [],
    reference: null,
    mode,
    old: {
      container: OLD,
      certificate: 'b2xk',
      encryptionCertificate: null,
      sha256: 'certificate-old',
      serial: '01',
      issuer: 'issuer',
      key: OLD_KEY,
      algorithm: 'RSA-2048',
      notAfter: 0,
    },
  };
}

export function item(id: string, change: Partial<OrderItemView> = {}): OrderItemView {
  return {
    id,
    algorithm: 'RSA-2048',
    key: 'newKey',
    needsRequest: true,
    certificates: 'single',
    state: 'awaitingRequest',
    requestKey: null,
    ...change,
  };
}

export function order(change: Partial<OrderView> = {}): OrderView {
  return {
    id: 'order-1',
    state: 'approved',
    text: '',
    agreementsOpen: false,
    formOpen: false,
    payment: null,
    items: [item('a')],
    seal: null,
    ...change,
  };
}

export function issued(id: string, dual = false): IssuedCertificates {
  return {
    signing: 'c2ln',
    signingSha256: `signing-${id}`,
    encryption: dual ? 'ZW5j' : null,
    encryptionSha256: dual ? `encryption-${id}` : null,
    encryptionKey: dual ? `encryption-key-${id}` : null,
    hasEnvelope: dual,
    chain: [],
  };
}

export const oldFacts: ContainerFacts = { id: OLD, keys: [OLD_KEY], certificates: ['certificate-old'] };

export function play(events: readonly RenewalEvent[], from: Step = startRenewal(request())): Step {
  return events.reduce<Step>(([state], event) => stepRenewal(state, event), from);
}

/** A world with a key and a CA that answers every command rightly; used to drive the machine to its end. */
export function answer(command: Command, world: World): readonly RenewalEvent[] {
  const opened = answerOne(command, world);
  const brings = command.do === 'openGateway' && command.by === 'code' && world.order !== null;
  return brings ? [opened, { type: 'orderRead', order: world.order as OrderView }] : [opened];
}

function answerOne(command: Command, world: World): RenewalEvent {
  switch (command.do) {
    case 'askConsent':
      return { type: 'consented', consents: command.consents };
    case 'openToken':
      return { type: 'tokenOpened', containers: world.containers };
    case 'openGateway':
      return { type: 'gatewayOpened', clockOffset: 0, oldRevokedAt: world.oldRevokedAt, confirms: true };
    case 'readEligibility':
      return { type: 'eligible' };
    case 'probeRoom':
      return { type: 'roomProbed', mode: world.mode, algorithm: command.algorithm ?? 'RSA-2048' };
    case 'createOrder':
      world.ordersCreated += world.order === null ? 1 : 0;
      world.order ??= order({ items: world.items, state: 'unpaid', agreementsOpen: true, formOpen: true });
      return { type: 'orderRead', order: world.order };
    case 'readOrder':
      return { type: 'orderRead', order: changed(world, {}) };
    case 'acceptAgreements':
      return { type: 'orderRead', order: changed(world, { agreementsOpen: false }) };
    case 'submitForm':
      return { type: 'orderRead', order: changed(world, { formOpen: false }) };
    case 'awaitOrder':
      changed(world, { state: 'approved' });
      return { type: 'orderNoticed', state: 'approved' };
    case 'chooseContainer':
      return { type: 'containerChosen', item: command.item, container: `new-${command.item}`, key: null };
    case 'createContainer':
      world.containers = [
        ...world.containers.filter(({ id }) => id !== command.container),
        { id: command.container, keys: [], certificates: [] },
      ];
      return { type: 'containerCreated', item: command.item };
    case 'generateKey': {
      const key = `key-${command.item}-${String(++world.keysMade)}`;
      world.containers = world.containers.map((container) =>
        container.id === command.container ? { ...container, keys: [key], certificates: [] } : container,
      );
      return { type: 'keyGenerated', item: command.item, key };
    }
    case 'signRequest':
      return { type: 'requestSigned', item: command.item, request: command.key };
    case 'submitRequest':
      return {
        type: 'orderRead',
        order: changedItem(world, command.item, { requestKey: command.request, state: 'issued' }),
      };
    case 'requestReissue':
      return {
        type: 'reissued',
        item: command.item,
        order: changedItem(world, command.item, { requestKey: null, state: 'awaitingRequest' }),
      };
    case 'fetchCertificates':
      return {
        type: 'issued',
        items: world.items.map(({ id, certificates }) => ({
          item: id,
          certificates: issued(id, certificates === 'dual'),
        })),
      };
    case 'proveCertificates':
      return { type: 'proved', item: command.item };
    case 'importEncryptionKey':
      putKey(world, command.container, `encryption-key-${command.item}`);
      return { type: 'encryptionKeyImported', item: command.item };
    case 'writeCertificate':
      putCertificate(world, command.container, `${command.use}-${command.item}`);
      return { type: 'certificateWritten', item: command.item, use: command.use };
    case 'testKey':
      return { type: 'tested', item: command.item };
    case 'rollBack':
      return { type: 'rolledBack' };
    case 'confirm':
      return { type: 'confirmed', order: changed(world, { state: 'confirmed' }) };
    case 'planSeal':
      return { type: 'sealPlanned', plan: world.seal };
    case 'keepSeal':
      return { type: 'sealKept' };
    case 'writeSeal':
      return { type: 'sealWritten' };
    case 'readOldStatus':
      return { type: 'oldStatusRead', revoked: true };
  }
}

export interface World {
  readonly mode: RenewalMode;
  readonly oldRevokedAt: 'issuance' | 'confirm' | 'later';
  readonly items: readonly OrderItemView[];
  readonly seal: SealPlan;
  containers: readonly ContainerFacts[];
  order: OrderView | null;
  keysMade: number;
  ordersCreated: number;
}

export function newWorld(change: Partial<World> = {}): World {
  return {
    mode: 'new',
    oldRevokedAt: 'confirm',
    items: [item('a')],
    seal: { kind: 'none', name: null, maker: null, object: null, replaces: false },
    containers: [oldFacts],
    order: null,
    keysMade: 0,
    ordersCreated: 0,
    ...change,
  };
}

function changed(world: World, change: Partial<OrderView>): OrderView {
  world.order = { ...(world.order ?? order()), ...change };
  return world.order;
}

function changedItem(world: World, id: string, change: Partial<OrderItemView>): OrderView {
  const items = (world.order ?? order()).items.map((known) =>
    known.id === id ? { ...known, ...change } : known,
  );
  return changed(world, { items });
}

function putKey(world: World, container: string, key: string): void {
  world.containers = world.containers.map((known) =>
    known.id === container ? { ...known, keys: [...known.keys, key] } : known,
  );
}

function putCertificate(world: World, container: string, certificate: string): void {
  world.containers = world.containers.map((known) =>
    known.id === container ? { ...known, certificates: [...known.certificates, certificate] } : known,
  );
}

/** Runs to the end; `interrupt` says after which commands the process dies before the answer is journalled. */
export function runToEnd(
  world: World,
  from: Step,
  interrupt: (count: number, command: Command) => 'none' | 'before' | 'after' = () => 'none',
): { readonly step: Step; readonly commands: readonly Command[] } {
  const commands: Command[] = [];
  let step = from;
  for (let count = 0; count < 400; count++) {
    const [state, command] = step;
    if (command === undefined) return { step, commands };
    const cut = interrupt(count, command);
    if (cut !== 'before') commands.push(command);
    if (cut === 'before') step = stepRenewal(state, { type: 'resumed' });
    else {
      const events = answer(command, world);
      step = cut === 'after' ? stepRenewal(state, { type: 'resumed' }) : play(events, step);
    }
  }
  throw new Error(`does not end: ${JSON.stringify(step)}`);
}

export function names(commands: readonly Command[]): readonly string[] {
  return commands.map((command) => command.do);
}

const asked = new WeakSet<World>();
export function once(world: World): boolean {
  if (asked.has(world)) return false;
  asked.add(world);
  return true;
}
