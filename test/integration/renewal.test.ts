import { X509Certificate } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyContainer } from '../../src/core/token/token.ts';
import { createRig, must, OLD_CONTAINER, type Rig, type RigOptions } from '../support/renewal-rig.ts';
import { openSoftHsmToken, type TestToken } from '../support/tokens.ts';

let token: TestToken;
let rig: Rig | null;

beforeEach(async () => {
  token = await openSoftHsmToken();
  rig = null;
});

afterEach(async () => {
  await rig?.dispose();
  await token.dispose();
});

async function setUp(options: Omit<RigOptions, 'provider' | 'pin'> = {}): Promise<Rig> {
  rig = await createRig({ provider: token.provider, pin: token.pin, ...options });
  return rig;
}

function endsOf(containers: readonly KeyContainer[]): readonly [string, string[]][] {
  return containers.map(({ id, certificates }) => [
    id,
    certificates.map(({ der }) => new X509Certificate(der).validTo),
  ]);
}

describe('renewal over PKCS#11', () => {
  it.each(['RSA-2048', 'EC-P256', 'EC-P384'] as const)(
    'renews %s with a new key beside the old one',
    async (algorithm) => {
      const { service, input, dialogue, containers } = await setUp({ algorithm });
      const before = await containers();
      const report = must(await service.start(input(), dialogue));
      const after = await containers();
      expect({ mode: report.mode, oldRevoked: report.oldRevoked, selfTest: report.selfTest }).toEqual({
        mode: 'new',
        oldRevoked: true,
        selfTest: { sign: true, verify: true },
      });
      expect(after.find(({ id }) => id === OLD_CONTAINER)).toEqual(before[0]);
      expect(endsOf(after)).toHaveLength(2);
      expect(Date.parse(report.after.notAfter)).toBeGreaterThan(Date.parse(report.before?.notAfter ?? ''));
    },
  );
});

/** [container, number of certificates, has its private key] of everything on the key. */
function shapeOf(containers: readonly KeyContainer[]): readonly unknown[] {
  return containers.map(({ id, certificates, keys }) => [
    id === OLD_CONTAINER ? 'old' : 'new',
    certificates.length,
    keys.some(({ hasPrivateKey }) => hasPrivateKey === true),
  ]);
}

describe('modes', () => {
  it('replaces the certificate over the same key when the person asks for it', async () => {
    const { service, input, dialogue, containers } = await setUp();
    const [before] = await containers();
    const report = must(await service.start(input({ mode: 'same' }), dialogue));
    const after = await containers();
    expect([report.mode, shapeOf(after)]).toEqual(['same', [['old', 1, true]]]);
    expect(after[0]?.keys).toEqual(before?.keys);
    expect(sha256Of(after[0])).toEqual([report.after.sha256]);
  });

  it('needs no request where the CA certifies the same key again by itself', async () => {
    const { service, input, dialogue, containers } = await setUp({
      settings: { rekey: 'sameKey', needsRequest: false },
      rules: { rekey: 'same' },
    });
    const report = must(await service.start(input(), dialogue));
    expect([report.mode, shapeOf(await containers())]).toEqual(['same', [['old', 1, true]]]);
    expect(report.steps.map(({ name }) => name)).not.toContain('signRequest');
  });

  it('re-keys the only container in place, with explicit consent before the order', async () => {
    const { service, input, dialogue, containers } = await setUp();
    const asked: string[] = [];
    const [before] = await containers();
    const report = must(
      await service.start(input({ mode: 'inPlace' }), {
        ...dialogue,
        giveConsent: (consents) => {
          asked.push(...consents);
          return Promise.resolve(true);
        },
        acceptAgreements: () => {
          asked.push('agreements');
          return Promise.resolve(true);
        },
      }),
    );
    const after = await containers();
    expect([report.mode, shapeOf(after)]).toEqual(['inPlace', [['old', 1, true]]]);
    expect(after[0]?.keys).not.toEqual(before?.keys);
    expect(asked).toEqual(['oldRevoked', 'pointOfNoReturn', 'agreements']);
  });

  it.each([
    { wanted: 'same', settings: { rekey: 'newKey' } },
    { wanted: 'new', settings: { rekey: 'sameKey' } },
  ] as const)(
    'stops before payment when the CA does not agree to mode $wanted',
    async ({ wanted, settings }) => {
      const { service, input, dialogue, containers } = await setUp({ settings });
      const before = await containers();
      const result = await service.start(input({ mode: wanted }), dialogue);
      expect(result).toMatchObject({
        ok: false,
        error: { error: { code: 'renewal.modeUnavailable', mode: wanted }, resumable: false },
      });
      expect(await containers()).toEqual(before);
    },
  );
});

describe('what CAs do differently', () => {
  it.each([
    {
      what: 'revokes the old certificate at issuance',
      settings: { oldRevokedAt: 'issuance' },
      oldRevoked: true,
    },
    { what: 'revokes the old certificate later', settings: { oldRevokedAt: 'later' }, oldRevoked: false },
    { what: 'has no confirm call', settings: { confirms: false }, oldRevoked: true },
    { what: 'issues from a successor', settings: { issuer: 'successor' }, oldRevoked: true },
    { what: 'maps the subject', settings: { mapOrganisationalUnit: '新部门' }, oldRevoked: true },
    { what: 'begins the certificate in the future', settings: { notBeforeDays: 5 }, oldRevoked: true },
    {
      what: 'counts from the day of issue',
      settings: { validity: { rule: 'fromIssue', days: 400 } },
      oldRevoked: true,
    },
  ] as const)('renews where the CA $what', async ({ settings, oldRevoked }) => {
    const { service, input, dialogue } = await setUp({ settings });
    const report = must(await service.start(input(), dialogue));
    expect([report.oldRevoked, report.selfTest]).toEqual([oldRevoked, { sign: true, verify: true }]);
  });

  it('writes every certificate of an order with several, each in a container of its own', async () => {
    const { service, input, dialogue, containers } = await setUp({
      settings: { items: ['same', 'RSA-2048'] },
    });
    const report = must(await service.start(input(), dialogue));
    expect(report.certificates).toHaveLength(2);
    expect(shapeOf(await containers())).toEqual(
      expect.arrayContaining([
        ['old', 1, true],
        ['new', 1, true],
        ['new', 1, true],
      ]),
    );
  });

  it('renews next the certificate that a successor issued, although the older one is still valid', async () => {
    const { service, input, dialogue } = await setUp({
      settings: { issuer: 'successor', oldRevokedAt: 'later', windowDays: 3660 },
      rules: { daysBefore: 3660 },
    });
    const first = must(await service.start(input(), dialogue));
    expect(must(await service.start(input(), dialogue)).before).toEqual(first.after);
  });

  it('renews an expired certificate where CA and profile allow it', async () => {
    const { service, input, dialogue } = await setUp({ daysLeft: -20 });
    expect(must(await service.start(input(), dialogue)).mode).toBe('new');
  });
});

describe('refused by a rule, with nothing changed on the key', () => {
  it.each([
    {
      what: 'expired, and the profile does not renew expired ones',
      options: { daysLeft: -2, rules: { expired: 'refused' } },
      error: { code: 'renewal.notEligible', reason: 'expired' },
    },
    {
      what: 'too early by the profile',
      options: { daysLeft: 80, rules: { daysBefore: 30 } },
      error: { code: 'renewal.notEligible', reason: 'tooEarly' },
    },
    {
      what: 'too early for the CA',
      options: { daysLeft: 80, settings: { windowDays: 30 } },
      error: { code: 'renewal.notEligible', reason: 'tooEarly' },
    },
    {
      what: 'a successor that the profile does not know',
      options: { settings: { issuer: 'successor' }, rules: { successors: [] } },
      error: { code: 'certificate.issuerMismatch' },
    },
    {
      what: 'a subject that may not change',
      options: { settings: { mapOrganisationalUnit: '别的部门' }, rules: { mutableSubject: [] } },
      error: { code: 'certificate.subjectMismatch' },
    },
    {
      what: 'an end that is not old end plus one year',
      options: {
        settings: { validity: { rule: 'fromIssue', days: 100 } },
        rules: { validity: { rule: 'oldEndPlus', years: 1, toleranceDays: 2 } },
      },
      error: { code: 'certificate.validityMismatch' },
    },
  ] as const)('$what', async ({ options, error }) => {
    const { service, input, dialogue, containers } = await setUp(options);
    const [before] = await containers();
    expect(await service.start(input(), dialogue)).toMatchObject({ ok: false, error: { error } });
    const after = await containers();
    expect(after.find(({ id }) => id === OLD_CONTAINER)).toEqual(before);
    expect(after.flatMap(({ certificates }) => certificates)).toEqual(before?.certificates);
  });
});

describe('the clock', () => {
  it.each([400, -400])('of a computer that is wrong by %d days does not decide', async (days) => {
    const { service, input, dialogue } = await setUp({ clockError: days * 86_400_000 });
    expect(must(await service.start(input(), dialogue)).mode).toBe('new');
  });
});

describe('the PIN', () => {
  it('is tried once when it is wrong, and the renewal can go on later with the right one', async () => {
    const { service, input, dialogue } = await setUp();
    const typed: (string | null)[] = [];
    const wrong = await service.start(input(), {
      ...dialogue,
      askPin: ({ previous }) => {
        typed.push(previous?.code ?? null);
        return Promise.resolve(
          previous === null ? { pin: Buffer.from('000000'), acceptLastTry: false } : null,
        );
      },
    });
    expect([wrong.ok ? null : wrong.error.error.code, typed]).toEqual([
      'pin.incorrect',
      [null, 'pin.incorrect'],
    ]);
    expect(must(await service.resume({ renewal: null }, dialogue)).mode).toBe('new');
  });
});

describe('an order that waits', () => {
  it('is found again without a PIN, and goes on when it was paid and approved', async () => {
    const { service, input, dialogue, sandbox } = await setUp({ settings: { auto: false } });
    const stopped = await service.start(input(), dialogue);
    expect(stopped).toMatchObject({ ok: false, error: { error: { code: 'order.unpaid' }, resumable: true } });
    const noPin = { ...dialogue, askPin: () => Promise.reject(new Error('asked for a PIN')) };
    expect(await service.resume({ renewal: null }, noPin)).toMatchObject({
      ok: false,
      error: { error: { code: 'order.unpaid' } },
    });
    must(await sandbox.operator.pay({ order: null }));
    expect(await service.resume({ renewal: null }, noPin)).toMatchObject({
      ok: false,
      error: { error: { code: 'order.inReview' } },
    });
    must(await sandbox.operator.approve({ order: null }));
    expect(must(await service.resume({ renewal: null }, dialogue)).mode).toBe('new');
    const { orders } = must(await sandbox.operator.listOrders({}));
    expect(orders.map(({ state }) => state)).toEqual(['confirmed']);
  });

  it('is not ordered a second time while it is open', async () => {
    const { service, input, dialogue } = await setUp({ settings: { auto: false } });
    await service.start(input(), dialogue);
    expect(await service.start(input(), dialogue)).toMatchObject({
      ok: false,
      error: { error: { code: 'renewal.unfinished' } },
    });
  });

  it('is taken up again when this computer has forgotten it', async () => {
    const { service, input, dialogue, sandbox, data } = await setUp({ settings: { auto: false } });
    await service.start(input(), dialogue);
    await rm(data.renewals, { recursive: true });
    await mkdir(data.renewals);
    must(await sandbox.operator.pay({ order: null }));
    must(await sandbox.operator.approve({ order: null }));
    expect(must(await service.start(input(), dialogue)).mode).toBe('new');
    const { orders } = must(await sandbox.operator.listOrders({}));
    expect(orders).toHaveLength(1);
  });

  it('stops with the words of the CA when it was rejected, and goes on with a corrected form', async () => {
    const { service, input, dialogue, sandbox } = await setUp({ settings: { auto: false } });
    await service.start(input(), dialogue);
    must(await sandbox.operator.pay({ order: null }));
    must(await sandbox.operator.reject({ order: null, text: '营业执照不清晰' }));
    expect(await service.resume({ renewal: null }, dialogue)).toMatchObject({
      ok: false,
      error: { error: { code: 'order.rejected', text: '营业执照不清晰' }, resumable: true },
    });
    const forms: number[] = [];
    const correcting = {
      ...dialogue,
      fillForm: (fields: Parameters<typeof dialogue.fillForm>[0]) => {
        forms.push(fields.length);
        return dialogue.fillForm(fields);
      },
    };
    expect(await service.resume({ renewal: null }, correcting)).toMatchObject({
      ok: false,
      error: { error: { code: 'order.inReview' } },
    });
    expect(forms).toHaveLength(1);
    must(await sandbox.operator.approve({ order: null }));
    expect(must(await service.resume({ renewal: null }, dialogue)).mode).toBe('new');
  });
});

function sha256Of(container: KeyContainer | undefined): readonly string[] {
  return (container?.certificates ?? []).map(({ der }) =>
    new X509Certificate(der).fingerprint256.replaceAll(':', '').toLowerCase(),
  );
}
