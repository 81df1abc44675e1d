// The rehearsal CA over real HTTP with software keys: the whole life of an order, and every switch.

import { afterEach, describe, expect, it } from 'vitest';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import type { SettingsChange } from '../../src/sandbox/settings.ts';
import { createApplicant, provisionHolder, type Applicant, type Holder } from '../support/applicant.ts';
import {
  createSoftwareKey,
  freshIdempotencyKey,
  hashOfCertificate,
  logIn,
  loginBody,
  referenceTo,
  requestFor,
  valueOf,
} from '../support/key-holder.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';

const DAY = 86_400_000;
const open: TestSandbox[] = [];

afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

async function begin(settings: SettingsChange = {}, daysLeft = 12) {
  const sandbox = await openTestSandbox({ settings });
  open.push(sandbox);
  const holder = await provisionHolder(sandbox.operator, { daysLeft });
  const client = sandbox.client();
  const applicant = createApplicant(() => client, holder);
  await applicant.logIn();
  return { sandbox, holder, client, applicant };
}

async function apply(applicant: Applicant, key: 'newKey' | 'sameKey' | null = null) {
  await applicant.createOrder(key);
  await applicant.acceptAgreements();
  return applicant.submitForm();
}

async function renew(applicant: Applicant): Promise<string> {
  await apply(applicant);
  await applicant.submitRequest();
  const { items } = await applicant.fetch();
  await applicant.confirm();
  return items[0]!.signing;
}

function read(certificate: string) {
  return valueOf(parseCertificate(Buffer.from(certificate, 'base64')));
}

async function statusOf(sandbox: TestSandbox, { certificate }: Holder) {
  const answer = await sandbox.client().call('readStatus', { query: referenceTo(certificate) });
  return valueOf(answer).status;
}

describe('an order', () => {
  it('goes from draft to confirmed, by way of payment and review', async () => {
    const { sandbox, applicant } = await begin({ auto: false });
    const states = [(await applicant.createOrder()).state, (await applicant.acceptAgreements()).state];
    states.push((await applicant.submitForm()).state);
    valueOf(await sandbox.operator.pay({ order: null }));
    states.push((await applicant.readOrder()).state);
    valueOf(await sandbox.operator.approve({ order: null }));
    states.push((await applicant.readOrder()).state, (await applicant.submitRequest()).state);
    await applicant.fetch();
    states.push((await applicant.confirm()).state);
    expect(states).toEqual(['draft', 'draft', 'unpaid', 'inReview', 'approved', 'issued', 'confirmed']);
  });

  it('shows what to pay as the text of a QR code', async () => {
    const { applicant } = await begin({ auto: false, feeFen: 35_000 });
    const { payment, id } = await apply(applicant);
    expect(payment).toEqual({ amountFen: 35_000, qr: `ca-rehearsal-pay:${id}?amountFen=35000` });
  });

  it('needs no payment where the CA takes no fee', async () => {
    const { applicant } = await begin({ auto: false, feeFen: 0 });
    const { payment, state } = await apply(applicant);
    expect({ payment, state }).toEqual({ payment: null, state: 'inReview' });
  });

  it.each([
    ['unpaid', 'order.unpaid'],
    ['inReview', 'order.inReview'],
  ] as const)('refuses a request while it is %s', async (state, code) => {
    const { sandbox, applicant } = await begin({ auto: false });
    const { items } = await apply(applicant);
    if (state === 'inReview') valueOf(await sandbox.operator.pay({ order: null }));
    const request = requestFor(applicant.newKey, items[0]!.subject);
    const answer = await applicant.try('submitRequest', { item: '1', request });
    expect(answer).toEqual({ ok: false, error: { code, orderId: applicant.orderId } });
  });

  it('can be corrected after a rejection and is not paid again', async () => {
    const { sandbox, applicant } = await begin({ auto: false });
    await apply(applicant);
    valueOf(await sandbox.operator.pay({ order: null }));
    valueOf(await sandbox.operator.reject({ order: null, text: '手机号码不是经办人本人的。' }));
    const rejected = await applicant.readOrder();
    const corrected = valueOf(
      await applicant.try('submitForm', { values: { handler: '李四', mobile: '13900000000' } }),
    );
    expect([rejected.text, corrected]).toMatchObject([
      '手机号码不是经办人本人的。',
      { state: 'inReview', text: '正在审核。' },
    ]);
    const { orders } = valueOf(await sandbox.operator.listOrders({}));
    expect(orders[0]!.history.map(({ event }) => event)).toEqual([
      'created',
      'agreementsAccepted',
      'formSubmitted',
      'paid',
      'rejected',
      'formSubmitted',
    ]);
  });

  it('waits while it is frozen and goes on afterwards', async () => {
    const { sandbox, applicant } = await begin();
    await apply(applicant);
    valueOf(await sandbox.operator.freeze({ order: null }));
    const frozen = await applicant.try('fetchCertificates', {});
    valueOf(await sandbox.operator.unfreeze({ order: null }));
    expect([frozen, (await applicant.readOrder()).state]).toEqual([
      { ok: false, error: { code: 'order.frozen', orderId: applicant.orderId } },
      'approved',
    ]);
  });

  it('exists once for a certificate, and the refusal of a second names it', async () => {
    const { applicant, client, holder } = await begin();
    const first = await applicant.createOrder();
    const again = await applicant.createOrder();
    const second = await client.call('createOrder', {
      body: { kind: 'renew', replaces: referenceTo(holder.certificate), key: null },
      idempotencyKey: freshIdempotencyKey(),
    });
    expect([again, second]).toEqual([
      first,
      { ok: false, error: { code: 'order.conflict', orderId: first.id, state: 'draft' } },
    ]);
  });

  it('is refused an answer when an idempotency key comes back with something else', async () => {
    const { client, holder } = await begin();
    const idempotencyKey = freshIdempotencyKey();
    const create = (key: 'newKey' | null) =>
      client.call('createOrder', {
        body: { kind: 'renew', replaces: referenceTo(holder.certificate), key },
        idempotencyKey,
      });
    valueOf(await create(null));
    expect(await create('newKey')).toMatchObject({
      error: { code: 'gateway.refused', reason: 'idempotencyConflict' },
    });
  });

  it('can be asked about without a PIN, by issuer and serial', async () => {
    const { sandbox, applicant, holder } = await begin();
    const { id } = await applicant.createOrder();
    const answer = await sandbox.client().call('lookUpOrders', { query: referenceTo(holder.certificate) });
    expect(valueOf(answer).orders).toEqual([{ id, kind: 'renew', state: 'draft' }]);
  });

  it('is not shown to another person', async () => {
    const { sandbox, applicant } = await begin();
    const { id } = await applicant.createOrder();
    const stranger = await provisionHolder(sandbox.operator);
    const client = sandbox.client();
    valueOf(await logIn(client, stranger.key, stranger.certificate));
    expect(await client.call('readOrder', { params: { orderId: id } })).toEqual({
      ok: false,
      error: { code: 'order.notFound', orderId: id },
    });
  });

  it('gets a reference number, and an authorisation code at approval', async () => {
    const { sandbox, applicant } = await begin({ auto: false });
    const { id } = await apply(applicant);
    const before = valueOf(await sandbox.operator.reference({ order: id }));
    valueOf(await sandbox.operator.pay({ order: before.referenceNumber }));
    valueOf(await sandbox.operator.approve({ order: before.referenceNumber }));
    const after = valueOf(await sandbox.operator.reference({ order: null }));
    expect([before, after]).toEqual([
      { order: id, referenceNumber: expect.stringMatching(/^YL-\d{8}[0-9A-F]{8}$/), authorisationCode: null },
      { ...before, authorisationCode: expect.stringMatching(/^[A-Za-z2-9]{20}$/) },
    ]);
  });

  it('for a further certificate leaves the first one alone', async () => {
    const { sandbox, client, holder } = await begin({ validity: { rule: 'fromIssue', days: 365 } });
    const created = valueOf(
      await client.call('createOrder', {
        body: { kind: 'new', replaces: null, key: null },
        idempotencyKey: freshIdempotencyKey(),
      }),
    );
    expect(created).toMatchObject({ kind: 'new', replaces: null, items: [{ key: 'newKey' }] });
    expect(await statusOf(sandbox, holder)).toBe('good');
  });
});

describe('a request', () => {
  const wrongRequests = {
    'of another key algorithm': (subject: string) => requestFor(createSoftwareKey('EC-P384'), subject),
    'with a wrong signature': (subject: string) => {
      const bytes = Buffer.from(requestFor(createSoftwareKey('RSA-2048'), subject), 'base64');
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      return bytes.toString('base64');
    },
    'for somebody else': () =>
      requestFor(
        createSoftwareKey(),
        Buffer.from('300e310c300a06035504030c03786978', 'hex').toString('base64'),
      ),
    'that is rubbish': () => Buffer.from('rubbish').toString('base64'),
  };

  it.each(Object.entries(wrongRequests))('%s is refused', async (_name, make) => {
    const { applicant } = await begin();
    const { items } = await apply(applicant);
    const answer = await applicant.try('submitRequest', { item: '1', request: make(items[0]!.subject) });
    expect(answer).toMatchObject({ error: { code: 'gateway.refused', reason: 'badCertificateRequest' } });
  });

  it('for a key that has a certificate already is refused', async () => {
    const { applicant, holder } = await begin();
    const { items } = await apply(applicant);
    const request = requestFor(holder.key, items[0]!.subject);
    expect(await applicant.try('submitRequest', { item: '1', request })).toMatchObject({
      error: { code: 'gateway.refused', text: '这个密钥已经有证书，请生成新的密钥。' },
    });
  });

  it('with a second key for the same item is a conflict', async () => {
    const { applicant } = await begin();
    const { items } = await apply(applicant);
    await applicant.submitRequest();
    const request = requestFor(createSoftwareKey(), items[0]!.subject);
    expect(await applicant.try('submitRequest', { item: '1', request })).toEqual({
      ok: false,
      error: { code: 'order.conflict', orderId: applicant.orderId, state: 'issued' },
    });
  });

  it('names the key by which its owner may log in before having a certificate for it', async () => {
    const { sandbox, applicant } = await begin();
    await apply(applicant);
    await applicant.submitRequest();
    const client = sandbox.client();
    valueOf(await logIn(client, applicant.newKey, null));
    const order = valueOf(await client.call('readOrder', { params: { orderId: applicant.orderId } }));
    expect(order.items[0]).toMatchObject({ state: 'issued', requestKey: applicant.newKey.hash });
  });
});

describe('a lost key', () => {
  it('gets a new certificate without a second payment, and only the last one is confirmed', async () => {
    const { sandbox, applicant, holder } = await begin();
    await apply(applicant);
    await applicant.submitRequest();
    const lost = (await applicant.fetch()).items[0]!.signing;
    const reissued = await applicant.reissue();
    await applicant.submitRequest('1', createSoftwareKey());
    await applicant.fetch();
    const done = await applicant.confirm();
    expect([reissued.items[0], done.state]).toMatchObject([
      { state: 'awaitingRequest', requestKey: null },
      'confirmed',
    ]);
    const { certificates } = valueOf(await sandbox.operator.listCertificates({}));
    expect(certificates.map(({ status, confirmed }) => [status, confirmed])).toEqual([
      ['revoked', false],
      ['revoked', false],
      ['good', true],
    ]);
    expect([await statusOf(sandbox, holder), hashOfCertificate(lost)]).toEqual([
      'revoked',
      certificates[1]!.sha256,
    ]);
    const events = valueOf(await sandbox.operator.listOrders({})).orders[0]!.history;
    expect(events.filter(({ event }) => event === 'paid')).toHaveLength(1);
  });

  it('can confirm nothing any more', async () => {
    const { applicant } = await begin();
    await apply(applicant);
    await applicant.submitRequest();
    const { items } = await applicant.fetch();
    await applicant.reissue();
    const answer = await applicant.try('confirmCertificates', {
      certificates: [hashOfCertificate(items[0]!.signing)],
    });
    expect(answer).toMatchObject({ error: { code: 'order.conflict', state: 'approved' } });
  });

  it('is not replaced after the confirmation', async () => {
    const { applicant } = await begin();
    await renew(applicant);
    expect(await applicant.try('reissueItem', { item: '1' })).toMatchObject({
      error: { code: 'order.conflict', state: 'confirmed' },
    });
  });
});

describe('the old certificate', () => {
  it.each([
    ['issuance', ['good', 'revoked', 'revoked', 'revoked']],
    ['confirm', ['good', 'good', 'revoked', 'revoked']],
    ['later', ['good', 'good', 'good', 'revoked']],
  ] as const)('is revoked at %s', async (oldRevokedAt, expected) => {
    const { sandbox, applicant, holder } = await begin({ oldRevokedAt, oldRevokedAfterDays: 7 });
    await apply(applicant);
    const seen = [await statusOf(sandbox, holder)];
    await applicant.submitRequest();
    seen.push(await statusOf(sandbox, holder));
    await applicant.fetch();
    await applicant.confirm();
    seen.push(await statusOf(sandbox, holder));
    sandbox.now += 8 * DAY;
    seen.push(await statusOf(sandbox, holder));
    expect(seen).toEqual(expected);
  });

  it('may still log in after its order has revoked it, to fetch what was issued', async () => {
    const { sandbox, applicant, holder } = await begin({ oldRevokedAt: 'issuance' });
    await apply(applicant);
    await applicant.submitRequest();
    const client = sandbox.client();
    valueOf(await logIn(client, holder.key, holder.certificate));
    const fetched = await client.call('fetchCertificates', { params: { orderId: applicant.orderId } });
    expect(valueOf(fetched).items).toHaveLength(1);
  });

  it('may not log in after it was revoked for another reason', async () => {
    const { sandbox, holder } = await begin();
    valueOf(await sandbox.operator.revokeCertificate({ certificate: referenceTo(holder.certificate) }));
    expect(await logIn(sandbox.client(), holder.key, holder.certificate)).toEqual({
      ok: false,
      error: { code: 'gateway.loginRefused' },
    });
  });

  it('can be revoked by its holder and is then no longer good', async () => {
    const { sandbox, client, holder } = await begin();
    const revoked = await client.call('revoke', {
      body: { certificate: referenceTo(holder.certificate), reason: 'keyCompromise' },
      idempotencyKey: freshIdempotencyKey(),
    });
    expect([valueOf(revoked).status, await statusOf(sandbox, holder)]).toEqual(['revoked', 'revoked']);
  });
});

describe('a switch', () => {
  it('without a confirm call takes the first fetch for the delivery', async () => {
    const { sandbox, applicant, holder } = await begin({ confirms: false });
    await apply(applicant);
    await applicant.submitRequest();
    await applicant.fetch();
    expect([(await applicant.readOrder()).state, await statusOf(sandbox, holder)]).toEqual([
      'confirmed',
      'revoked',
    ]);
  });

  it('for the same key certifies the old key again', async () => {
    const { applicant, holder } = await begin({ rekey: 'sameKey' });
    const { items } = await apply(applicant);
    await applicant.submitRequest('1', holder.key);
    const { items: fetched } = await applicant.fetch();
    expect(items[0]).toMatchObject({ key: 'sameKey', needsRequest: true, state: 'awaitingRequest' });
    expect(Buffer.from(read(fetched[0]!.signing).spki)).toEqual(Buffer.from(holder.key.spki));
  });

  it('for the same key without a request issues at approval', async () => {
    const { applicant, holder } = await begin({ rekey: 'sameKey', needsRequest: false });
    const order = await apply(applicant);
    expect(order).toMatchObject({
      state: 'issued',
      items: [{ key: 'sameKey', needsRequest: false, state: 'issued', requestKey: holder.key.hash }],
    });
  });

  it('leaves the choice of the key to the client where it is `asked`', async () => {
    const { applicant } = await begin();
    expect((await apply(applicant, 'sameKey')).items[0]!.key).toBe('sameKey');
  });

  it('makes the new certificate valid from a later day', async () => {
    const { sandbox, applicant } = await begin({ notBeforeDays: 3 });
    const { notBefore } = read(await renew(applicant));
    expect(notBefore).toBe(Math.floor(sandbox.now / 1000) * 1000 + 3 * DAY);
  });

  it('adds a year to the old end, or counts days from issue', async () => {
    const plusYear = await begin();
    const oldEnd = new Date(read(plusYear.holder.certificate).notAfter);
    oldEnd.setUTCFullYear(oldEnd.getUTCFullYear() + 1);
    expect(read(await renew(plusYear.applicant)).notAfter).toBe(oldEnd.getTime());
    const fromIssue = await begin({ validity: { rule: 'fromIssue', days: 100 } });
    const { notBefore, notAfter } = read(await renew(fromIssue.applicant));
    expect(notAfter - notBefore).toBe(100 * DAY);
  });

  it('lets a successor CA issue', async () => {
    const { applicant, holder } = await begin({ issuer: 'successor' });
    const renewed = read(await renew(applicant));
    expect([read(holder.certificate), renewed].map(({ issuer }) => issuer.commonName)).toEqual([
      '演练签发机构 G1',
      '演练签发机构 G2',
    ]);
  });

  it('maps the unit of the subject and keeps the rest', async () => {
    const { applicant, holder } = await begin({ mapOrganisationalUnit: '采购部' });
    const renewed = read(await renew(applicant));
    expect([read(holder.certificate), renewed].map(({ subject }) => subject.display)).toEqual([
      'C=CN, O=某某公司, OU=投标部, CN=张三',
      'C=CN, O=某某公司, OU=采购部, CN=张三',
    ]);
  });

  it('puts several certificates into one order, which is done when all are', async () => {
    const { applicant } = await begin({ items: ['same', 'RSA-2048'] });
    await apply(applicant);
    const first = await applicant.submitRequest('1');
    const second = await applicant.submitRequest('2', createSoftwareKey('RSA-2048'));
    const { items } = await applicant.fetch();
    const partly = valueOf(
      await applicant.try('confirmCertificates', { certificates: [hashOfCertificate(items[0]!.signing)] }),
    );
    const done = await applicant.confirm();
    expect([first.state, second.state, partly, done.state]).toMatchObject([
      'approved',
      'issued',
      { state: 'issued', items: [{ state: 'confirmed' }, { state: 'issued' }] },
      'confirmed',
    ]);
  });
});

describe('eligibility', () => {
  const verdict = async (settings: SettingsChange, daysLeft: number) => {
    const { client, holder } = await begin(settings, daysLeft);
    const answer = await client.call('readEligibility', { query: referenceTo(holder.certificate) });
    const { eligible, reason } = valueOf(answer);
    return { eligible, reason };
  };

  it.each([
    [12, {}, { eligible: true, reason: null }],
    [400, {}, { eligible: false, reason: 'tooEarly' }],
    [-3, {}, { eligible: true, reason: null }],
    [-3, { allowExpired: false }, { eligible: false, reason: 'expired' }],
    [-800, {}, { eligible: false, reason: 'expired' }],
    [40, { windowDays: 30 }, { eligible: false, reason: 'tooEarly' }],
  ] as const)('with %i days left and %o', async (daysLeft, settings, expected) => {
    expect(await verdict(settings, daysLeft)).toEqual(expected);
  });

  it('names the first day in Beijing time', async () => {
    const { client, holder } = await begin({ windowDays: 30 }, 100);
    const answer = await client.call('readEligibility', { query: referenceTo(holder.certificate) });
    const opens = read(holder.certificate).notAfter - 30 * DAY + 8 * 3_600_000;
    expect(valueOf(answer).day).toBe(new Date(opens).toISOString().slice(0, 10));
  });

  it('is decided by the clock of the CA', async () => {
    const { sandbox, client, holder } = await begin({ windowDays: 30 }, 40);
    valueOf(await sandbox.operator.changeSettings({ clockOffsetSeconds: 15 * 86_400 }));
    valueOf(await logIn(client, holder.key, holder.certificate));
    const answer = await client.call('readEligibility', { query: referenceTo(holder.certificate) });
    expect(valueOf(answer)).toMatchObject({
      eligible: true,
      reason: null,
      serverTime: new Date(sandbox.now + 15 * DAY).toISOString(),
    });
  });

  it('is refused for a frozen certificate, a foreign one, and one that was renewed', async () => {
    const { sandbox, client, holder, applicant } = await begin({ oldRevokedAt: 'later' });
    const certificate = referenceTo(holder.certificate);
    const reason = async (query = certificate) =>
      valueOf(await client.call('readEligibility', { query })).reason;
    valueOf(await sandbox.operator.freezeCertificate({ certificate }));
    const reasons = [await reason(), await reason({ ...certificate, serial: 'AA' })];
    valueOf(await sandbox.operator.unfreezeCertificate({ certificate }));
    await renew(applicant);
    reasons.push(await reason());
    sandbox.now += 31 * DAY;
    await applicant.logIn();
    reasons.push(await reason());
    expect(reasons).toEqual(['frozen', 'notIssuedHere', 'refusedByCa', 'revoked']);
  });
});

describe('a login', () => {
  it('uses up its challenge, also when it fails', async () => {
    const { sandbox, holder } = await begin();
    const client = sandbox.client();
    const { nonce } = valueOf(await client.call('requestChallenge', { body: { purpose: 'renewal' } }));
    const body = loginBody(client.origin, holder.key, holder.certificate, nonce);
    const wrong = await client.call('login', { body: { ...body, signature: 'AAAA' } });
    const replayed = await client.call('login', { body });
    expect([wrong, replayed].map((answer) => answer.ok)).toEqual([false, false]);
  });

  it('for another gateway is worth nothing here', async () => {
    const { sandbox, holder } = await begin();
    const client = sandbox.client();
    const { nonce } = valueOf(await client.call('requestChallenge', { body: { purpose: 'renewal' } }));
    const body = loginBody('https://ra.example.cn', holder.key, holder.certificate, nonce);
    expect(await client.call('login', { body })).toEqual({
      ok: false,
      error: { code: 'gateway.loginRefused' },
    });
  });

  it('must come within five minutes of its challenge', async () => {
    const { sandbox, holder } = await begin();
    const client = sandbox.client();
    const { nonce } = valueOf(await client.call('requestChallenge', { body: { purpose: 'renewal' } }));
    sandbox.now += 5 * 60_000;
    const body = loginBody(client.origin, holder.key, holder.certificate, nonce);
    expect((await client.call('login', { body })).ok).toBe(false);
  });

  it('lasts a day', async () => {
    const { sandbox, applicant, client } = await begin();
    const { id } = await applicant.createOrder();
    sandbox.now += DAY;
    expect(await client.call('readOrder', { params: { orderId: id } })).toEqual({
      ok: false,
      error: { code: 'gateway.loginRefused' },
    });
  });
});
