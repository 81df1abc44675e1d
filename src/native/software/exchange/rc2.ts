// RC2 in CBC mode, decryption only (RFC 2268). PKCS#12 files of Windows hide their certificates with 40-bit RC2,
// which neither OpenSSL 3 nor BoringSSL opens any more. It protects nothing and is never written.

// prettier-ignore
const PI_TABLE = Uint8Array.from([
  217, 120, 249, 196, 25, 221, 181, 237, 40, 233, 253, 121, 74, 160, 216, 157, 198, 126, 55, 131, 43, 118, 83, 142,
  98, 76, 100, 136, 68, 139, 251, 162, 23, 154, 89, 245, 135, 179, 79, 19, 97, 69, 109, 141, 9, 129, 125, 50, 189,
  143, 64, 235, 134, 183, 123, 11, 240, 149, 33, 34, 92, 107, 78, 130, 84, 214, 101, 147, 206, 96, 178, 28, 115, 86,
  192, 20, 167, 140, 241, 220, 18, 117, 202, 31, 59, 190, 228, 209, 66, 61, 212, 48, 163, 60, 182, 38, 111, 191, 14,
  218, 70, 105, 7, 87, 39, 242, 29, 155, 188, 148, 67, 3, 248, 17, 199, 246, 144, 239, 62, 231, 6, 195, 213, 47, 200,
  102, 30, 215, 8, 232, 234, 222, 128, 82, 238, 247, 132, 170, 114, 172, 53, 77, 106, 42, 150, 26, 210, 113, 90, 21,
  73, 116, 75, 159, 208, 94, 4, 24, 164, 236, 194, 224, 65, 110, 15, 81, 203, 204, 36, 145, 175, 80, 161, 244, 112,
  57, 153, 124, 58, 133, 35, 184, 180, 122, 252, 2, 54, 91, 37, 85, 151, 49, 45, 93, 250, 152, 227, 138, 146, 174, 5,
  223, 41, 16, 103, 108, 186, 201, 211, 0, 230, 207, 225, 158, 168, 44, 99, 22, 1, 63, 88, 226, 137, 169, 13, 56, 52,
  27, 171, 51, 255, 176, 187, 72, 12, 95, 185, 177, 205, 46, 197, 243, 219, 71, 229, 165, 156, 119, 10, 166, 32, 104,
  254, 127, 193, 173,
]);

const BLOCK = 8;
/** Rotation of each 16-bit word in a mixing round (RFC 2268 §3.1). */
const ROTATIONS = [1, 2, 3, 5] as const;

/** `key` holds as many bytes as the key has effective bits. null: no whole blocks, or no PKCS#7 padding. */
export function decryptRc2Cbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  if (ciphertext.length === 0 || ciphertext.length % BLOCK !== 0) return null;
  const schedule = expandKey(key);
  const plaintext = new Uint8Array(ciphertext.length);
  for (let offset = 0; offset < ciphertext.length; offset += BLOCK) {
    const previous = offset === 0 ? iv : ciphertext.subarray(offset - BLOCK, offset);
    const block = decryptBlock(schedule, ciphertext.subarray(offset, offset + BLOCK));
    for (let index = 0; index < BLOCK; index++)
      plaintext[offset + index] = (block[index] ?? 0) ^ (previous[index] ?? 0);
  }
  const padding = plaintext.at(-1) ?? 0;
  const isPadded =
    padding >= 1 && padding <= BLOCK && plaintext.subarray(-padding).every((byte) => byte === padding);
  return isPadded ? plaintext.subarray(0, -padding) : null;
}

/** RFC 2268 §2; the effective length is the key's own. */
function expandKey(key: Uint8Array): Uint16Array {
  const table = new Uint8Array(128);
  table.set(key);
  const at = (index: number): number => table[index] ?? 0;
  const pi = (index: number): number => PI_TABLE[index & 0xff] ?? 0;
  for (let index = key.length; index < 128; index++)
    table[index] = pi(at(index - 1) + at(index - key.length));
  table[128 - key.length] = pi(at(128 - key.length));
  for (let index = 127 - key.length; index >= 0; index--)
    table[index] = pi(at(index + 1) ^ at(index + key.length));
  return Uint16Array.from({ length: 64 }, (_, index) => at(2 * index) | (at(2 * index + 1) << 8));
}

function decryptBlock(schedule: Uint16Array, block: Uint8Array): Uint8Array {
  const view = new DataView(block.buffer, block.byteOffset, BLOCK);
  const words = Uint16Array.from([0, 2, 4, 6], (offset) => view.getUint16(offset, true));
  const word = (index: number): number => words[index & 3] ?? 0;
  for (let round = 15; round >= 0; round--) {
    for (let index = 3; index >= 0; index--) {
      const rotation = ROTATIONS[index] ?? 0;
      const rotated = ((word(index) >>> rotation) | (word(index) << (16 - rotation))) & 0xffff;
      const mixed = (word(index - 1) & word(index - 2)) + (~word(index - 1) & word(index - 3));
      words[index] = rotated - (schedule[4 * round + index] ?? 0) - mixed;
    }
    // Mashing stands after the fifth and the eleventh mixing round, here in reverse.
    if (round === 11 || round === 5)
      for (let index = 3; index >= 0; index--)
        words[index] = word(index) - (schedule[word(index - 1) & 63] ?? 0);
  }
  const out = new Uint8Array(BLOCK);
  const target = new DataView(out.buffer);
  words.forEach((value, index) => target.setUint16(2 * index, value, true));
  return out;
}
