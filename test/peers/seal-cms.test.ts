// CMS signatures and time stamps made by the openssl command line, judged by us.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { bitString, childrenOf, encode, readDer, sequence } from '../../src/core/certificate/der.ts';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { sm3 } from '../../src/core/certificate/sm2/sm3.ts';
import { buildSealSignature } from '../../src/core/seal/build-seal.ts';
import { valueOf } from '../support/key-holder.ts';
import { openWorkshop, type Workshop } from '../support/openssl.ts';
import { createWorld, SIGNED_AT, trustOf, type World } from '../support/seal/people.ts';
import { certificatesIn, stepsThat, verify } from '../support/seal/verification.ts';

const CONTENT = new TextEncoder().encode('开标一览表');
let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
  workshop.write('content.bin', CONTENT);
  for (const [name, key] of [
    ['rsa', ['-newkey', 'rsa:2048']],
    ['ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ] as const)
    workshop.run(
      'req',
      '-x509',
      ...key,
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
    );
});
afterAll(() => {
  workshop.dispose();
});

const sign = (name: string, ...options: readonly string[]): Uint8Array => {
  workshop.run(
    'cms',
    '-sign',
    '-binary',
    '-in',
    'content.bin',
    '-signer',
    `${name}.pem`,
    '-inkey',
    `${name}.key`,
    '-outform',
    'DER',
    '-out',
    'signed.der',
    ...options,
  );
  return workshop.read('signed.der');
};
const now = Date.now();

describe('a CMS signature by openssl', () => {
  it.each([
    ['RSA, detached', 'rsa', [], true],
    ['RSA, detached, in streamed form', 'rsa', ['-stream'], true],
    ['EC, detached, SHA-384', 'ec', ['-md', 'sha384'], true],
    ['EC, without attributes', 'ec', ['-noattr'], true],
    ['RSA-PSS', 'rsa', ['-keyopt', 'rsa_padding_mode:pss'], true],
    ['RSA-PSS, SHA-512', 'rsa', ['-keyopt', 'rsa_padding_mode:pss', '-md', 'sha512'], true],
    ['RSA, with a CAdES attribute', 'rsa', ['-cades'], true],
    ['RSA, content inside', 'rsa', ['-nodetach'], false],
  ] as const)('%s: is right', async (_, name, options, isDetached) => {
    const anchors = certificatesIn(workshop.read(`${name}.pem`));
    const report = await verify(sign(name, ...options), { anchors, at: now }, isDetached ? CONTENT : null);
    expect({
      kind: report.kind,
      failed: stepsThat(report, 'failed'),
      ok: report.verdict !== 'invalid',
    }).toEqual({
      kind: 'cms',
      failed: [],
      ok: true,
    });
  });

  it.each([
    ['another content', [], Uint8Array.of(1), ['document.content: document.changed']],
    [
      'another content, without attributes',
      ['-noattr'],
      Uint8Array.of(1),
      ['signature.value: signature.invalid'],
    ],
    ['no certificate', ['-nocerts'], CONTENT, ['signature.unverifiable: signature.unverifiable']],
    [
      'content inside, and another one beside',
      ['-nodetach'],
      Uint8Array.of(1),
      ['document.content: document.changed'],
    ],
  ])('with %s is refused', async (_, options, content, failures) => {
    const report = await verify(sign('ec', ...options), { at: now }, content);
    expect(stepsThat(report, 'failed')).toEqual(failures);
  });

  it('of GmSSL, which leaves out Z, is refused', async () => {
    const file = new URL('../fixtures/gm/gmssl-generated/signed.p7.pem', import.meta.url);
    const report = await verify(new Uint8Array(readFileSync(file)), { at: now });
    expect(stepsThat(report, 'failed')).toContain('signature.value: signature.invalid');
  });
});

describe('a time stamp by openssl over a seal signature', () => {
  let world: World;
  let plain: Uint8Array;
  beforeAll(async () => {
    world = await createWorld('SM2');
    plain = valueOf(
      await buildSealSignature(
        { seal: world.seal.der, time: SIGNED_AT, dataHash: sm3(CONTENT), propertyInfo: 'x' },
        world.signer,
      ),
    );
    workshop.write(
      'tsa.cnf',
      '[tsa]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\naccuracy=secs:1\n',
    );
    workshop.write('serial', '01');
    workshop.write(
      'ext.cnf',
      '[req]\ndistinguished_name=dn\n[dn]\n[v]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n',
    );
    workshop.run(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'tsa.key',
      '-out',
      'tsa.pem',
      '-subj',
      '/CN=tsa',
      '-config',
      'ext.cnf',
      '-extensions',
      'v',
      '-days',
      '30',
    );
  });

  const stampOver = (message: Uint8Array): Uint8Array => {
    workshop.write('stamped.bin', message);
    workshop.run('ts', '-query', '-data', 'stamped.bin', '-sha256', '-cert', '-out', 'query.tsq');
    workshop.run(
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-section',
      'tsa',
      '-queryfile',
      'query.tsq',
      '-signer',
      'tsa.pem',
      '-inkey',
      'tsa.key',
      '-token_out',
      '-out',
      'token.der',
    );
    return workshop.read('token.der');
  };
  const parts = (der: Uint8Array) =>
    valueOf(readDer(der, der.length, childrenOf) as { ok: true; value: ReturnType<typeof childrenOf> });
  const withStamp = (token: Uint8Array) =>
    sequence(...parts(plain).map(({ bytes }) => bytes), encode(0xa0, bitString(token)));

  it('is right, and its certificate is named when it is not trusted', async () => {
    const stamped = withStamp(stampOver(parts(plain)[3]!.content.subarray(1)));
    workshop.write('root.pem', encodePem('CERTIFICATE', world.root.certificate.der));
    const untrusted = await verify(stamped, trustOf(world), CONTENT);
    expect(stepsThat(untrusted, 'notChecked')).toEqual(['timeStamp: signature.timeStampUntrusted']);
    const anchors = [world.root.certificate, ...certificatesIn(workshop.read('tsa.pem'))];
    expect((await verify(stamped, { anchors }, CONTENT)).verdict).toBe('valid');
  });

  it('over something else is refused', async () => {
    const report = await verify(withStamp(stampOver(CONTENT)), trustOf(world), CONTENT);
    expect(stepsThat(report, 'failed')).toEqual(['timeStamp: signature.timeStampInvalid']);
  });
});
