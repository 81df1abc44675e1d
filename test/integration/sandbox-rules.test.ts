// The rehearsal CA over real HTTP with software keys: what it does differently from another CA, and whom it lets in.

import { afterEach, describe, expect, it } from 'vitest';
import type { SettingsChange } from '../../src/sandbox/settings.ts';
import { apply, begin, closeSandboxes, read, renew, statusOf } from '../support/begun-renewal.ts';
import {
  createSoftwareKey,
  freshIdempotencyKey,
  hashOfCertificate,
  logIn,
  loginBody,
  referenceTo,
  valueOf,
} from '../support/key-holder.ts';

const DAY = 86_400_000;

afterEach(closeSandboxes);

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
