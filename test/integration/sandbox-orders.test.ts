// The rehearsal CA over real HTTP with software keys: the whole life of an order.

import { afterEach, describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/core/certificate/names.ts';
import { apply, begin, closeSandboxes, renew, statusOf } from '../support/begun-renewal.ts';
import { provisionHolder } from '../support/applicant.ts';
import {
  createSoftwareKey,
  freshIdempotencyKey,
  hashOfCertificate,
  logIn,
  referenceTo,
  requestFor,
  valueOf,
} from '../support/key-holder.ts';

afterEach(closeSandboxes);

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
      {
        order: id,
        referenceNumber: expect.stringMatching(/^YL-\d{8}[0-9A-F]{8}$/) as string,
        authorisationCode: null,
      },
      { ...before, authorisationCode: expect.stringMatching(/^[A-Za-z2-9]{20}$/) as string },
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
  const broken = (request: string) => {
    const bytes = Buffer.from(request, 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    return bytes.toString('base64');
  };
  const stranger = Buffer.from(subjectOf({ commonName: '李四' })).toString('base64');

  it.each<[string, string, (subject: string) => string]>([
    ['of another key', '密钥应为 EC-P256。', (subject) => requestFor(createSoftwareKey('EC-P384'), subject)],
    ['with a wrong signature', '签名不正确', (subject) => broken(requestFor(createSoftwareKey(), subject))],
    ['for somebody else', '主题与订单不符', () => requestFor(createSoftwareKey(), stranger)],
    ['that is rubbish', '无法解析', () => Buffer.from('rubbish').toString('base64')],
  ])('%s is refused: %s', async (_name, text, make) => {
    const { applicant } = await begin();
    const { items } = await apply(applicant);
    const answer = await applicant.try('submitRequest', { item: '1', request: make(items[0]!.subject) });
    expect(answer).toMatchObject({
      error: {
        code: 'gateway.refused',
        reason: 'badCertificateRequest',
        text: expect.stringContaining(text) as string,
      },
    });
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
