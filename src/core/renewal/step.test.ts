import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answer,
  issued,
  item,
  names,
  newWorld,
  OLD,
  OLD_KEY,
  oldFacts,
  once,
  order,
  play,
  request,
  runToEnd,
  type World,
} from '../../../test/support/renewal-world.ts';
import type { Command, OrderView, RenewalEvent, RenewalMode, RenewalState } from './state.ts';
import { phaseOf, startRenewal, stepRenewal, type Step } from './step.ts';

describe('a renewal without trouble', () => {
  it('orders after preflight, makes the key, proves, writes the signing certificate, tests and confirms', () => {
    const { step, commands } = runToEnd(newWorld(), startRenewal(request()));
    expect(names(commands)).toEqual([
      'openToken',
      'openGateway',
      'readEligibility',
      'probeRoom',
      'askConsent',
      'createOrder',
      'planSeal',
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
    const world = newWorld({ items: [item('a', { certificates: 'dual' })] });
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
      { do: 'openGateway', by: 'oldKey' },
      { do: 'openGateway', by: 'newKey' },
    ]);
    expect(world.keysMade).toBe(1);
  });
});

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

describe('a first issue', () => {
  const first = { ...request('new'), old: null, reference: '2026-1' };
  const orderOfCode = order({ items: [item('a', { algorithm: 'SM2', certificates: 'dual' })] });

  it('opens with its code before it asks for a PIN, and replaces nothing', () => {
    const world = newWorld({ items: orderOfCode.items, containers: [] });
    world.order = orderOfCode;
    const { step, commands } = runToEnd(world, startRenewal(first));
    expect(names(commands)).toEqual([
      'openGateway',
      'openToken',
      'probeRoom',
      'planSeal',
      'chooseContainer',
      'createContainer',
      'generateKey',
      'signRequest',
      'submitRequest',
      'fetchCertificates',
      'proveCertificates',
      'importEncryptionKey',
      'writeCertificate',
      'writeCertificate',
      'testKey',
      'confirm',
    ]);
    expect(phaseOf(step)).toBe('done');
  });

  it('asks before it adds a certificate to a key that holds others', () => {
    const world = newWorld({ items: orderOfCode.items });
    world.order = orderOfCode;
    const { step, commands } = runToEnd(world, startRenewal(first));
    expect(commands.filter(({ do: name }) => name === 'askConsent')).toEqual([
      { do: 'askConsent', consents: ['besideOthers'] },
    ]);
    expect(phaseOf(step)).toBe('done');
    expect(world.containers.find(({ id }) => id === OLD)).toEqual(oldFacts);
  });
});

describe('an upgrade to another kind of key', () => {
  it('is refused before payment where no anchor is named for it', () => {
    const world = newWorld({ items: [item('a', { algorithm: 'SM2', certificates: 'dual' })] });
    const { step, commands } = runToEnd(world, startRenewal(request()));
    expect(step[0].failure?.error).toEqual({ code: 'renewal.anchorNeeded', algorithm: 'SM2' });
    expect(names(commands)).not.toContain('acceptAgreements');
  });

  it('makes a key of the new kind on trial before payment', () => {
    const world = newWorld({ items: [item('a', { algorithm: 'SM2', certificates: 'dual' })] });
    const { commands } = runToEnd(world, startRenewal({ ...request(), anchors: ['cm9vdA=='] }));
    const probes = commands.filter(({ do: name }) => name === 'probeRoom');
    expect(probes).toEqual([
      { do: 'probeRoom', algorithm: null },
      { do: 'probeRoom', algorithm: 'SM2' },
    ]);
    expect(names(commands).lastIndexOf('probeRoom')).toBeLessThan(
      names(commands).indexOf('acceptAgreements'),
    );
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
      step = play(answer(step[1], world), step);
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
  fc
    .constantFrom<RenewalMode>('new', 'same', 'inPlace')
    .map((mode): RenewalEvent => ({ type: 'roomProbed', mode, algorithm: null })),
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
