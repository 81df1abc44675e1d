import { describe, expect, it } from 'vitest';
import { buildCertificate } from '../../core/certificate/build-certificate.ts';
import { parseCertificate } from '../../core/certificate/certificate.ts';
import { subjectOf } from '../../core/certificate/names.ts';
import { ecSpki } from '../../core/certificate/spki.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok } from '../../core/errors/result.ts';
import type { TokenProvider } from '../../core/token/provider.ts';
import type { KeyContainer, Token } from '../../core/token/token.ts';
import { createTokenService, type TokenSource } from './tokens.ts';

const NOW = Date.UTC(2026, 10, 20);
const DAY = 86_400_000;

interface Written {
  readonly token: Token;
  readonly containers: readonly KeyContainer[];
}

/** A driver that shows these tokens; null: one that cannot be used. */
function source(module: string, tokens: readonly Written[] | null, isExplicit = false): TokenSource {
  const error = { code: 'driver.notFound', module } as const;
  const provider = {
    listTokens: () => Promise.resolve(tokens === null ? err(error) : ok(tokens.map(({ token }) => token))),
    listContainers: (id: string) =>
      Promise.resolve(ok(tokens?.find(({ token }) => token.id === id)?.containers ?? [])),
  } as unknown as TokenProvider;
  return { kind: 'pkcs11', module, isExplicit, provider };
}

function token(id: string, label: string, containers: readonly KeyContainer[] = []): Written {
  const pin = { state: 'ok', attemptsLeft: null, minLength: 4, maxLength: 16 } as const;
  return {
    token: {
      id,
      label,
      serial: id.toLowerCase(),
      serialClash: false,
      manufacturer: 'M',
      model: 'X',
      pin,
      sm2: 'none',
    },
    containers,
  };
}

let nextKey = 1;

async function container(id: string, serial: string): Promise<KeyContainer> {
  nextKey += 1;
  const publicKey = ecSpki(
    'EC-P256',
    Uint8Array.from({ length: 65 }, (_, index) => (index === 0 ? 4 : nextKey)),
  );
  const name = subjectOf({ commonName: '张三' });
  const der = await buildCertificate(
    { serial, issuer: name, subject: name, notBefore: NOW - DAY, notAfter: NOW + 10 * DAY, spki: publicKey },
    { algorithm: 'ECDSA-SHA256', sign: async () => Uint8Array.of(1) },
  );
  return {
    id,
    label: '',
    keys: [{ use: 'both', algorithm: 'EC-P256', publicKey, hasPrivateKey: null }],
    certificates: [{ use: null, der }],
  };
}

function serviceOver(...sources: readonly TokenSource[]) {
  return createTokenService({
    sources: () => sources,
    clock: { now: () => NOW },
    rules: { isSuccessor: () => false, readCertificate: parseCertificate },
  });
}

const [first, second] = await Promise.all([container('01', '00ab12'), container('02', 'ab13')]);
const brokenCertificate: KeyContainer = {
  id: '03',
  label: '',
  keys: [],
  certificates: [{ use: null, der: Uint8Array.of(1) }],
};

describe('the list of tokens', () => {
  it('has a key that two drivers show once, under the first', async () => {
    const { tokens } = await serviceOver(
      source('/a', [token('T1', 'A', [first])]),
      source('/b', [token('T1', 'A', [first]), token('T2', 'B', [second])]),
    ).list();
    expect(tokens.map(({ view }) => [view.id, view.module])).toEqual([
      ['T1', '/a'],
      ['T2', '/b'],
    ]);
  });

  it('has an SM2 key under the driver that can work with it, whatever comes first', async () => {
    const holdsSm2: KeyContainer = {
      ...first,
      keys: first.keys.map((key) => ({ ...key, algorithm: 'SM2' as const })),
    };
    const shown = (sm2: Token['sm2'], on: KeyContainer): Written => {
      const written = token('T1', 'A', [on]);
      return { ...written, token: { ...written.token, sm2 } };
    };
    const modules = [holdsSm2, first].map(async (on) => {
      const { tokens } = await serviceOver(
        source('/p11.so', [shown('readOnly', on)]),
        source('/skf.so', [shown('full', on)]),
      ).list();
      return tokens.map(({ view }) => view.module);
    });
    expect(await Promise.all(modules)).toEqual([['/skf.so'], ['/p11.so']]);
  });

  it('has two keys with one serial number twice when they hold different keys', async () => {
    const { tokens } = await serviceOver(
      source('/a', [token('T1', 'A', [first])]),
      source('/b', [token('T1', 'A', [second])]),
    ).list();
    expect(tokens).toHaveLength(2);
  });

  it('names a driver that fails and a certificate that cannot be read beside the rest', async () => {
    const { tokens, problems } = await serviceOver(
      source('/broken', null),
      source('/a', [token('T1', 'A', [first, brokenCertificate])]),
    ).list();
    expect(tokens.map(({ view }) => view.certificates.length)).toEqual([1]);
    expect(problems.map(({ module, error }) => [module, error.code])).toEqual([
      ['/broken', 'driver.notFound'],
      ['/a', 'certificate.unparsable'],
    ]);
  });
});

describe('finding a token', () => {
  const service = serviceOver(
    source('/broken', null),
    source('/a', [token('AB12', 'Work'), token('AB34', 'Home'), token('CD', 'AB12'), token('EF', 'Home')]),
  );

  it.each([
    ['AB12', 'AB12'],
    ['ab12', 'AB12'],
    ['Work', 'AB12'],
    ['C', 'CD'],
    ['AB3', 'AB34'],
  ])('%s is %s', async (wanted, id) => {
    expect(await service.find(wanted)).toMatchObject({ ok: true, value: { token: { id } } });
  });

  it.each([
    ['AB', { code: 'token.ambiguous', wanted: 'AB', matches: ['AB12（Work, /a）', 'AB34（Home, /a）'] }],
    ['Home', { code: 'token.ambiguous', wanted: 'Home', matches: ['AB34（Home, /a）', 'EF（Home, /a）'] }],
    ['work', { code: 'token.notFound', wanted: 'work' }],
    ['', { code: 'token.notFound', wanted: '' }],
  ] as const)('%j is an error', async (wanted, error) => {
    expect(await service.find(wanted)).toEqual({ ok: false, error });
  });

  it.each<[string, readonly TokenSource[], AppError]>([
    ['no driver at all', [], { code: 'token.none' }],
    ['a broken driver and nothing else', [source('/x', null)], { code: 'driver.notFound', module: '/x' }],
    [
      'a driver the person named that is broken, beside a good one',
      [source('/y', [token('T', 'T')]), source('/x', null, true)],
      { code: 'driver.notFound', module: '/x' },
    ],
  ])('with %s tells why', async (_title, sources, error) => {
    expect(await serviceOver(...sources).find('Z')).toEqual({ ok: false, error });
  });
});

describe('finding a certificate', () => {
  const service = serviceOver(source('/a', [token('T1', 'A', [first]), token('T2', 'B', [first, second])]));

  it.each(['AB13', 'ab:13', '00ab13'])('by serial number written as %s', async (wanted) => {
    expect(await service.findCertificate(wanted, null)).toMatchObject({
      ok: true,
      value: { found: { token: { id: 'T2' } }, container: '02', view: { serial: 'AB13' } },
    });
  });

  it('by its id and every longer beginning of its SHA-256', async () => {
    const byId = await service.findCertificate('ab13', 'B');
    if (!byId.ok) throw new Error(byId.error.code);
    const { id, sha256 } = byId.value.view;
    for (const wanted of [id, sha256, sha256.slice(0, 20).toUpperCase()]) {
      expect(await service.findCertificate(wanted, null)).toMatchObject({
        ok: true,
        value: { view: { sha256 } },
      });
    }
  });

  it('on two keys is ambiguous until the key is named', async () => {
    expect(await service.findCertificate('AB12', null)).toMatchObject({
      ok: false,
      error: { code: 'certificate.ambiguous' },
    });
    expect((await service.findCertificate('AB12', 'A')).ok).toBe(true);
  });

  it.each(['ff', 'zz', ''])('%j finds nothing', async (wanted) => {
    expect(await service.findCertificate(wanted, null)).toEqual({
      ok: false,
      error: { code: 'certificate.notFound', wanted },
    });
  });
});
