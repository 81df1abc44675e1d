// All encryption at rest, by node:crypto, which has scrypt and AES-256-GCM in Node and in Electron alike:
// PIN → scrypt → wrapping key → data key → private part. Nothing else in this folder makes or opens a seal.

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { KdfParameters, PinSlot, Sealed } from './key-file.ts';

const KEY_BYTES = 32;
const TAG_BYTES = 16;

/** What a new PIN is stretched with: 128 MiB, about 0.3 s (measured in docs/decisions/0004-software-keys.md). */
export function newKdf(): KdfParameters {
  return { cost: 131_072, blockSize: 8, parallelism: 1, salt: randomBytes(16) };
}

export function newDataKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}

/** The data key under a PIN; `role` keeps the user's and the administrator's slot apart. */
export async function wrapDataKey(
  dataKey: Uint8Array,
  pin: Uint8Array,
  role: 'user' | 'admin',
  maxTries: number,
  kdf: KdfParameters = newKdf(),
): Promise<PinSlot> {
  const key = await stretch(pin, kdf);
  try {
    const wrappedKey = seal(dataKey, key, Buffer.from(`data key of ${role}`));
    return { kdf, wrappedKey, maxTries, triesLeft: maxTries };
  } finally {
    wipe(key);
  }
}

/** null: not with this PIN. Takes as long whether the PIN is right or wrong. */
export async function unwrapDataKey(
  slot: PinSlot,
  pin: Uint8Array,
  role: 'user' | 'admin',
): Promise<Uint8Array | null> {
  const key = await stretch(pin, slot.kdf);
  try {
    const dataKey = unseal(slot.wrappedKey, key, Buffer.from(`data key of ${role}`));
    return dataKey?.length === KEY_BYTES ? dataKey : null;
  } finally {
    wipe(key);
  }
}

/** A fresh random nonce each time: a file is far from the 2^32 writes that would wear a key out. */
export function seal(plaintext: Uint8Array, key: Uint8Array, bound: Uint8Array): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
  return {
    nonce,
    ciphertext: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]),
  };
}

/** null: another key, or changed. The caller wipes what it gets. */
export function unseal(sealed: Sealed, key: Uint8Array, bound: Uint8Array): Uint8Array | null {
  const split = sealed.ciphertext.length - TAG_BYTES;
  if (split < 0) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce, { authTagLength: TAG_BYTES })
    .setAAD(bound)
    .setAuthTag(sealed.ciphertext.subarray(split));
  const plaintext = decipher.update(sealed.ciphertext.subarray(0, split));
  try {
    decipher.final();
    return plaintext;
  } catch {
    wipe(plaintext);
    return null;
  }
}

export function wipe(...secrets: readonly (Uint8Array | null)[]): void {
  for (const secret of secrets) secret?.fill(0);
}

function stretch(pin: Uint8Array, kdf: KdfParameters): Promise<Uint8Array> {
  const { cost, blockSize, parallelism, salt } = kdf;
  const maxmem = 128 * blockSize * (cost + parallelism + 2);
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, KEY_BYTES, { cost, blockSize, parallelization: parallelism, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
