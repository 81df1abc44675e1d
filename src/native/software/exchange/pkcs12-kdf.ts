import { createHash } from 'node:crypto';
import { wipe } from '../sealing.ts';

/** What is derived (RFC 7292 appendix B.3). */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

export type KdfHash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** Bytes of a block and of the result. */
const SIZES: Readonly<Record<KdfHash, readonly [block: number, result: number]>> = {
  sha1: [64, 20],
  sha224: [64, 28],
  sha256: [64, 32],
  sha384: [128, 48],
  sha512: [128, 64],
};

/** RFC 7292 appendix B.2. `password` is what `bmpPassword` makes. */
export function pkcs12Kdf(
  hash: KdfHash,
  password: Uint8Array,
  salt: Uint8Array,
  purpose: number,
  iterations: number,
  length: number,
): Uint8Array {
  const [block, size] = SIZES[hash];
  const diversifier = Buffer.alloc(block, purpose);
  const input = Buffer.concat([repeatToBlocks(salt, block), repeatToBlocks(password, block)]);
  const derived = Buffer.alloc(Math.ceil(length / size) * size);
  for (let offset = 0; offset < length; offset += size) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round++) digest = createHash(hash).update(digest).digest();
    derived.set(digest, offset);
    addOneAnd(repeatToBlocks(digest, block).subarray(0, block), input, block);
  }
  wipe(input);
  return derived.subarray(0, length);
}

/** UTF-16BE with two zero bytes at the end (RFC 7292 appendix B.1). null: the bytes are no UTF-8. */
export function bmpPassword(utf8: Uint8Array): Uint8Array | null {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    const text = decoder.decode(utf8);
    return Buffer.concat([Buffer.from(text, 'utf16le').swap16(), Buffer.alloc(2)]);
  } catch {
    return null;
  }
}

function repeatToBlocks(bytes: Uint8Array, block: number): Uint8Array {
  const length = Math.ceil(bytes.length / block) * block;
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 0);
}

/** Each block of `input` becomes itself + `addend` + 1, modulo 2^(8·block). */
function addOneAnd(addend: Uint8Array, input: Uint8Array, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let index = block - 1; index >= 0; index--) {
      const sum = (input[start + index] ?? 0) + (addend[index] ?? 0) + carry;
      input[start + index] = sum & 0xff;
      carry = sum >>> 8;
    }
  }
}
