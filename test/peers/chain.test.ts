import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import type { Certificate } from '../../src/core/certificate/certificate.ts';
import { buildChain, type ChainOptions } from '../../src/core/certificate/chain.ts';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { certificateFrom, issue, makeKey, openWorkshop, type Workshop } from '../support/openssl.ts';

const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
const IDS = ['subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid:always'];
const LEAF = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature,nonRepudiation',
  ...IDS,
];
const NOW = Date.UTC(2026, 10, 20);
const STRICT: ChainOptions = { now: NOW, accept: 'strict' };

const verifier = createSignatureVerifier();
let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});
afterAll(() => {
  workshop.dispose();
});

describe('chains are judged as openssl verify judges them', () => {
  let certificates: Record<string, Certificate>;

  beforeAll(() => {
    for (const name of [
      'root',
      'other',
      'ca',
      'short',
      'sub',
      'flat',
      'usage',
      'false',
      'ended',
      'twin',
      'leaf',
    ])
      makeKey(workshop, name, 'EC:P-256');
    const make = (name: string, key: string, issuer: string | undefined, extensions: string[], more = {}) =>
      issue(workshop, name, {
        key: `${key}.key`,
        ...(issuer === undefined ? {} : { issuer }),
        subject: `/O=T/CN=${key}`,
        extensions,
        ...more,
      });
    const root = [...CA, 'subjectKeyIdentifier=hash'];
    certificates = {
      root: make('root', 'root', undefined, root),
      other: make('other', 'other', undefined, root),
      ca: make('ca', 'ca', 'root', [...CA, ...IDS]),
      short: make('short', 'short', 'root', ['basicConstraints=critical,CA:TRUE,pathlen:0', CA[1]!, ...IDS]),
      sub: make('sub', 'sub', 'short', [...CA, ...IDS]),
      flat: make('flat', 'flat', 'root', LEAF),
      false: make('false', 'false', 'root', ['basicConstraints=CA:FALSE', 'keyUsage=keyCertSign', ...IDS]),
      usage: make('usage', 'usage', 'root', [
        'basicConstraints=critical,CA:TRUE',
        'keyUsage=digitalSignature',
        ...IDS,
      ]),
      ended: make('ended', 'ended', 'root', [...CA, ...IDS], { to: '20250101000000Z' }),
    };
    const leaf = (name: string, issuer: string, more = {}) => {
      certificates[name] = make(name, 'leaf', issuer, LEAF, more);
    };
    leaf('leaf-ca', 'ca');
    leaf('leaf-short', 'short');
    leaf('leaf-sub', 'sub');
    leaf('leaf-flat', 'flat');
    leaf('leaf-usage', 'usage');
    leaf('leaf-false', 'false');
    leaf('leaf-ended', 'ended');
    leaf('leaf-expired', 'ca', { to: '20260101000000Z' });
    leaf('leaf-future', 'ca', { from: '20300101000000Z' });
    leaf('leaf-other', 'other');
    certificates['leaf-critical'] = make('leaf-critical', 'leaf', 'ca', [
      ...LEAF,
      '1.2.3.4.5=critical,ASN1:NULL',
    ]);
    const genuine = certificates['leaf-ca']!;
    const broken = genuine.der.slice();
    broken.set([(broken.at(-1) ?? 0) ^ 1], broken.length - 1);
    workshop.write('leaf-broken.pem', encodePem('CERTIFICATE', broken));
    certificates['leaf-broken'] = certificateFrom(workshop, 'leaf-broken.pem');
  }, 120_000);

  it.each([
    ['a good chain', 'leaf-ca', ['ca'], 'root', null],
    ['unneeded certificates around', 'leaf-ca', ['other', 'short', 'ca', 'leaf-ca'], 'root', null],
    ['a leaf under a short path', 'leaf-short', ['short'], 'root', null],
    ['a path longer than its CA allows', 'leaf-sub', ['sub', 'short'], 'root', 'certificate.untrusted'],
    ['an issuer that is no CA', 'leaf-flat', ['flat'], 'root', 'certificate.untrusted'],
    ['an issuer that may not sign certificates', 'leaf-usage', ['usage'], 'root', 'certificate.untrusted'],
    ['an issuer that may sign but is no CA', 'leaf-false', ['false'], 'root', 'certificate.untrusted'],
    ['an issuer that has ended', 'leaf-ended', ['ended'], 'root', 'certificate.expired'],
    ['an expired leaf', 'leaf-expired', ['ca'], 'root', 'certificate.expired'],
    ['a leaf of the future', 'leaf-future', ['ca'], 'root', 'certificate.notYetValid'],
    ['a broken signature', 'leaf-broken', ['ca'], 'root', 'certificate.badSignature'],
    ['an unknown root', 'leaf-other', ['other'], 'root', 'certificate.untrusted'],
    ['a missing issuer', 'leaf-ca', [], 'root', 'certificate.untrusted'],
    ['an unknown critical extension', 'leaf-critical', ['ca'], 'root', 'certificate.untrusted'],
    ['the root of another chain', 'leaf-ca', ['ca'], 'other', 'certificate.untrusted'],
  ])('%s', async (_, leaf, pool, anchor, refusal) => {
    workshop.write(
      'pool.pem',
      pool.map((name) => encodePem('CERTIFICATE', certificates[name]!.der)).join(''),
    );
    const openssl = workshop.try(
      'verify',
      '-attime',
      String(NOW / 1000),
      '-CAfile',
      `${anchor}.pem`,
      ...(pool.length === 0 ? [] : ['-untrusted', 'pool.pem']),
      `${leaf}.pem`,
    );
    const ours = await buildChain(
      certificates[leaf]!,
      pool.map((name) => certificates[name]!),
      [certificates[anchor]!],
      verifier,
      STRICT,
    );
    expect([ours.ok ? null : ours.error.code, openssl.ok]).toEqual([refusal, refusal === null]);
  });

  it('accepts an old chain whose issuer has ended, where only the leaf counts', async () => {
    const path = await buildChain(
      certificates['leaf-ended']!,
      [certificates['ended']!],
      [certificates['root']!],
      verifier,
      { ...STRICT, validityOf: 'leaf' },
    );
    expect(path.ok).toBe(true);
  });

  it.each([
    ['RSA:1024', 'sha256', 'RSA-1024'],
    ['RSA:2048', 'sha1', 'RSA-SHA1'],
  ])(
    'refuses %s with %s for new certificates and reads it in old chains',
    async (kind, digest, algorithm) => {
      const root = `weak-root-${digest}`;
      makeKey(workshop, root, kind);
      makeKey(workshop, 'weak', 'EC:P-256');
      const anchor = issue(workshop, root, {
        key: `${root}.key`,
        subject: `/CN=${root}`,
        extensions: CA,
        digest,
      });
      const leaf = issue(workshop, 'weak', {
        key: 'weak.key',
        issuer: root,
        subject: '/CN=weak',
        extensions: LEAF.slice(0, 2),
        digest,
      });
      expect([
        await buildChain(leaf, [], [anchor], verifier, STRICT),
        (await buildChain(leaf, [], [anchor], verifier, { now: NOW, accept: 'legacy' })).ok,
      ]).toEqual([{ ok: false, error: { code: 'certificate.weakAlgorithm', algorithm } }, true]);
    },
  );

  it('refuses a curve below 256 bits', async () => {
    makeKey(workshop, 'p224', 'EC:P-224');
    const leaf = issue(workshop, 'p224', { key: 'p224.key', subject: '/CN=p224', extensions: CA });
    expect(await buildChain(leaf, [], [leaf], verifier, STRICT)).toEqual({
      ok: false,
      error: { code: 'certificate.weakAlgorithm', algorithm: 'EC 1.3.132.0.33' },
    });
  });

  it('accepts a root of version 1 in old chains only', async () => {
    makeKey(workshop, 'v1', 'RSA:2048');
    makeKey(workshop, 'v1-leaf', 'EC:P-256');
    workshop.run('req', '-new', '-key', 'v1.key', '-subj', '/CN=v1', '-out', 'v1.csr');
    workshop.run('x509', '-req', '-in', 'v1.csr', '-signkey', 'v1.key', '-days', '3650', '-out', 'v1.pem');
    const root = certificateFrom(workshop, 'v1.pem');
    const leaf = issue(workshop, 'v1-leaf', {
      key: 'v1-leaf.key',
      issuer: 'v1',
      subject: '/CN=leaf',
      extensions: LEAF.slice(0, 2),
    });
    const now = root.notBefore + 1000;
    expect([
      root.version,
      (await buildChain(leaf, [], [root], verifier, { now, accept: 'legacy' })).ok,
      await buildChain(leaf, [], [root], verifier, { now, accept: 'strict' }),
    ]).toEqual([1, true, { ok: false, error: { code: 'certificate.untrusted', reason: 'notCa' } }]);
  });
});
