// First issue at the rehearsal CA: an order prepared over the counter, opened by its number and code.

import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayClient } from '../../src/app/adapters/gateway-client.ts';
import type { Order } from '../../src/contract/gateway.ts';
import type { KeyAlgorithm } from '../../src/core/token/token.ts';
import type { OperatorOutput } from '../../src/sandbox/operator-calls.ts';
import { read } from '../support/begun-renewal.ts';
import {
  createSm2Key,
  createSoftwareKey,
  filledForm,
  freshIdempotencyKey,
  hashOfCertificate,
  logIn,
  referenceTo,
  requestFor,
  valueOf,
  type SoftwareKey,
} from '../support/key-holder.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';

type Codes = OperatorOutput<'prepare'>;

let sandbox: TestSandbox;
afterEach(() => sandbox.close());

async function prepare(items: KeyAlgorithm[] = ['SM2']): Promise<Codes> {
  sandbox = await openTestSandbox();
  const subject = { country: 'CN', organisation: '某某公司', commonName: '王五' };
  return valueOf(await sandbox.operator.prepare({ subject, items }));
}

function openWith(client: GatewayClient, codes: Codes, code = codes.authorisationCode ?? '') {
  return client.call('openEnrolment', { body: { reference: codes.referenceNumber, code } });
}

async function opened(codes: Codes): Promise<GatewayClient> {
  const client = sandbox.client();
  client.useSession(valueOf(await openWith(client, codes)).session);
  return client;
}

const readOrder = (client: GatewayClient, { order }: Codes) =>
  client.call('readOrder', { params: { orderId: order } });

async function submit(client: GatewayClient, codes: Codes, key: SoftwareKey, item = '1'): Promise<Order> {
  const { items } = valueOf(await readOrder(client, codes));
  const { subject } = items.find(({ id }) => id === item)!;
  const answer = await client.call('submitRequest', {
    params: { orderId: codes.order },
    body: { item, request: requestFor(key, subject) },
    idempotencyKey: freshIdempotencyKey(),
  });
  return valueOf(answer);
}

const wrongCode = {
  ok: false,
  error: { code: 'gateway.refused', reason: 'codeRefused', text: '业务受理号或授权码不正确。' },
};
const locked = {
  ok: false,
  error: {
    code: 'gateway.refused',
    reason: 'codeLocked',
    text: '授权码已输错十次，请联系证书受理点更换授权码。',
  },
};

describe('a prepared order', () => {
  it('has its root named to whoever comes with the code, before anything is issued', async () => {
    await prepare();
    const { authorities } = valueOf(await sandbox.client().call('readInfo', {}));
    expect(authorities.map((each) => read(each).algorithm)).toContain('SM2');
  });

  it('waits, approved and paid, for a request', async () => {
    const codes = await prepare(['SM2', 'RSA-2048']);
    const order = valueOf(await readOrder(await opened(codes), codes));
    expect([codes, order]).toEqual([
      {
        order: order.id,
        referenceNumber: expect.stringMatching(/^YL-\d{8}[0-9A-F]{8}$/) as string,
        authorisationCode: expect.stringMatching(/^[A-Za-z2-9]{20}$/) as string,
      },
      {
        ...order,
        kind: 'new',
        state: 'approved',
        replaces: null,
        payment: null,
        agreements: order.agreements.map((agreement) => ({ ...agreement, accepted: true })),
        formSubmitted: true,
        items: [
          { ...order.items[0]!, algorithm: 'SM2', key: 'newKey', certificates: 'dual', needsRequest: true },
          { ...order.items[1]!, algorithm: 'RSA-2048', key: 'newKey', certificates: 'single' },
        ],
      },
    ]);
  });

  it('goes to the end in the session that its code has opened', async () => {
    const codes = await prepare();
    const client = await opened(codes);
    await submit(client, codes, createSm2Key());
    const fetched = await client.call('fetchCertificates', { params: { orderId: codes.order } });
    const [item] = valueOf(fetched).items;
    const certificates = [item!.signing, item!.encryption ?? ''];
    const confirmed = await client.call('confirmCertificates', {
      params: { orderId: codes.order },
      body: { certificates: certificates.map(hashOfCertificate) },
      idempotencyKey: freshIdempotencyKey(),
    });
    expect([certificates.map((der) => read(der).subject.commonName), valueOf(confirmed).state]).toEqual([
      ['王五', '王五'],
      'confirmed',
    ]);
    expect(await openWith(client, codes)).toMatchObject({
      error: { code: 'order.conflict', orderId: codes.order, state: 'confirmed' },
    });
  });

  it('is opened by the key of a submitted request too', async () => {
    const codes = await prepare();
    const key = createSm2Key();
    await submit(await opened(codes), codes, key);
    const client = sandbox.client();
    valueOf(await logIn(client, key, null));
    expect(valueOf(await readOrder(client, codes)).state).toBe('issued');
  });

  it('gives a lost key another chance', async () => {
    const codes = await prepare();
    const client = await opened(codes);
    await submit(client, codes, createSm2Key());
    const reissued = await client.call('reissueItem', {
      params: { orderId: codes.order },
      body: { item: '1' },
      idempotencyKey: freshIdempotencyKey(),
    });
    const again = await opened(codes);
    expect([valueOf(reissued).state, (await submit(again, codes, createSm2Key())).state]).toEqual([
      'approved',
      'issued',
    ]);
  });
});

describe('a session opened by a code', () => {
  it('is good for nothing but its own order', async () => {
    const codes = await prepare();
    const subject = { commonName: '赵六' };
    const other = valueOf(await sandbox.operator.prepare({ subject, items: ['EC-P256'] }));
    const client = await opened(codes);
    const certificate = { issuer: '0'.repeat(64), serial: '01' };
    const params = { orderId: codes.order };
    const order = valueOf(await readOrder(client, codes));
    const idempotencyKey = freshIdempotencyKey();
    const answers = [
      await client.call('createOrder', { body: { kind: 'new', replaces: null, key: null }, idempotencyKey }),
      await client.call('readEligibility', { query: certificate }),
      await client.call('revoke', { body: { certificate, reason: 'cessation' }, idempotencyKey }),
      await client.call('acceptAgreements', { params, body: { accepted: [] }, idempotencyKey }),
      await client.call('submitForm', { params, body: { values: filledForm(order) }, idempotencyKey }),
    ];
    const refused = {
      ok: false,
      error: {
        code: 'gateway.refused',
        reason: 'refused',
        text: '授权码只能用来办理它所属的订单。',
      },
    };
    expect(answers).toEqual(answers.map(() => refused));
    expect(await readOrder(client, other)).toEqual({
      ok: false,
      error: { code: 'order.notFound', orderId: other.order },
    });
  });

  it('ends after a day', async () => {
    const codes = await prepare();
    const client = await opened(codes);
    sandbox.now += 86_400_001;
    expect(await readOrder(client, codes)).toMatchObject({ error: { code: 'gateway.loginRefused' } });
  });
});

describe('an authorisation code', () => {
  it('that is wrong is answered like a number that nobody knows', async () => {
    const codes = await prepare();
    const client = sandbox.client();
    const unknown = { ...codes, referenceNumber: 'YL-2026010100000000' };
    expect([await openWith(client, codes, 'x'), await openWith(client, unknown)]).toEqual([
      wrongCode,
      wrongCode,
    ]);
  });

  it('is dead after ten wrong ones, restart or not, until the operator makes another', async () => {
    const codes = await prepare();
    const answers = [];
    for (let count = 0; count < 10; count++) {
      if (count === 5) await sandbox.restart();
      answers.push(await openWith(sandbox.client(), codes, 'wrong'));
    }
    expect(answers).toEqual(answers.map(() => wrongCode));
    expect(await openWith(sandbox.client(), codes)).toEqual(locked);
    const renewed = valueOf(await sandbox.operator.renewCode({ order: codes.referenceNumber }));
    expect(await openWith(sandbox.client(), codes)).toEqual(wrongCode);
    expect((await openWith(sandbox.client(), renewed)).ok).toBe(true);
  });

  it('counts from the beginning after a right one', async () => {
    const codes = await prepare();
    const wrong = async (times: number) => {
      for (let count = 0; count < times; count++) await openWith(sandbox.client(), codes, 'wrong');
    };
    await wrong(9);
    valueOf(await openWith(sandbox.client(), codes));
    await wrong(9);
    expect((await openWith(sandbox.client(), codes)).ok).toBe(true);
  });

  it('of a frozen order opens nothing', async () => {
    const codes = await prepare();
    valueOf(await sandbox.operator.freeze({ order: codes.order }));
    expect(await openWith(sandbox.client(), codes)).toEqual({
      ok: false,
      error: { code: 'order.frozen', orderId: codes.order },
    });
  });

  it('of a renewal opens nothing: that needs the old key', async () => {
    await prepare();
    const key = createSoftwareKey();
    const provisioned = valueOf(
      await sandbox.operator.provision({
        publicKey: Buffer.from(key.spki).toString('base64'),
        request: null,
        subject: { commonName: '张三' },
        daysLeft: 12,
      }),
    );
    const client = sandbox.client();
    valueOf(await logIn(client, key, provisioned.certificate));
    const { id, agreements, form } = valueOf(
      await client.call('createOrder', {
        body: { kind: 'renew', replaces: referenceTo(provisioned.certificate), key: null },
        idempotencyKey: freshIdempotencyKey(),
      }),
    );
    const call = { params: { orderId: id } };
    const accepted = agreements.map((agreement) => agreement.id);
    await client.call('acceptAgreements', {
      ...call,
      body: { accepted },
      idempotencyKey: freshIdempotencyKey(),
    });
    const values = Object.fromEntries(form.map(({ name, value }) => [name, value]));
    await client.call('submitForm', { ...call, body: { values }, idempotencyKey: freshIdempotencyKey() });
    const codes = valueOf(await sandbox.operator.reference({ order: id }));
    expect([codes.authorisationCode?.length, await openWith(client, codes)]).toEqual([20, wrongCode]);
  });
});
