import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startRenewal, stepRenewal, phaseOf, type Step } from './step.ts';
import type {
  Command,
  ContainerFacts,
  IssuedCertificates,
  OrderItemView,
  OrderView,
  RenewalEvent,
  RenewalMode,
  RenewalRequest,
  RenewalState,
} from './state.ts';

const OLD = 'container-old';
const OLD_KEY = 'key-old';

function request(mode: RenewalMode | null = null): RenewalRequest {
  return {
    renewalId: 'renewal-1',
    token: 'token-1',
    gateway: 'http://127.0.0.1:1',
    profile: 'neutral',
    anchors: [],
    mode,
    old: {
      container: OLD,
      certificate: 'b2xk',
      encryptionCertificate: null,
      sha256: 'certificate-old',
      serial: '01',
      issuer: 'issuer',
      key: OLD_KEY,
      notAfter: 0,
    },
  };
}

function item(id: string, change: Partial<OrderItemView> = {}): OrderItemView {
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

function order(change: Partial<OrderView> = {}): OrderView {
  return {
    id: 'order-1',
    state: 'approved',
    text: '',
    agreementsOpen: false,
    formOpen: false,
    payment: null,
    items: [item('a')],
    ...change,
  };
}

function issued(id: string, dual = false): IssuedCertificates {
  return {
    signing: 'c2ln',
    signingSha256: `signing-${id}`,
    encryption: dual ? 'ZW5j' : null,
    encryptionSha256: dual ? `encryption-${id}` : null,
    encryptionKey: dual ? `encryption-key-${id}` : null,
    envelope: dual ? { form: 'x', data: 'AA==' } : null,
    chain: [],
  };
}

const oldFacts: ContainerFacts = { id: OLD, keys: [OLD_KEY], certificates: ['certificate-old'] };

function play(events: readonly RenewalEvent[], from: Step = startRenewal(request())): Step {
  return events.reduce<Step>(([state], event) => stepRenewal(state, event), from);
}

/** A world with a key and a CA that answers every command rightly; used to drive the machine to its end. */
function answer(command: Command, world: World): RenewalEvent {
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
      return { type: 'modeChosen', mode: world.mode };
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
    case 'readOldStatus':
      return { type: 'oldStatusRead', revoked: true };
  }
}

interface World {
  readonly mode: RenewalMode;
  readonly oldRevokedAt: 'issuance' | 'confirm' | 'later';
  readonly items: readonly OrderItemView[];
  containers: readonly ContainerFacts[];
  order: OrderView | null;
  keysMade: number;
  ordersCreated: number;
}

function newWorld(change: Partial<World> = {}): World {
  return {
    mode: 'new',
    oldRevokedAt: 'confirm',
    items: [item('a')],
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
function runToEnd(
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
      const event = answer(command, world);
      step = stepRenewal(state, cut === 'after' ? { type: 'resumed' } : event);
    }
  }
  throw new Error(`does not end: ${JSON.stringify(step)}`);
}

function names(commands: readonly Command[]): readonly string[] {
  return commands.map((command) => command.do);
}

describe('a renewal without trouble', () => {
  it('orders after preflight, makes the key, proves, writes the signing certificate, tests and confirms', () => {
    const { step, commands } = runToEnd(newWorld(), startRenewal(request()));
    expect(names(commands)).toEqual([
      'askConsent',
      'openToken',
      'openGateway',
      'readEligibility',
      'probeRoom',
      'createOrder',
      'awaitOrder',
      'readOrder',
      'acceptAgreements',
      'submitForm',
      'chooseContainer',
      'createContainer',
      'generateKey',
      'signRequest',
      'submitRequest',
      'fetchCertificates',
      'proveCertificates',
      'writeCertificate',
      'testKey',
      'confirm',
      'readOldStatus',
    ]);
    expect(phaseOf(step)).toBe('done');
  });

  it('imports the encryption key and writes its certificate before the signing certificate', () => {
    const world = newWorld({ items: [item('a', { algorithm: 'SM2', certificates: 'dual' })] });
    const { commands } = runToEnd(world, startRenewal(request()));
    const writes = commands.flatMap((command) => {
      if (command.do === 'writeCertificate') return [command.use];
      return command.do === 'importEncryptionKey' ? ['import'] : [];
    });
    expect(writes).toEqual(['import', 'encryption', 'signing']);
  });

  it('makes no key and no request where the CA certifies the same key without one', () => {
    const same = item('a', { key: 'sameKey', needsRequest: false, state: 'issued' });
    const { step, commands } = runToEnd(newWorld({ mode: 'same', items: [same] }), startRenewal(request()));
    expect(phaseOf(step)).toBe('done');
    expect(names(commands)).not.toContain('generateKey');
    expect(names(commands)).not.toContain('submitRequest');
    expect(commands.find(({ do: name }) => name === 'writeCertificate')).toMatchObject({ container: OLD });
  });

  it('asks for the point of no return before it orders in place, and logs in with the new key afterwards', () => {
    const world = newWorld({ mode: 'inPlace' });
    const { step, commands } = runToEnd(world, startRenewal(request()), (_count, command) =>
      command.do === 'signRequest' && world.keysMade === 1 && once(world) ? 'before' : 'none',
    );
    expect(phaseOf(step)).toBe('done');
    const consent = commands.findIndex(
      (command) => command.do === 'askConsent' && command.consents.includes('pointOfNoReturn'),
    );
    expect(consent).toBeGreaterThan(0);
    expect(consent).toBeLessThan(names(commands).indexOf('createOrder'));
    expect(commands.filter(({ do: name }) => name === 'openGateway')).toEqual([
      { do: 'openGateway', key: 'old' },
      { do: 'openGateway', key: 'new' },
    ]);
    expect(world.keysMade).toBe(1);
  });
});

const asked = new WeakSet<World>();
function once(world: World): boolean {
  if (asked.has(world)) return false;
  asked.add(world);
  return true;
}

describe('refusals before anything is paid', () => {
  it.each([
    { wanted: 'same', key: 'newKey' },
    { wanted: 'new', key: 'sameKey' },
    { wanted: 'inPlace', key: 'sameKey' },
  ] as const)('stops when the person chose $wanted and the CA decided $key', ({ wanted, key }) => {
    const world = newWorld({ mode: wanted, items: [item('a', { key })] });
    const { step, commands } = runToEnd(world, startRenewal(request(wanted)));
    expect(step[0].failure?.error).toEqual({ code: 'renewal.modeUnavailable', mode: wanted });
    expect(names(commands)).not.toContain('acceptAgreements');
  });
});

describe('a key that was lost', () => {
  it('is reissued for a new request when the CA has not been told it was delivered', () => {
    const world = newWorld();
    const before = runToEnd(world, startRenewal(request()), (_count, command) =>
      command.do === 'fetchCertificates' && once(world) ? 'before' : 'none',
    );
    expect(phaseOf(before.step)).toBe('done');
    const again = newWorld();
    const lost = runToEnd(again, startRenewal(request()), (_count, command) => {
      if (command.do !== 'fetchCertificates' || !once(again)) return 'none';
      again.containers = [oldFacts];
      return 'before';
    });
    expect(phaseOf(lost.step)).toBe('done');
    expect(names(lost.commands).filter((name) => name === 'requestReissue')).toHaveLength(1);
    expect(names(lost.commands).filter((name) => name === 'createOrder')).toHaveLength(1);
    expect(again.keysMade).toBe(2);
  });

  it('stops with renewal.keyLost when the certificate was already confirmed', () => {
    const world = newWorld({ containers: [oldFacts] });
    world.order = order({
      state: 'confirmed',
      items: [item('a', { state: 'confirmed', requestKey: 'gone' })],
    });
    const { step } = runToEnd(world, startRenewal(request()));
    expect(step[0].failure?.error).toEqual({ code: 'renewal.keyLost' });
  });
});

describe('same-key mode', () => {
  const failed = (oldRevokedAt: World['oldRevokedAt']) => {
    const same = item('a', { key: 'sameKey', needsRequest: false, state: 'issued' });
    const world = newWorld({ mode: 'same', items: [same], oldRevokedAt });
    let step = startRenewal(request());
    while (step[1] !== undefined && step[1].do !== 'testKey') {
      step = stepRenewal(step[0], answer(step[1], world));
    }
    return stepRenewal(step[0], {
      type: 'failed',
      during: 'testKey',
      error: { code: 'key.signatureInvalid' },
    });
  };

  it('writes the old certificate back when the new one does not pass its test', () => {
    const step = failed('confirm');
    expect(step[1]).toEqual({ do: 'rollBack', container: OLD });
    expect(phaseOf(stepRenewal(step[0], { type: 'rolledBack' }))).toBe('stopped');
  });

  it('only goes forward when the CA has revoked the old certificate at issuance', () => {
    const step = failed('issuance');
    expect(step[1]).toBeUndefined();
    expect(step[0].failure?.error).toEqual({ code: 'key.signatureInvalid' });
  });
});

const worlds = fc.record({
  mode: fc.constantFrom<RenewalMode>('new', 'inPlace'),
  oldRevokedAt: fc.constantFrom<World['oldRevokedAt']>('issuance', 'confirm', 'later'),
  dual: fc.boolean(),
  count: fc.integer({ min: 1, max: 3 }),
});

describe('interruption anywhere', () => {
  it('ends in done, with one order, one confirmation, and the old container untouched in new-container mode', () => {
    fc.assert(
      fc.property(
        worlds,
        fc.array(fc.constantFrom<'none' | 'before' | 'after'>('none', 'none', 'before', 'after'), {
          maxLength: 60,
          size: 'max',
        }),
        ({ mode, oldRevokedAt, dual, count }, cuts) => {
          const items = Array.from({ length: count }, (_, index) =>
            item(`item${String(index)}`, { certificates: dual ? 'dual' : 'single' }),
          );
          const world = newWorld({ mode, oldRevokedAt, items });
          const { step, commands } = runToEnd(
            world,
            startRenewal(request()),
            (index) => cuts[index] ?? 'none',
          );
          expect(phaseOf(step)).toBe('done');
          expect(world.ordersCreated).toBe(1);
          expect(step[0].items.map(({ key }) => key)).not.toContain(OLD_KEY);
          if (mode === 'new') {
            expect(world.containers.find(({ id }) => id === OLD)).toEqual(oldFacts);
            expect(commands.some((command) => 'container' in command && command.container === OLD)).toBe(
              false,
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

const items = ['a', 'b', 'unknown'];
const anyItem = fc.constantFrom(...items);
const anyEvent: fc.Arbitrary<RenewalEvent> = fc.oneof(
  fc.constant<RenewalEvent>({ type: 'consented', consents: ['oldRevoked'] }),
  fc.constant<RenewalEvent>({ type: 'tokenOpened', containers: [oldFacts] }),
  fc.constant<RenewalEvent>({ type: 'tokenClosed' }),
  fc.constant<RenewalEvent>({
    type: 'gatewayOpened',
    clockOffset: 0,
    oldRevokedAt: 'confirm',
    confirms: true,
  }),
  fc.constant<RenewalEvent>({ type: 'eligible' }),
  fc.constantFrom<RenewalMode>('new', 'same', 'inPlace').map((mode) => ({ type: 'modeChosen', mode })),
  fc.constantFrom('draft', 'unpaid', 'approved', 'issued', 'confirmed').chain((state) =>
    fc.constantFrom('order-1', 'order-2').map((id): RenewalEvent => ({
      type: 'orderRead',
      order: order({ id, state: state as OrderView['state'], items: [item('a'), item('b')] }),
    })),
  ),
  anyItem.map((id): RenewalEvent => ({
    type: 'containerChosen',
    item: id,
    container: `new-${id}`,
    key: null,
  })),
  anyItem.map((id): RenewalEvent => ({ type: 'containerChosen', item: id, container: OLD, key: null })),
  anyItem.map((id): RenewalEvent => ({ type: 'containerCreated', item: id })),
  anyItem.map((id): RenewalEvent => ({ type: 'keyGenerated', item: id, key: `key-${id}` })),
  anyItem.map((id): RenewalEvent => ({ type: 'requestSigned', item: id, request: `key-${id}` })),
  anyItem.map((id): RenewalEvent => ({ type: 'issued', items: [{ item: id, certificates: issued(id) }] })),
  anyItem.map((id): RenewalEvent => ({ type: 'proved', item: id })),
  anyItem.map((id): RenewalEvent => ({ type: 'certificateWritten', item: id, use: 'signing' })),
  anyItem.map((id): RenewalEvent => ({ type: 'certificateWritten', item: id, use: 'encryption' })),
  anyItem.map((id): RenewalEvent => ({ type: 'encryptionKeyImported', item: id })),
  anyItem.map((id): RenewalEvent => ({ type: 'tested', item: id })),
  fc.constant<RenewalEvent>({ type: 'confirmed', order: order({ items: [item('a'), item('b')] }) }),
  fc.constant<RenewalEvent>({ type: 'oldStatusRead', revoked: true }),
  fc.constant<RenewalEvent>({ type: 'resumed' }),
  fc.constant<RenewalEvent>({ type: 'rolledBack' }),
  fc.constant<RenewalEvent>({ type: 'failed', during: 'testKey', error: { code: 'token.removed' } }),
);

describe('events in any order and repetition', () => {
  it('never write an unproved certificate, never confirm an untested one, never touch the old key unasked', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 80, size: 'max' }), (events) => {
        let step = startRenewal(request());
        for (const event of events) {
          step = stepRenewal(step[0], event);
          expectInvariants(step);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('never take up another order, nor a second key for an item', () => {
    const [state] = play([
      { type: 'consented', consents: ['oldRevoked'] },
      { type: 'tokenOpened', containers: [oldFacts] },
      { type: 'orderRead', order: order() },
      { type: 'orderRead', order: order({ id: 'order-2' }) },
      { type: 'containerChosen', item: 'a', container: 'new-a', key: null },
      { type: 'containerCreated', item: 'a' },
      { type: 'keyGenerated', item: 'a', key: 'first' },
      { type: 'keyGenerated', item: 'a', key: 'second' },
    ]);
    expect(state.order?.id).toBe('order-1');
    expect(state.items[0]?.key).toBe('first');
  });
});

function expectInvariants([state, command]: Step): void {
  if (command === undefined) return;
  const target = 'item' in command ? state.items.find(({ id }) => id === command.item) : undefined;
  if (command.do === 'writeCertificate') {
    expect(target?.proved).toBe(true);
    if (command.use === 'signing' && target?.issued?.encryption != null) {
      expect(target.encryptionWritten).toBe(true);
    }
  }
  if (command.do === 'generateKey') {
    expect(target?.key).toBeNull();
    if (command.container === OLD) expect(isInPlaceAgreed(state)).toBe(true);
  }
  if (command.do === 'confirm') expect(state.items.every(({ tested }) => tested)).toBe(true);
  if (command.do === 'createOrder') expect(state.order).toBeNull();
  if (NEEDS_TOKEN.has(command.do)) expect(state.tokenOpen).toBe(true);
}

function isInPlaceAgreed(state: RenewalState): boolean {
  return state.mode === 'inPlace' && state.consents.includes('pointOfNoReturn');
}

const NEEDS_TOKEN: ReadonlySet<Command['do']> = new Set<Command['do']>([
  'createContainer',
  'generateKey',
  'signRequest',
  'writeCertificate',
  'testKey',
  'importEncryptionKey',
]);
