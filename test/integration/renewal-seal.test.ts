// The seal in a renewal: told before payment, written last, and never lost.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { createDocumentDigest } from '../../src/app/adapters/document-digest.ts';
import type { RenewalReport } from '../../src/app/services/renewal/report.ts';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import { joinBytes } from '../../src/core/certificate/der.ts';
import type { AppError } from '../../src/core/errors/codes.ts';
import { err, type Result } from '../../src/core/errors/result.ts';
import type { SealPlan } from '../../src/core/renewal/seal-plan.ts';
import { parseSeal } from '../../src/core/seal/seal.ts';
import { readSealObject } from '../../src/core/seal/seal-object.ts';
import { isListed } from '../../src/core/seal/verify-seal-signature.ts';
import type { TokenProvider } from '../../src/core/token/provider.ts';
import { createSoftwareProvider } from '../../src/native/software/provider.ts';
import { openFaultyGateway } from '../support/faulty-gateway.ts';
import { createRig, must, type Rig, type RigOptions } from '../support/renewal-rig.ts';
import { createSoftwareKeyBench, PIN, type SoftwareKeyBench } from '../support/software-key.ts';
import { verify } from '../support/seal/verification.ts';

let bench: SoftwareKeyBench;
let rig: Rig;
beforeAll(async () => {
  bench = await createSoftwareKeyBench();
});
afterEach(() => rig.dispose());
afterAll(() => bench.dispose());

const OBJECT = 'SEAL';
const bare = (seal: Uint8Array) => seal;
const behindLength = (seal: Uint8Array) =>
  joinBytes([Uint8Array.of(0, 0, seal.length >> 8, seal.length & 255), seal]);

interface Told {
  readonly events: readonly string[];
  readonly plan: SealPlan | null;
}

async function setUp(options: Partial<RigOptions> = {}): Promise<TokenProvider> {
  const provider = options.provider ?? createSoftwareProvider(bench.fresh());
  rig = await createRig({ provider, pin: PIN, ...options });
  return provider;
}

async function renew(): Promise<Told & { readonly ended: Result<RenewalReport, unknown> }> {
  const events: string[] = [];
  let plan: SealPlan | null = null;
  const ended = await rig.service.start(rig.input(), {
    ...rig.dialogue,
    showSeal(told) {
      plan = told;
      events.push('seal');
    },
    acceptAgreements: () => Promise.resolve(events.push('agreements') > 0),
  });
  return { events, plan, ended };
}

async function objectOn(provider: TokenProvider): Promise<Uint8Array> {
  return must(await provider.readDataObject(rig.token.id, OBJECT));
}

async function keptSeals(): Promise<readonly Uint8Array[]> {
  const names = (await readdir(rig.data.renewals)).filter((name) => name.endsWith('.seal'));
  return Promise.all(
    names.map(async (name) => new Uint8Array(await readFile(join(rig.data.renewals, name)))),
  );
}

describe('a seal that the CA makes again', () => {
  it('is told before anything is agreed, and written for the new certificate in the form of the old one', async () => {
    const provider = await setUp({ sealedAs: behindLength });
    const before = await objectOn(provider);
    const { events, plan, ended } = await renew();
    expect(events).toEqual(['seal', 'agreements']);
    expect(plan).toMatchObject({ kind: 'thisOrder', object: OBJECT, replaces: true });
    const report = must(ended);
    expect(report.seal).toEqual({ state: 'written', name: plan?.name, maker: plan?.maker, error: null });
    const form = readSealObject(await objectOn(provider));
    expect(form?.prefix).toEqual({ bytes: 4, order: 'big' });
    const signing = must(parseCertificate(report.chain[0] ?? new Uint8Array()));
    expect(form !== null && isListed(form.seal, signing, createDocumentDigest())).toBe(true);
    expect((await verify(form?.seal.der ?? before, { at: Date.now() })).verdict).toBe('incomplete');
    expect(await keptSeals()).toEqual([before]);
  });

  it('comes with a first issue', async () => {
    const provider = await setUp();
    const subject = { country: 'CN', commonName: '李四' };
    const order = must(await rig.sandbox.operator.prepare({ subject, items: ['EC-P256'] }));
    const { token, gateway } = rig.input();
    const report = must(
      await rig.service.enrol(
        { token, gateway, reference: order.referenceNumber, roots: [], profile: null },
        { ...rig.dialogue, askAuthorisationCode: () => Promise.resolve(order.authorisationCode) },
      ),
    );
    expect(report.seal).toMatchObject({ state: 'written', name: '李四（演练章）' });
    expect(must(parseSeal(await objectOn(provider))).name).toBe('李四（演练章）');
  });

  it.each<[string, Partial<RigOptions>, string]>([
    ['is left to its maker where the CA makes none', { settings: { seals: false } }, 'elsewhere'],
    [
      'is left alone in a form that is not known',
      { sealedAs: (seal) => joinBytes([seal, seal]) },
      'elsewhere',
    ],
    [
      'is never said not to be there when it cannot be read',
      { sealedAs: () => Uint8Array.of(1, 2) },
      'unrecognised',
    ],
  ])('%s', async (_title, options, state) => {
    const provider = await setUp({ sealedAs: bare, ...options });
    const before = await objectOn(provider);
    expect(must((await renew()).ended).seal).toMatchObject({ state, error: null });
    expect(await objectOn(provider)).toEqual(before);
  });

  it('is refused when it does not list the new certificate, and the old one stays', async () => {
    const front = await openFaultyGateway();
    const provider = await setUp({ sealedAs: bare, front });
    const before = await objectOn(provider);
    const old = Buffer.from(before).toString('base64');
    front.fault('fetchSeal', 'every', {
      kind: 'rewrite',
      change: (answer: object) => ({ ...answer, seal: old }),
    });
    const { ended } = await renew();
    await front.close();
    expect(must(ended).seal).toMatchObject({ state: 'failed', error: { code: 'seal.signerNotListed' } });
    expect(await objectOn(provider)).toEqual(before);
  });
});

describe('writing the seal', () => {
  /** A key whose writing of the seal goes wrong in that way, as long as `isBroken`. */
  async function broken(
    write: (provider: TokenProvider, content: Uint8Array) => Promise<Result<void, AppError>>,
  ) {
    const real = createSoftwareProvider(bench.fresh());
    const state = { isBroken: false };
    const provider = await setUp({
      sealedAs: bare,
      provider: {
        ...real,
        writeDataObject: (token, name, content) =>
          state.isBroken
            ? (write(real, content) as ReturnType<TokenProvider['writeDataObject']>)
            : real.writeDataObject(token, name, content),
      },
    });
    state.isBroken = true;
    return { provider, state, before: await objectOn(provider) };
  }

  it('puts the old one back when the new one reads differently, and the certificate is renewed', async () => {
    let writes = 0;
    const { provider, before } = await broken((real, content) =>
      real.writeDataObject(rig.token.id, OBJECT, ++writes === 1 ? content.slice(0, 100) : content),
    );
    const report = must((await renew()).ended);
    expect(report.seal).toMatchObject({ state: 'failed', error: { code: 'seal.notWritten' } });
    expect(report.selfTest).toEqual({ sign: true, verify: true });
    expect(await objectOn(provider)).toEqual(before);
  });

  it('leaves the old one on a key without room for the new one', async () => {
    const { provider, before } = await broken(() => Promise.resolve(err({ code: 'token.full' })));
    // Putting back what is there writes nothing.
    expect(must((await renew()).ended).seal).toMatchObject({
      state: 'failed',
      error: { code: 'token.full' },
    });
    expect(await objectOn(provider)).toEqual(before);
  });

  it('is done later when the key is pulled meanwhile, also where the old one was gone already', async () => {
    const { provider, state } = await broken(async (real) => {
      must(await real.deleteDataObject(rig.token.id, OBJECT));
      return err({ code: 'token.removed' });
    });
    const { ended } = await renew();
    expect(ended).toMatchObject({ ok: false, error: { resumable: true, error: { code: 'token.removed' } } });
    state.isBroken = false;
    const report = must(await rig.service.resume({ renewal: null }, rig.dialogue));
    expect(report.seal).toMatchObject({ state: 'written' });
    expect(readSealObject(await objectOn(provider))).not.toBeNull();
  });
});
