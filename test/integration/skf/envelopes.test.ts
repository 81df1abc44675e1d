// Encryption keys in envelopes, and messages for them, on devices that differ.

import { afterEach, describe, expect, it } from 'vitest';
import { sealEnvelope } from '../../../src/app/adapters/seal-envelope.ts';
import { deliverEncryptionKey } from '../../support/key-centre.ts';
import { openBench, pin, value, type ProviderBench } from './bench.ts';

const TOKEN = 'SKEY1';
const NOT_LAST = { acceptLastTry: false };

let bench: ProviderBench;

async function start(device: Record<string, string | number> = {}, decrypt = false): Promise<void> {
  bench = await openBench({ ulong: 4, packed: true, vendorDecrypt: decrypt });
  bench.skf.addDevice('key1', device);
  bench.skf.addApplication('key1', 'GMAPP');
}

async function loggedIn(device: Record<string, string | number> = {}, decrypt = false): Promise<void> {
  await start(device, decrypt);
  value(await bench.provider.login(TOKEN, pin(), NOT_LAST));
}

async function withKey(container: string, algorithm: 'SM2' | 'RSA-2048' = 'SM2'): Promise<Uint8Array> {
  value(await bench.provider.createContainer(TOKEN, container));
  return value(await bench.provider.generateKeyPair(TOKEN, container, algorithm, ''));
}

afterEach(() => bench.dispose());

describe('encryption keys', () => {
  it('falls back to the whole field for a device that opens all 64 bytes', async () => {
    await loggedIn({ envelope: 'strict64' });
    const delivery = deliverEncryptionKey('SM2', await withKey('a1'), { layout: 64 });
    const imported = await bench.provider.importEncryptionKey(TOKEN, 'a1', delivery.envelope);
    expect(imported).toEqual({ ok: true, value: delivery.publicKey });
  });

  it.each(['SM1-ECB', 'SSF33-ECB'] as const)(
    'passes an envelope under %s through unopened',
    async (cipher) => {
      await loggedIn();
      const delivery = deliverEncryptionKey('SM2', await withKey('a1'), { cipher });
      const imported = await bench.provider.importEncryptionKey(TOKEN, 'a1', delivery.envelope);
      expect(imported).toEqual({ ok: true, value: delivery.publicKey });
    },
  );

  it('refuses an envelope whose public key is another one than its private key', async () => {
    await loggedIn();
    const { envelope } = deliverEncryptionKey('SM2', await withKey('a1'));
    const { envelope: other } = deliverEncryptionKey('SM2', await withKey('a2'));
    if (envelope.kind !== 'sm2' || other.kind !== 'sm2') throw new Error('no SM2 envelope');
    const mixed = { ...envelope, publicKey: other.publicKey };
    expect(await bench.provider.importEncryptionKey(TOKEN, 'a1', mixed)).toMatchObject({
      error: { code: 'key.decryptionFailed' },
    });
  });

  it.each([
    ['a wrapped key cut short', { wrappedKey: { x: new Uint8Array(31) } }],
    ['an empty wrapped key', { wrappedKey: { cipher: new Uint8Array() } }],
    ['a private key of 48 bytes', { encryptedPrivateKey: new Uint8Array(48) }],
    ['a public key cut short', { publicKey: new Uint8Array(40) }],
  ])('refuses %s without a call', async (_title, damage) => {
    await loggedIn();
    const { envelope } = deliverEncryptionKey('SM2', await withKey('a1'));
    if (envelope.kind !== 'sm2') throw new Error('no SM2 envelope');
    const { wrappedKey = {}, ...rest } = damage as { wrappedKey?: object };
    const damaged = { ...envelope, ...rest, wrappedKey: { ...envelope.wrappedKey, ...wrappedKey } };
    bench.skf.clearTrace();
    expect(await bench.provider.importEncryptionKey(TOKEN, 'a1', damaged)).toEqual({
      ok: false,
      error: { code: 'key.decryptionFailed' },
    });
    expect(bench.skf.trace().filter((line) => line.includes('Import'))).toEqual([]);
  });
});

describe('decryption', () => {
  async function dual(algorithm: 'SM2' | 'RSA-2048') {
    const delivery = deliverEncryptionKey(algorithm, await withKey('a1', algorithm));
    value(await bench.provider.importEncryptionKey(TOKEN, 'a1', delivery.envelope));
    return delivery.message(Buffer.from('bid'));
  }

  it.each(['SM2', 'RSA-2048'] as const)(
    'uses the vendor call of a device without session keys, %s',
    async (algorithm) => {
      await loggedIn({ no_session_keys: 1 }, true);
      const opened = await bench.provider.decrypt(TOKEN, 'a1', 'encryption', await dual(algorithm));
      expect(Buffer.from(value(opened)).toString()).toBe('bid');
    },
  );

  it.each([false, true])('opens AES with vendor identifiers, or with a vendor call: %s', async (hasCall) => {
    await loggedIn({}, hasCall);
    const delivery = deliverEncryptionKey('RSA-2048', await withKey('a1', 'RSA-2048'));
    value(await bench.provider.importEncryptionKey(TOKEN, 'a1', delivery.envelope));
    const envelope = sealEnvelope(delivery.publicKey, Buffer.from('bid'));
    const opened = await bench.provider.decrypt(TOKEN, 'a1', 'encryption', envelope!);
    expect(Buffer.from(value(opened)).toString()).toBe('bid');
  });

  it('says that a device cannot decrypt with a lone RSA pair, which signs', async () => {
    await loggedIn();
    const envelope = sealEnvelope(await withKey('a1', 'RSA-2048'), Buffer.from('bid'));
    expect(await bench.provider.decrypt(TOKEN, 'a1', 'encryption', envelope!)).toMatchObject({
      error: { code: 'driver.unsupported' },
    });
  });

  it('says so where a device has neither session keys nor a vendor call', async () => {
    await loggedIn({ no_session_keys: 1 });
    expect(await bench.provider.decrypt(TOKEN, 'a1', 'encryption', await dual('SM2'))).toMatchObject({
      error: { code: 'driver.unsupported' },
    });
  });

  it('says that a message was not for this key', async () => {
    await loggedIn();
    await dual('SM2');
    const foreign = deliverEncryptionKey('SM2', await withKey('a2')).message(Buffer.from('x'));
    expect(await bench.provider.decrypt(TOKEN, 'a1', 'encryption', foreign)).toEqual({
      ok: false,
      error: { code: 'key.decryptionFailed' },
    });
  });

  it('has no key to open with before one was imported', async () => {
    await loggedIn();
    const { message } = deliverEncryptionKey('SM2', await withKey('a1'));
    expect(await bench.provider.decrypt(TOKEN, 'a1', 'encryption', message(Buffer.from('x')))).toEqual({
      ok: false,
      error: { code: 'key.notFound' },
    });
  });
});
