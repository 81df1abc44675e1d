// Software keys against openssl: key files in both directions, and signatures of every algorithm.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePem, encodePem } from '../../src/core/certificate/pem.ts';
import type { KeyAlgorithm } from '../../src/core/token/token.ts';
import { createSoftwareProvider } from '../../src/native/software/provider.ts';
import { createSoftwareKeyStore } from '../../src/native/software/store.ts';
import { hashFor } from '../contract/key-use.ts';
import { openWorkshop, type Workshop } from '../support/openssl.ts';
import {
  createSoftwareKeyBench,
  goodFile,
  NOT_LAST,
  PIN,
  secret,
  valueOf,
  type SoftwareKeyBench,
} from '../support/software-key.ts';

const PASSWORD = '密码 123456';
const ALONE = { ...NOT_LAST, container: null };
const refused = (error: unknown) => ({ ok: false, error });

let bench: SoftwareKeyBench;
let workshop: Workshop;
beforeAll(async () => {
  bench = await createSoftwareKeyBench();
  workshop = openWorkshop();
  for (const [name, usage] of Object.entries({ sign: 'digitalSignature', enc: 'keyEncipherment' })) {
    for (const [kind, options] of Object.entries(KINDS)) {
      workshop.run('genpkey', ...options, '-out', `${name}-${kind}.key`);
      const digest = kind === 'sm2' ? ['-sm3', '-sigopt', 'distid:1234567812345678'] : [];
      const subject = `/CN=${name} ${kind}`;
      const extension = ['-addext', `keyUsage=${usage}`];
      const request = ['req', '-x509', '-key', `${name}-${kind}.key`, '-subj', subject, '-days', '30'];
      workshop.run(...request, ...extension, ...digest, '-out', `${name}-${kind}.pem`);
    }
  }
});
afterAll(() => {
  workshop.dispose();
  bench.dispose();
});

const KINDS = {
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  p256: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  sm2: ['-algorithm', 'SM2'],
} as const;
type Kind = keyof typeof KINDS;

const ALGORITHM: Record<Kind, KeyAlgorithm> = {
  rsa: 'RSA-2048',
  p256: 'EC-P256',
  p384: 'EC-P384',
  sm2: 'SM2',
};

function pkcs12(kind: Kind, options: readonly string[], password = PASSWORD): Uint8Array {
  const parts = ['-inkey', `sign-${kind}.key`, '-in', `sign-${kind}.pem`, '-name', '张三'];
  workshop.run('pkcs12', '-export', ...parts, ...options, '-passout', `pass:${password}`, '-out', 'file.p12');
  return workshop.read('file.p12');
}

const certificateOf = (name: string): Uint8Array =>
  decodePem(Buffer.from(workshop.read(name)).toString())[0]?.der ?? new Uint8Array();

/** Signs with the only container and lets openssl verify with the certificate beside it. */
async function opensslVerifies(path: string, kind: Kind): Promise<string> {
  const provider = createSoftwareProvider(path);
  valueOf(await provider.login(bench.token, secret(PIN), NOT_LAST));
  const container = goodFile(path).containers[0]?.id ?? '';
  const message = Buffer.from('message');
  const signature = valueOf(await provider.sign(bench.token, container, hashFor(ALGORITHM[kind]), message));
  const der = valueOf(await provider.readCertificate(bench.token, container, 'signing'));
  workshop.write('message', message);
  workshop.write('signature', signature);
  workshop.write('signer.pem', encodePem('CERTIFICATE', der));
  workshop.write('signer.pub', workshop.run('x509', '-in', 'signer.pem', '-pubkey', '-noout'));
  const sm2 = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'];
  const options = kind === 'sm2' ? sm2 : ['-rawin', '-digest', 'sha256'];
  const files = ['-pubin', '-inkey', 'signer.pub', '-in', 'message', '-sigfile', 'signature'];
  return workshop.try('pkeyutl', '-verify', ...options, ...files).output.trim();
}

describe('a key file of openssl', () => {
  it.each<[string, Kind, readonly string[]]>([
    ['AES-256', 'rsa', []],
    [
      'AES-128 with HMAC-SHA1',
      'rsa',
      ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha1'],
    ],
    ['triple DES and 40-bit RC2, as Windows wrote it', 'rsa', ['-legacy']],
    ['128-bit RC2', 'p256', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-2DES']],
    ['triple DES for everything', 'p256', ['-legacy', '-descert']],
    ['a MAC of SHA-512', 'p384', ['-macalg', 'sha512']],
    ['no MAC', 'p384', ['-nomac']],
    ['nothing encrypted but a MAC', 'sm2', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
    ['AES-256', 'sm2', []],
  ])('with %s (%s) is taken in and its key signs', async (_name, kind, options) => {
    const path = bench.fresh();
    const store = createSoftwareKeyStore(path);
    const imported = await store.importKeys(pkcs12(kind, options), secret(PASSWORD), secret(PIN), ALONE);
    expect(imported).toMatchObject({
      ok: true,
      value: [{ label: '张三', uses: ['signing'], certificates: ['signing'] }],
    });
    expect(goodFile(path).containers).toMatchObject([
      { label: '张三', keys: [{ algorithm: ALGORITHM[kind] }] },
    ]);
    expect(await opensslVerifies(path, kind)).toBe('Signature Verified Successfully');
  });

  it.each<[string, Kind, readonly string[]]>([
    ['AES-256', 'rsa', []],
    ['40-bit RC2', 'rsa', ['-legacy']],
    ['no MAC', 'sm2', ['-nomac']],
  ])(
    'with %s is refused by name when the password is wrong, and nothing is written',
    async (_name, kind, options) => {
      const path = bench.fresh();
      const before = readFileSync(path);
      const content = pkcs12(kind, options);
      const pin = secret(PIN);
      const answer = await createSoftwareKeyStore(path).importKeys(content, secret('wrong'), pin, ALONE);
      expect(answer).toEqual(refused({ code: 'keyFile.passwordIncorrect' }));
      expect(readFileSync(path).equals(before)).toBe(true);
      expect(pin).toEqual(new Uint8Array(pin.length));
    },
  );

  it('whose algorithm is gone is refused with its name', async () => {
    const content = pkcs12('rsa', ['-legacy', '-certpbe', 'PBE-SHA1-RC4-128']);
    const answer = await createSoftwareKeyStore(bench.fresh()).importKeys(
      content,
      secret(PASSWORD),
      secret(PIN),
      ALONE,
    );
    expect(answer).toEqual(refused({ code: 'keyFile.unsupported', algorithm: '1.2.840.113549.1.12.1.1' }));
  });

  it('is not taken in twice', async () => {
    const path = bench.fresh();
    const store = createSoftwareKeyStore(path);
    const content = pkcs12('p256', []);
    const [first] = valueOf(await store.importKeys(content, secret(PASSWORD), secret(PIN), ALONE));
    expect(await store.importKeys(content, secret(PASSWORD), secret(PIN), ALONE)).toEqual(
      refused({ code: 'container.exists', container: first?.container }),
    );
  });

  it('with an encryption key goes beside the signing key it belongs to', async () => {
    const path = bench.fresh();
    const store = createSoftwareKeyStore(path);
    const [first] = valueOf(await store.importKeys(pkcs12('sm2', []), secret(PASSWORD), secret(PIN), ALONE));
    const parts = ['-inkey', 'enc-sm2.key', '-in', 'enc-sm2.pem'];
    workshop.run('pkcs12', '-export', ...parts, '-passout', `pass:${PASSWORD}`, '-out', 'enc.p12');
    const into = { ...NOT_LAST, container: first?.container ?? '' };
    const second = await store.importKeys(workshop.read('enc.p12'), secret(PASSWORD), secret(PIN), into);
    expect(second).toMatchObject({
      ok: true,
      value: [{ uses: ['encryption'], certificates: ['encryption'] }],
    });
    expect(goodFile(path).containers.map(({ keys }) => keys.map(({ use }) => use))).toEqual([
      ['signing', 'encryption'],
    ]);
  });
});

describe('an exported key', () => {
  it.each(['rsa', 'p256', 'p384', 'sm2'] as const)(
    'of %s is read by openssl, key and certificate',
    async (kind) => {
      const path = bench.fresh();
      const store = createSoftwareKeyStore(path);
      const [imported] = valueOf(
        await store.importKeys(pkcs12(kind, []), secret(PASSWORD), secret(PIN), ALONE),
      );
      const container = imported?.container ?? '';
      const file = valueOf(
        await store.exportKey(container, 'signing', secret(PASSWORD), secret(PIN), NOT_LAST),
      );
      workshop.write('out.p12', file);
      const read = (...options: string[]): string =>
        workshop.run('pkcs12', '-in', 'out.p12', '-passin', `pass:${PASSWORD}`, '-nodes', ...options);
      workshop.write('out.key', read('-nocerts'));
      workshop.write('out.pem', read('-nokeys'));
      expect(Buffer.from(certificateOf('out.pem')).equals(certificateOf(`sign-${kind}.pem`))).toBe(true);
      const publicHalf = (name: string) => workshop.run('pkey', '-in', name, '-pubout');
      expect(publicHalf('out.key')).toBe(publicHalf(`sign-${kind}.key`));
      expect(workshop.try('pkcs12', '-in', 'out.p12', '-passin', 'pass:wrong', '-noout').ok).toBe(false);
    },
  );

  it.each([
    ['a password that is too short', 'short', 'signing', { code: 'keyFile.passwordTooShort', min: 8 }],
    ['a key that is not there', PASSWORD, 'encryption', { code: 'key.notFound' }],
  ] as const)('is refused for %s', async (_name, password, use, error) => {
    const path = bench.fresh();
    const store = createSoftwareKeyStore(path);
    const [imported] = valueOf(
      await store.importKeys(pkcs12('sm2', []), secret(PASSWORD), secret(PIN), ALONE),
    );
    const answer = await store.exportKey(
      imported?.container ?? '',
      use,
      secret(password),
      secret(PIN),
      NOT_LAST,
    );
    expect(answer).toEqual(refused(error));
  });
});

describe('a key file of CFCA', () => {
  const cfca = (number: 0 | 2): Uint8Array =>
    readFileSync(fileURLToPath(new URL(`../fixtures/gm/gmsm/cfca-pkcs12-${number}.pem`, import.meta.url)));

  it.each([
    [0, '123456'],
    [2, 'ys123456'],
  ] as const)('number %i opens with its password and its key signs for openssl', async (number, password) => {
    const path = bench.fresh();
    const answer = await createSoftwareKeyStore(path).importKeys(
      cfca(number),
      secret(password),
      secret(PIN),
      ALONE,
    );
    expect(answer).toMatchObject({ ok: true, value: [{ uses: ['signing'], certificates: ['signing'] }] });
    expect(await opensslVerifies(path, 'sm2')).toBe('Signature Verified Successfully');
  });

  it('is refused with another password', async () => {
    const answer = await createSoftwareKeyStore(bench.fresh()).importKeys(
      cfca(0),
      secret('ys123456'),
      secret(PIN),
      ALONE,
    );
    expect(answer).toEqual(refused({ code: 'keyFile.passwordIncorrect' }));
  });
});

describe('a new key', () => {
  it.each(['rsa', 'p256', 'p384', 'sm2'] as const)('of %s signs for openssl', async (kind) => {
    const path = bench.fresh();
    const provider = createSoftwareProvider(path);
    valueOf(await provider.login(bench.token, secret(PIN), NOT_LAST));
    valueOf(await provider.createContainer(bench.token, 'a1'));
    const publicKey = valueOf(await provider.generateKeyPair(bench.token, 'a1', ALGORITHM[kind], 'new'));
    // Any certificate around this key: openssl takes only the key from it.
    workshop.write('new.pub', encodePem('PUBLIC KEY', publicKey));
    const issuer = kind === 'sm2' ? 'sign-sm2' : 'sign-rsa';
    const options = kind === 'sm2' ? ['-sm3', '-sigopt', 'distid:1234567812345678'] : [];
    const sign = ['x509', '-new', '-subj', '/CN=new', '-force_pubkey', 'new.pub', '-days', '30'];
    workshop.run(...sign, '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, ...options, '-out', 'new.pem');
    valueOf(await provider.writeCertificate(bench.token, 'a1', 'signing', certificateOf('new.pem')));
    expect(await opensslVerifies(path, kind)).toBe('Signature Verified Successfully');
  });
});
