// The self-test of a key: a software key, its seal and the service between them, everything real.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentDigest } from '../../../src/app/adapters/document-digest.ts';
import { sealEnvelope } from '../../../src/app/adapters/seal-envelope.ts';
import { keptSealTest, viewSealTest } from '../../../src/app/services/seal-on-key-view.ts';
import { createSealTestService, type SealTest } from '../../../src/app/services/seal-test.ts';
import { readSeals } from '../../../src/app/services/seals-on-key.ts';
import { createTokenService, type FoundToken } from '../../../src/app/services/tokens.ts';
import { parseCertificate } from '../../../src/core/certificate/certificate.ts';
import { joinBytes } from '../../../src/core/certificate/der.ts';
import { TEST_MARK } from '../../../src/app/services/self-test-page.ts';
import type { SealFields } from '../../../src/core/seal/build-seal.ts';
import type { TokenProvider } from '../../../src/core/token/provider.ts';
import { createSoftwareProvider } from '../../../src/native/software/provider.ts';
import { createSeal, YEAR, type Party } from '../../support/seal/people.ts';
import { fillSealedKey } from '../../support/seal/sealed-key.ts';
import { verify } from '../../support/seal/verification.ts';
import {
  createSoftwareKeyBench,
  NOT_LAST,
  PIN,
  secret,
  valueOf,
  type SoftwareKeyBench,
} from '../../support/software-key.ts';

const now = Date.now();
const digest = createDocumentDigest();
let bench: SoftwareKeyBench;
let keystore: string;
let signer: Party;
let maker: Party;
let found: FoundToken;
const kept: unknown[] = [];

beforeAll(async () => {
  bench = await createSoftwareKeyBench();
  keystore = bench.fresh();
  const provider = createSoftwareProvider(keystore);
  ({ signer, maker } = await fillSealedKey(provider, bench.token, now));
  const tokens = createTokenService({
    sources: () => [
      { kind: 'software', module: keystore, isExplicit: true, provider: withObjects(provider) },
    ],
    clock: { now: () => now },
    rules: { isSuccessor: () => false, readCertificate: parseCertificate },
  });
  found = valueOf(await tokens.find(bench.token));
});
afterAll(() => bench.dispose());

const service = createSealTestService({
  clock: { now: () => now },
  digest,
  random: (length) => randomBytes(length),
  sealEnvelope,
  lock: () => Promise.resolve({ ok: true, value: { release: () => Promise.resolve() } }),
  verify: (page) => verify(page),
  hotline: () => '0731-1',
  keep: (token, test) => {
    kept.push(keptSealTest(token, test));
    return Promise.resolve();
  },
});

/** What lies on the key besides its containers; in memory, because each login to the key file costs half a second. */
let objects: Readonly<Record<string, Uint8Array>> = {};

function withObjects(provider: TokenProvider): TokenProvider {
  return {
    ...provider,
    listDataObjects: () =>
      Promise.resolve({
        ok: true,
        value: Object.entries(objects).map(([name, { length }]) => ({ name, size: length })),
      }),
    readDataObject: (_token, name) => Promise.resolve({ ok: true, value: objects[name] ?? new Uint8Array() }),
  };
}

async function sealOf(fields: Partial<SealFields> = {}, people: readonly Party[] = [signer]) {
  const times = { created: now - 1000, validFrom: now - YEAR, validTo: now + YEAR };
  const certificates = people.map(({ certificate }) => certificate);
  return (await createSeal(maker, certificates, { ...times, ...fields })).der;
}

async function run(seal: string | null = null): Promise<SealTest> {
  return valueOf(await service.run(found, secret(PIN), { ...NOT_LAST, seal }));
}

function stepsOf({ steps }: SealTest): string[] {
  return steps.map(({ step, status, error }) =>
    [step, status, ...(error === null ? [] : [error.code])].join(' '),
  );
}

describe('the self-test of a key', () => {
  it('seals the prepared page, marks it as a test, and finds it right', async () => {
    objects = { SEAL: joinBytes([Uint8Array.of(0, 0, 1, 2), await sealOf(), new Uint8Array(512)]) };
    const test = await run();
    expect({ ...viewSealTest(found, test, digest), at: '', verification: null }).toEqual({
      at: '',
      kind: 'seal',
      ok: true,
      steps: ['seal.found', 'seal.usable', 'sign', 'verify'].map((step) => ({
        ...{ step, status: 'ok', code: null, number: null, detail: null, advice: null },
      })),
      certificate: expect.objectContaining({ serial: signer.certificate.serial }) as unknown,
      seal: expect.objectContaining({
        ...{ token: bench.token, object: 'SEAL', owner: '张三', maker: '张三', state: 'valid' },
        fitsCurrent: true,
      }) as unknown,
      verification: null,
      hotline: '0731-1',
    });
    const page = test.page ?? new Uint8Array();
    expect(Buffer.from(page).includes(TEST_MARK.path)).toBe(true);
    expect(test.report).toMatchObject({ kind: 'pdf', verdict: 'incomplete', seal: { name: '测试印章' } });
  });

  it.each<[string, () => Promise<Record<string, Uint8Array>>, string, readonly string[]]>([
    [
      'without a seal signing is tested',
      () => Promise.resolve({}),
      'signature',
      ['seal.found notChecked seal.none', 'sign ok', 'verify ok'],
    ],
    [
      'with data that cannot be read never says that there is no seal',
      () => Promise.resolve({ odd: Uint8Array.of(1, 2, 3) }),
      'signature',
      ['seal.found notChecked seal.unrecognised', 'sign ok', 'verify ok'],
    ],
    [
      'with a seal that expired',
      async () => ({ SEAL: await sealOf({ validTo: now - 60_000 }) }),
      'signature',
      ['seal.found ok', 'seal.usable failed seal.validity', 'sign ok', 'verify ok'],
    ],
    [
      'with a seal for the certificate before',
      async () => ({ SEAL: await sealOf({}, [maker]) }),
      'signature',
      ['seal.found ok', 'seal.usable failed seal.signerNotListed', 'sign ok', 'verify ok'],
    ],
    [
      'with a picture that cannot be drawn',
      async () => ({
        SEAL: await sealOf({
          picture: { type: 'ofd', data: Buffer.from('PK\u0003\u0004'), width: 40, height: 40 },
        }),
      }),
      'signature',
      [
        'seal.found ok',
        'seal.usable ok',
        'seal.drawn notChecked document.unsupported',
        'sign ok',
        'verify ok',
      ],
    ],
  ])('%s', async (_title, held, kind, steps) => {
    objects = await held();
    const test = await run();
    expect({ kind: test.kind, steps: stepsOf(test) }).toEqual({ kind, steps });
    expect(test.hasPassed).toBe(!steps.some((step) => step.includes(' failed ')));
    expect(kept.at(-1)).toMatchObject({ token: bench.token, kind, hasPassed: test.hasPassed });
  });

  it('takes the seal that lists the certificate, wherever it lies, and says when a named one is not there', async () => {
    const [wrong, right] = [await sealOf({ id: 'WRONG' }, [maker]), await sealOf({ id: 'RIGHT' })];
    objects = { a: wrong, b: joinBytes([wrong, right]) };
    const seals = valueOf(await readSeals(found.source.provider, bench.token));
    expect(seals.seals.map(({ object, seal }) => `${object} ${seal.id}`)).toEqual([
      'a WRONG',
      'b WRONG',
      'b RIGHT',
    ]);
    expect((await run()).seal?.seal.id).toBe('RIGHT');
    expect((await run('WRONG')).hasPassed).toBe(false);
    expect(await service.run(found, secret(PIN), { ...NOT_LAST, seal: 'NONE' })).toEqual({
      ok: false,
      error: { code: 'seal.notFound', wanted: 'NONE' },
    });
  });

  it('is no test with a wrong PIN, and the PIN is gone', async () => {
    const pin = secret('000000');
    const refused = await service.run(found, pin, { ...NOT_LAST, seal: null });
    expect(refused).toMatchObject({ ok: false, error: { code: 'pin.incorrect' } });
    expect(pin).toEqual(new Uint8Array(pin.length));
  });
});
