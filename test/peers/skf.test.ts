// What the SKF provider makes, judged by openssl; what openssl and others made, opened by the provider.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvelope } from '../../src/app/adapters/read-envelope.ts';
import { encodeBase64 } from '../../src/core/certificate/base64.ts';
import { subjectOf } from '../../src/core/certificate/names.ts';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { assembleRequest, requestInfo } from '../../src/core/certificate/request.ts';
import { sm2PublicKey } from '../../src/core/certificate/sm2/sm2.ts';
import { encryptSm4Cbc } from '../../src/core/certificate/sm2/sm4.ts';
import { ecSpki } from '../../src/core/certificate/spki.ts';
import { openBench, pin, random, value, type ProviderBench } from '../integration/skf/bench.ts';
import { openWorkshop, type Workshop } from '../support/openssl.ts';

const TOKEN = 'SKEY1';
const ID = 'distid:1234567812345678';
const folder = new URL('../fixtures/gm/', import.meta.url);
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const keys = JSON.parse(readFileSync(new URL('envelopedkey/values.json', folder), 'utf8')) as {
  readonly sign_d: string;
  readonly enc_d: string;
};
const publicKeyOf = (scalar: string) =>
  ecSpki('SM2', sm2PublicKey(new Uint8Array(Buffer.from(scalar, 'hex'))) ?? new Uint8Array());

let workshop: Workshop;
let bench: ProviderBench;
beforeAll(async () => {
  workshop = openWorkshop();
  bench = await openBench({ ulong: 4, packed: true });
  bench.skf.addDevice('key1');
  bench.skf.addApplication('key1', 'GMAPP');
  bench.skf.addSm2Container('key1', 'GMAPP', 'known', keys.sign_d);
  value(await bench.provider.login(TOKEN, pin(), { acceptLastTry: false }));
});
afterAll(() => {
  bench.dispose();
  workshop.dispose();
});

describe('openssl accepts', () => {
  it('a signature of a key made on the token, for its message and identity only', async () => {
    const { provider } = bench;
    value(await provider.createContainer(TOKEN, 'a1'));
    const spki = value(await provider.generateKeyPair(TOKEN, 'a1', 'SM2', ''));
    const message = Buffer.from('要签名的内容');
    workshop.write('key.pub', encodePem('PUBLIC KEY', spki));
    workshop.write('message', message);
    workshop.write('other', 'other');
    workshop.write('signature', value(await provider.sign(TOKEN, 'a1', 'SM3', message)));
    const verify = (file: string, id: string) =>
      workshop.try('dgst', '-sm3', '-verify', 'key.pub', '-sigopt', id, '-signature', 'signature', file).ok;
    expect([verify('message', ID), verify('other', ID), verify('message', 'distid:ALICE')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['SM2', 'SM3', 'SM2-SM3', ['-vfyopt', ID]],
    ['RSA-2048', 'SHA-256', 'RSA-SHA256', []],
  ] as const)('a certificate request signed with %s on the token', async (algorithm, hash, name, options) => {
    const { provider } = bench;
    const container = algorithm === 'SM2' ? 'c1' : 'c2';
    value(await provider.createContainer(TOKEN, container));
    const spki = value(await provider.generateKeyPair(TOKEN, container, algorithm, ''));
    const info = requestInfo({ subject: subjectOf({ commonName: '测试单位' }), spki });
    const signature = value(await provider.sign(TOKEN, container, hash, info));
    workshop.write('r.pem', encodePem('CERTIFICATE REQUEST', assembleRequest(info, name, signature)));
    const checked = workshop.try('req', '-in', 'r.pem', '-noout', '-verify', ...options);
    expect(checked).toMatchObject({ ok: true, output: expect.stringMatching(/verify OK/i) as string });
  });
});

describe('the token opens', () => {
  it.each([
    'ENVELOPEDKEYBLOB-zero32+ecb32.bin',
    'ENVELOPEDKEYBLOB-ecb64.bin',
    'SM2EnvelopedKey-sm4ecb.der',
    'SM2EnvelopedKey-sm4-noparam-64.der',
  ])('an encryption key delivered as %s', async (name) => {
    const envelope = value(
      readEnvelope(encodeBase64(fixture(`envelopedkey/${name}`)), publicKeyOf(keys.enc_d)),
    );
    const imported = await bench.provider.importEncryptionKey(TOKEN, 'known', envelope);
    expect(imported).toEqual({ ok: true, value: publicKeyOf(keys.enc_d) });
  });

  it('a message whose content key openssl encrypted', async () => {
    const envelope = value(
      readEnvelope(encodeBase64(fixture('envelopedkey/SM2EnvelopedKey-sm4ecb.der')), publicKeyOf(keys.enc_d)),
    );
    value(await bench.provider.importEncryptionKey(TOKEN, 'known', envelope));
    const [key, iv] = [random(16), random(16)];
    workshop.write('content.key', key);
    workshop.write('enc.pub', encodePem('PUBLIC KEY', publicKeyOf(keys.enc_d)));
    workshop.run(
      'pkeyutl',
      '-encrypt',
      '-pubin',
      '-inkey',
      'enc.pub',
      '-in',
      'content.key',
      '-out',
      'wrapped',
    );
    const opened = await bench.provider.decrypt(TOKEN, 'known', 'encryption', {
      keyTransport: 'SM2',
      wrappedKey: workshop.read('wrapped'),
      cipher: 'SM4-CBC',
      iv,
      content: encryptSm4Cbc(key, iv, Buffer.from('标书')),
    });
    expect(Buffer.from(value(opened)).toString()).toBe('标书');
  });
});
