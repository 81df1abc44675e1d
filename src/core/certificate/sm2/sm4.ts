// SM4 (GB/T 32907) in the two modes that envelopes use. Keys are 16 bytes, here and below.

import { sm4 } from 'sm-crypto-v2';

export const SM4_BLOCK = 16;

/** Whole blocks, no padding. */
export function encryptSm4Ecb(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return sm4.encrypt(plaintext, key, { mode: 'ecb', padding: 'none', output: 'array' });
}

/** Whole blocks, no padding. */
export function decryptSm4Ecb(key: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return sm4.decrypt(ciphertext, key, { mode: 'ecb', padding: 'none', output: 'array' });
}

/** Pads as PKCS#7. */
export function encryptSm4Cbc(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return sm4.encrypt(addPadding(plaintext), key, { mode: 'cbc', iv, padding: 'none', output: 'array' });
}

/** null: not whole blocks, or no PKCS#7 padding behind them. */
export function decryptSm4Cbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  if (ciphertext.length === 0 || ciphertext.length % SM4_BLOCK !== 0) return null;
  return withoutPadding(sm4.decrypt(ciphertext, key, { mode: 'cbc', iv, padding: 'none', output: 'array' }));
}

export function addPadding(plaintext: Uint8Array): Uint8Array {
  const count = SM4_BLOCK - (plaintext.length % SM4_BLOCK);
  const padded = new Uint8Array(plaintext.length + count).fill(count);
  padded.set(plaintext);
  return padded;
}

/** null: no PKCS#7 padding of 16-byte blocks. */
export function withoutPadding(padded: Uint8Array): Uint8Array | null {
  const count = padded.at(-1) ?? 0;
  const isPadding =
    count >= 1 && count <= SM4_BLOCK && padded.subarray(-count).every((byte) => byte === count);
  return isPadding ? padded.subarray(0, padded.length - count) : null;
}
