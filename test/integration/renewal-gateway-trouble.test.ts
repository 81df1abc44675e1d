import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayCall } from '../../src/contract/gateway.ts';
import { openFaultyGateway, type Fault, type FaultyGateway } from '../support/faulty-gateway.ts';
import { createForger, FORGERIES } from '../support/forged-answers.ts';
import { createRig, must, OLD_CONTAINER, type Rig } from '../support/renewal-rig.ts';
import { openSoftHsmToken, type TestToken } from '../support/tokens.ts';

let token: TestToken;
let front: FaultyGateway;
let rig: Rig;

beforeEach(async () => {
  token = await openSoftHsmToken();
  front = await openFaultyGateway();
  rig = await createRig({ provider: token.provider, pin: token.pin, front, timeoutMs: 400 });
});

afterEach(async () => {
  await rig.dispose();
  await front.close();
  await token.dispose();
});

/** Everything a renewal may leave behind when it went on after trouble: one order, one certificate, both keys. */
async function expectRenewedOnce(): Promise<void> {
  must(await rig.service.resume({ renewal: null }, rig.dialogue));
  const { orders } = must(await rig.sandbox.operator.listOrders({}));
  const { certificates } = must(await rig.sandbox.operator.listCertificates({}));
  const containers = await rig.containers();
  expect({
    orders: orders.map(({ state }) => state),
    confirmed: certificates.filter(({ confirmed, order }) => confirmed && order !== null).length,
    paid: orders.flatMap(({ history }) => history.filter(({ event }) => event === 'paid')).length,
    containers: containers.length,
  }).toEqual({ orders: ['confirmed'], confirmed: 1, paid: 1, containers: 2 });
}

const CALLS: readonly GatewayCall[] = [
  'requestChallenge',
  'login',
  'readEligibility',
  'createOrder',
  'acceptAgreements',
  'submitForm',
  'submitRequest',
  'fetchCertificates',
  'confirmCertificates',
];

describe('a gateway call that', () => {
  const faults: readonly {
    readonly fault: Fault;
    readonly code: string;
    readonly calls: readonly GatewayCall[];
  }[] = [
    { fault: { kind: 'loseAnswer' }, code: 'gateway.unreachable', calls: CALLS },
    { fault: { kind: 'drop' }, code: 'gateway.unreachable', calls: ['createOrder', 'submitRequest'] },
    { fault: { kind: 'neverAnswers' }, code: 'gateway.timeout', calls: ['login', 'submitRequest'] },
    {
      fault: { kind: 'status', status: 500 },
      code: 'gateway.failed',
      calls: ['createOrder', 'confirmCertificates'],
    },
    { fault: { kind: 'html' }, code: 'gateway.invalidAnswer', calls: ['createOrder', 'fetchCertificates'] },
    {
      fault: { kind: 'halfJson' },
      code: 'gateway.invalidAnswer',
      calls: ['submitRequest', 'fetchCertificates'],
    },
    { fault: { kind: 'cutOff' }, code: 'gateway.invalidAnswer', calls: ['submitRequest'] },
    { fault: { kind: 'endless' }, code: 'gateway.invalidAnswer', calls: ['fetchCertificates'] },
    {
      fault: { kind: 'redirect', location: 'http://127.0.0.1:9/' },
      code: 'gateway.redirected',
      calls: ['login', 'submitRequest'],
    },
  ];
  const cells = faults.flatMap(({ fault, code, calls }) => calls.map((call) => ({ call, fault, code })));

  it.each(cells)(
    'fails with $fault.kind at $call stops, and goes on later',
    async ({ call, fault, code }) => {
      front.fault(call, 1, fault);
      const before = (await rig.containers()).find(({ id }) => id === OLD_CONTAINER);
      const stopped = await rig.service.start(rig.input(), rig.dialogue);
      expect(stopped).toMatchObject({ ok: false, error: { error: { code }, resumable: true } });
      expect((await rig.containers()).find(({ id }) => id === OLD_CONTAINER)).toEqual(before);
      front.heal();
      await expectRenewedOnce();
    },
  );
});

describe('a gateway that speaks another version', () => {
  it('is named, and nothing is begun', async () => {
    front.fault('readInfo', 'every', {
      kind: 'rewrite',
      change: (answer: object) => ({ ...answer, protocol: 2 }),
    });
    expect(await rig.service.start(rig.input(), rig.dialogue)).toMatchObject({
      ok: false,
      error: { error: { code: 'gateway.version', found: '2' } },
    });
  });
});

describe('certificates that are not what was ordered', () => {
  const expected: Record<(typeof FORGERIES)[number], string> = {
    otherKey: 'certificate.keyMismatch',
    untrustedIssuer: 'certificate.badSignature',
    otherSubject: 'certificate.subjectMismatch',
    endsBeforeOld: 'certificate.validityMismatch',
    brokenSignature: 'certificate.badSignature',
    wrongUsage: 'certificate.usageMismatch',
    otherOrder: 'gateway.invalidAnswer',
  };

  it.each(FORGERIES)('(%s) are refused before anything is written', async (forgery) => {
    const forger = createForger(rig.caFolder);
    front.fault('fetchCertificates', 1, {
      kind: 'rewrite',
      change: (answer: Parameters<typeof forger.forge>[0]) => forger.forge(answer, forgery),
    });
    const before = await rig.containers();
    const stopped = await rig.service.start(rig.input(), rig.dialogue);
    expect(stopped).toMatchObject({ ok: false, error: { error: { code: expected[forgery] } } });
    const after = await rig.containers();
    expect(after.flatMap(({ certificates }) => certificates)).toEqual(
      before.flatMap(({ certificates }) => certificates),
    );
    front.heal();
    await expectRenewedOnce();
  });
});
