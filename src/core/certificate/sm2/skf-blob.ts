// ENVELOPEDKEYBLOB of SKF (GM/T 0016 §6.4.10), little-endian, by offsets: Version 0, ulSymmAlgID 4, ulBits 8,
// cbEncryptedPriKey 12 (64 bytes), PubKey 76 (bits, X 64, Y 64), ECCCipherBlob 208 (X 64, Y 64, HASH 32,
// length, Cipher from 372). Numbers stand right-aligned in their 64-byte fields.

import { concatBytes } from '@noble/hashes/utils.js';
import { attempt, malformed, type DerReading } from '../der.ts';
import { isSm2Point } from './sm2.ts';
import type { SessionKeyEnvelope } from './enveloped-key.ts';

const CIPHER_OFFSET = 372;
/** Longest tail that a padded structure may have behind the ciphertext. */
const MAX_TAIL = 64;
const SYMMETRIC = { SM4: 0x401, SM1: 0x101, SSF33: 0x201 } as const;

export function isSkfBlob(bytes: Uint8Array): boolean {
  return bytes.length >= CIPHER_OFFSET + 16 && numberAt(bytes, 8) === 256 && isVersion(numberAt(bytes, 0));
}

/** Version 1, or the asymmetric algorithm that the early draft put in its place. */
function isVersion(value: number): boolean {
  return value === 1 || (value >= 0x20000 && value < 0x21000);
}

export function readSkfBlob(bytes: Uint8Array): DerReading<SessionKeyEnvelope> {
  return attempt(() => readFields(bytes));
}

function readFields(bytes: Uint8Array): SessionKeyEnvelope {
  if (bytes.length < CIPHER_OFFSET + 16) malformed('shorter than an ENVELOPEDKEYBLOB');
  if (!isVersion(numberAt(bytes, 0))) malformed('another version of ENVELOPEDKEYBLOB');
  const [cipher] = Object.entries(SYMMETRIC).find(([, id]) => id === numberAt(bytes, 4)) ?? [];
  if (cipher === undefined) malformed('unknown cipher in ENVELOPEDKEYBLOB');
  if (numberAt(bytes, 8) !== 256 || numberAt(bytes, 76) !== 256) malformed('not a 256-bit key');
  const length = numberAt(bytes, 368);
  if (length !== 16 || bytes.length > CIPHER_OFFSET + length + MAX_TAIL)
    malformed('session key of a wrong length');
  const publicKey = concatBytes(Uint8Array.of(4), aligned(bytes, 80), aligned(bytes, 144));
  if (!isSm2Point(publicKey)) malformed('public key is not on the curve');
  return {
    kind: 'sessionKey',
    cipher: cipher as SessionKeyEnvelope['cipher'],
    wrappedKey: {
      c1: concatBytes(aligned(bytes, 208), aligned(bytes, 272)),
      c3: bytes.slice(336, 368),
      c2: bytes.slice(CIPHER_OFFSET, CIPHER_OFFSET + length),
    },
    encryptedPrivateKey: aligned(bytes, 12),
    publicKey,
  };
}

/**
 * ENVELOPEDKEYBLOB of 388 bytes for SKF_ImportECCKeyPair, where half of cbEncryptedPriKey before the key stays
 * zero: the layout that tokens take most; both have the same right half.
 */
export function encodeSkfBlob(envelope: SessionKeyEnvelope, publicKey: Uint8Array): Uint8Array {
  const { c1, c2, c3 } = envelope.wrappedKey;
  const blob = new Uint8Array(CIPHER_OFFSET + c2.length);
  const view = new DataView(blob.buffer);
  const numbers = [
    [0, 1],
    [4, SYMMETRIC[envelope.cipher]],
    [8, 256],
    [76, 256],
    [368, c2.length],
  ] as const;
  for (const [offset, value] of numbers) view.setUint32(offset, value, true);
  blob.set(envelope.encryptedPrivateKey, 12 + 32);
  blob.set(publicKey.subarray(1, 33), 80 + 32);
  blob.set(publicKey.subarray(33), 144 + 32);
  blob.set(c1.subarray(0, 32), 208 + 32);
  blob.set(c1.subarray(32), 272 + 32);
  blob.set(c3, 336);
  blob.set(c2, CIPHER_OFFSET);
  return blob;
}

function numberAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true);
}

/** Right half of a 64-byte field; the left one where an old device aligned to the left. */
function aligned(bytes: Uint8Array, offset: number): Uint8Array {
  const right = bytes.slice(offset + 32, offset + 64);
  return right.every((byte) => byte === 0) ? bytes.slice(offset, offset + 32) : right;
}
