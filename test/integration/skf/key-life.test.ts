// The life of SM2 and RSA keys on every binary shape of an SKF library.

import { createCipheriv, createPublicKey, publicEncrypt, constants, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeSm2Cipher } from '../../../src/core/certificate/sm2/ciphertext.ts';
import { sealEnvelopedKey } from '../../../src/core/certificate/sm2/enveloped-key.ts';
import { isSm2SignatureGenuine, sm2PointOf } from '../../../src/core/certificate/sm2/signature.ts';
import { encryptSm2, generateSm2KeyPair } from '../../../src/core/certificate/sm2/sm2.ts';
import { encryptSm4Cbc } from '../../../src/core/certificate/sm2/sm4.ts';
import { ecSpki } from '../../../src/core/certificate/spki.ts';
import { buildName, SOFTSKF_BUILDS } from '../../support/softskf.ts';
import { openBench, pin, random, value, type ProviderBench } from './bench.ts';

const TOKEN = 'SKEY1';
const FREE = { acceptLastTry: false };

describe.each(SOFTSKF_BUILDS.map((build) => [buildName(build), build] as const))('%s', (_name, build) => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await openBench(build);
    bench.skf.addDevice('key1');
    bench.skf.addApplication('key1', 'GMAPP');
  });
  afterEach(() => bench.dispose());

  it('makes an SM2 key whose signatures verify', async () => {
    const { provider } = bench;
    value(await provider.login(TOKEN, pin(), FREE));
    value(await provider.createContainer(TOKEN, 'a1'));
    const spki = value(await provider.generateKeyPair(TOKEN, 'a1', 'SM2', 'label'));
    const message = Buffer.from('renewal');
    const signature = value(await provider.sign(TOKEN, 'a1', 'SM3', message));
    expect(isSm2SignatureGenuine(spki, message, signature)).toBe(true);
    expect(value(await provider.listContainers(TOKEN))).toEqual([
      {
        id: 'a1',
        label: 'a1',
        keys: [{ use: 'signing', algorithm: 'SM2', publicKey: spki, hasPrivateKey: true }],
        certificates: [],
      },
    ]);
  });

  it('takes an encryption key in an envelope and opens messages with it', async () => {
    const { provider } = bench;
    value(await provider.login(TOKEN, pin(), FREE));
    value(await provider.createContainer(TOKEN, 'a1'));
    const spki = value(await provider.generateKeyPair(TOKEN, 'a1', 'SM2', 'label'));
    const pair = generateSm2KeyPair(random);
    const sealed = sealEnvelopedKey(pair, sm2PointOf(spki)!, random)!;
    const { c1, c2, c3 } = sealed.wrappedKey;
    const imported = await provider.importEncryptionKey(TOKEN, 'a1', {
      kind: 'sm2',
      symmetricAlgorithm: 'SM4-ECB',
      wrappedKey: { x: c1.subarray(0, 32), y: c1.subarray(32), hash: c3, cipher: c2 },
      publicKey: pair.publicKey,
      encryptedPrivateKey: sealed.encryptedPrivateKey,
    });
    expect(imported).toEqual({ ok: true, value: ecSpki('SM2', pair.publicKey) });
    const key = random(16);
    const iv = random(16);
    const opened = await provider.decrypt(TOKEN, 'a1', 'encryption', {
      keyTransport: 'SM2',
      wrappedKey: encodeSm2Cipher(encryptSm2(key, pair.publicKey, random)!),
      cipher: 'SM4-CBC',
      iv,
      content: encryptSm4Cbc(key, iv, Buffer.from('bid')),
    });
    expect(opened).toEqual({ ok: true, value: new Uint8Array(Buffer.from('bid')) });
  });

  it('makes an RSA key, signs with it, and takes an RSA encryption key', async () => {
    const { provider } = bench;
    value(await provider.login(TOKEN, pin(), FREE));
    value(await provider.createContainer(TOKEN, 'b1'));
    const spki = value(await provider.generateKeyPair(TOKEN, 'b1', 'RSA-2048', 'label'));
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const message = Buffer.from('renewal');
    for (const [hash, name] of [
      ['SHA-256', 'sha256'],
      ['SHA-384', 'sha384'],
      ['SHA-512', 'sha512'],
    ] as const) {
      const signature = value(await provider.sign(TOKEN, 'b1', hash, message));
      expect(verify(name, message, key, signature)).toBe(true);
    }
    const { pkcs1, spki: encryptionSpki } = bench.rsaKey();
    const session = random(16);
    const cipher = createCipheriv('aes-128-ecb', session, null);
    const encryptedPrivateKey = Buffer.concat([cipher.update(pkcs1), cipher.final()]);
    const imported = await provider.importEncryptionKey(TOKEN, 'b1', {
      kind: 'rsa',
      symmetricAlgorithm: 'AES-128-ECB',
      wrappedKey: publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, session),
      encryptedPrivateKey,
    });
    expect(imported).toEqual({ ok: true, value: encryptionSpki });
  });
});
