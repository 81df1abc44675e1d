import { createHash, timingSafeEqual } from 'node:crypto';

const HASH_LENGTH = 32;

/**
 * Takes RSAES-OAEP padding with SHA-256 and MGF1-SHA-256 and an empty label off (RFC 8017 §7.1.2 step 3).
 * `encoded` is the result of the raw RSA operation, `length` the bytes of the modulus; null: wrong padding.
 */
export function removeOaepPadding(encoded: Uint8Array, length: number): Uint8Array | null {
  if (encoded.length > length || length < 2 * HASH_LENGTH + 2) return null;
  const whole = Buffer.alloc(length);
  whole.set(encoded, length - encoded.length);
  const seed = xor(whole.subarray(1, 1 + HASH_LENGTH), maskOf(whole.subarray(1 + HASH_LENGTH), HASH_LENGTH));
  const block = xor(whole.subarray(1 + HASH_LENGTH), maskOf(seed, length - HASH_LENGTH - 1));
  const emptyLabel = createHash('sha256').digest();
  const isLabelRight = timingSafeEqual(block.subarray(0, HASH_LENGTH), emptyLabel);
  const separator = block.findIndex((byte, index) => index >= HASH_LENGTH && byte !== 0);
  const isRight = isLabelRight && whole[0] === 0 && block[separator] === 1;
  whole.fill(0);
  return isRight ? Buffer.from(block.subarray(separator + 1)) : null;
}

/** MGF1, RFC 8017 appendix B.2.1. */
function maskOf(seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0; counter * HASH_LENGTH < length; counter++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    blocks.push(createHash('sha256').update(seed).update(number).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}
