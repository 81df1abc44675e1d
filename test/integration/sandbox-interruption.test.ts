// The rehearsal CA is stopped, killed, or loses its answers at every step of an order: nothing is done twice and
// nothing is lost.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createGatewayClient } from '../../src/app/adapters/gateway-client.ts';
import { GATEWAY_CALLS, type GatewayCall } from '../../src/contract/gateway.ts';
import { connectOperator } from '../../src/sandbox/operator-client.ts';
import type { SandboxOperator } from '../../src/sandbox/operator.ts';
import type { SettingsChange } from '../../src/sandbox/settings.ts';
import { createApplicant, provisionHolder, type Applicant } from '../support/applicant.ts';
import { openFaultyGateway } from '../support/faulty-gateway.ts';
import { createSoftwareKey, valueOf } from '../support/key-holder.ts';
import { buildSandboxProcess, type SandboxProcess, type SandboxProgram } from '../support/sandbox-process.ts';
import { openTestSandbox, sandboxFolder, sandboxOptions } from '../support/test-sandbox.ts';

/** Every step may be repeated: it is the same call with the same idempotency key. */
const STEPS = {
  logIn: (applicant) => applicant.logIn(),
  createOrder: (applicant) => applicant.createOrder(),
  acceptAgreements: (applicant) => applicant.acceptAgreements(),
  submitForm: (applicant) => applicant.submitForm(),
  submitRequest: (applicant) => applicant.submitRequest(),
  fetchCertificates: (applicant) => applicant.fetch(),
  confirmCertificates: (applicant) => applicant.confirm(),
} satisfies Record<string, (applicant: Applicant) => Promise<unknown>>;
const stepNames = Object.keys(STEPS) as (keyof typeof STEPS)[];

/** With `SM2` the CA makes its SM2 hierarchy and an encryption key on the way. */
const NEW_KEYS = ['EC-P256', 'SM2'] as const;
type NewKey = (typeof NEW_KEYS)[number];

const settingsFor = (algorithm: NewKey): SettingsChange => ({ items: [algorithm] });

/** One order, paid once, its certificate (or pair) issued and confirmed, the old one revoked. */
async function expectExactlyOnce(operator: SandboxOperator, algorithm: NewKey = 'EC-P256'): Promise<void> {
  const { orders } = valueOf(await operator.listOrders({}));
  const { certificates } = valueOf(await operator.listCertificates({}));
  expect(orders.map(({ state, history }) => [state, history.map(({ event }) => event)])).toEqual([
    [
      'confirmed',
      ['created', 'agreementsAccepted', 'formSubmitted', 'paid', 'approved', 'issued:1', 'confirmed:1'],
    ],
  ]);
  expect(certificates.map(({ status, confirmed }) => [status, confirmed])).toEqual([
    ['revoked', false],
    ...Array.from({ length: algorithm === 'SM2' ? 2 : 1 }, () => ['good', true]),
  ]);
}

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

describe('an order', () => {
  it.each(NEW_KEYS)('for %s goes on over a restart of the CA between every two calls', async (algorithm) => {
    const sandbox = await openTestSandbox({ settings: settingsFor(algorithm) });
    cleanUp.push(() => sandbox.close());
    const holder = await provisionHolder(sandbox.operator);
    const applicant = createApplicant(() => client, holder, createSoftwareKey(algorithm));
    let client = sandbox.client();
    for (const step of Object.values(STEPS)) {
      await step(applicant);
      await sandbox.restart();
      const next = sandbox.client();
      next.useSession(client.session() ?? '');
      client = next;
    }
    await expectExactlyOnce(sandbox.operator, algorithm);
  });

  const changing = (Object.keys(GATEWAY_CALLS) as GatewayCall[]).filter(
    (call): call is GatewayCall & keyof typeof STEPS => GATEWAY_CALLS[call].changes && call in STEPS,
  );

  it.each(changing)('is done once when the answer to %s is lost', async (lost) => {
    const proxy = await openFaultyGateway();
    const sandbox = await openTestSandbox({ proxy });
    cleanUp.push(
      () => proxy.close(),
      () => sandbox.close(),
    );
    proxy.fault(lost, 1, { kind: 'loseAnswer' });
    const client = sandbox.client();
    const applicant = createApplicant(() => client, await provisionHolder(sandbox.operator));
    for (const name of stepNames) {
      if (name === lost) await expect(STEPS[name](applicant)).rejects.toThrow('gateway.unreachable');
      await STEPS[name](applicant);
    }
    await expectExactlyOnce(sandbox.operator);
  });
});

describe('a killed CA', () => {
  let program: SandboxProgram;
  beforeAll(async () => {
    program = await buildSandboxProcess();
  });
  afterAll(() => program.dispose());

  async function provisioned(settings: SettingsChange = {}) {
    const folder = await sandboxFolder();
    const connection = valueOf(await connectOperator({ ...sandboxOptions(folder), settings }));
    const holder = await provisionHolder(connection.operator);
    await connection.close();
    return { folder, holder };
  }

  it('goes on where it was, killed after every call', async () => {
    const { folder, holder } = await provisioned();
    let running: SandboxProcess = await program.start(folder);
    const firstUrl = running.url;
    let client = valueOf(createGatewayClient({ url: firstUrl }));
    const applicant = createApplicant(() => client, holder);
    for (const step of Object.values(STEPS)) {
      await step(applicant);
      await running.kill();
      running = await program.start(folder);
      const next = valueOf(createGatewayClient({ url: running.url }));
      next.useSession(client.session() ?? '');
      client = next;
    }
    const connection = valueOf(await connectOperator(sandboxOptions(folder)));
    await expectExactlyOnce(connection.operator);
    expect([running.url, connection.url]).toEqual([firstUrl, firstUrl]);
    await running.kill();
  });

  it.each(NEW_KEYS)(
    'for %s has done a call or not, killed in the middle of it, and does it once',
    async (algorithm) => {
      const { folder, holder } = await provisioned(settingsFor(algorithm));
      let running = await program.start(folder);
      let client = valueOf(createGatewayClient({ url: running.url }));
      const applicant = createApplicant(() => client, holder, createSoftwareKey(algorithm));
      await applicant.logIn();
      for (const name of stepNames.filter((step) => step !== 'logIn')) {
        const interrupted = STEPS[name](applicant).catch(() => null);
        await running.kill();
        await interrupted;
        running = await program.start(folder);
        const next = valueOf(createGatewayClient({ url: running.url }));
        next.useSession(client.session() ?? '');
        client = next;
        await STEPS[name](applicant);
      }
      await running.kill();
      const connection = valueOf(await connectOperator(sandboxOptions(folder)));
      cleanUp.push(() => connection.close());
      await expectExactlyOnce(connection.operator, algorithm);
    },
  );

  it('is refused its folder while another process has it, and operated through that process', async () => {
    const { folder } = await provisioned();
    const running = await program.start(folder);
    const { openSandbox } = await import('../../src/sandbox/sandbox.ts');
    expect(await openSandbox(sandboxOptions(folder))).toEqual({
      ok: false,
      error: { code: 'sandbox.inUse', pid: running.pid },
    });
    const connection = valueOf(await connectOperator(sandboxOptions(folder)));
    const changed = valueOf(await connection.operator.changeSettings({ auto: false, feeFen: 100 }));
    const missing = await connection.operator.pay({ order: 'O-1' });
    expect([connection.url, changed.feeFen, missing]).toEqual([
      running.url,
      100,
      { ok: false, error: { code: 'order.notFound', orderId: 'O-1' } },
    ]);
    await running.kill();
  });
});
