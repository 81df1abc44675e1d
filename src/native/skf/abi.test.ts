import { describe, expect, it } from 'vitest';
import { layoutOf, sizeOf, structure, type SkfAbi, type StructureName } from './abi.ts';

const PACKED: SkfAbi = { ulong: 4, packed: true };
const NATURAL: SkfAbi = { ulong: 4, packed: false };
const WIDE: SkfAbi = { ulong: 8, packed: false };
const WIDE_PACKED: SkfAbi = { ulong: 8, packed: true };

describe('structures of GM/T 0016', () => {
  // Sizes without the variable end of ECCCIPHERBLOB and ENVELOPEDKEYBLOB.
  it.each<[StructureName, number, number, number, number]>([
    ['version', 2, 2, 2, 2],
    ['deviceInfo', 294, 296, 326, 328],
    ['rsaPublicKey', 268, 268, 276, 280],
    ['eccPublicKey', 132, 132, 136, 136],
    ['eccCipher', 164, 164, 168, 168],
    ['eccSignature', 128, 128, 128, 128],
    ['blockCipherParam', 44, 44, 56, 56],
    ['envelopedKey', 372, 372, 392, 392],
    ['fileAttribute', 44, 44, 56, 56],
  ])('%s has its size in every shape', (name, packed, natural, widePacked, wide) => {
    expect([PACKED, NATURAL, WIDE_PACKED, WIDE].map((abi) => sizeOf(name, abi))).toEqual([
      packed,
      natural,
      widePacked,
      wide,
    ]);
  });

  it('moves only the numbers of DEVINFO when it is not packed', () => {
    const offsets = (abi: SkfAbi) => {
      const { serialNumber, algSymCap, freeSpace, reserved } = layoutOf('deviceInfo', abi).fields;
      return [serialNumber, algSymCap, freeSpace, reserved].map(({ offset }) => offset);
    };
    expect(offsets(PACKED)).toEqual([162, 198, 218, 230]);
    expect(offsets(NATURAL)).toEqual([162, 200, 220, 232]);
  });

  it('has the fields of an enveloped key where the standard has them', () => {
    const { fields } = layoutOf('envelopedKey', PACKED);
    expect(Object.values(fields).map(({ offset }) => offset)).toEqual([0, 4, 8, 12, 76, 208]);
  });

  it('reads the lower half of a number, whatever is left in the upper half', () => {
    const key = structure('eccPublicKey', WIDE);
    key.bytes.set([0, 1, 0, 0, 0xee, 0xee, 0xee, 0xee]);
    expect(key.number('bitLen')).toBe(256);
  });

  it('aligns 256-bit values to the right of their 64 bytes', () => {
    const key = structure('eccPublicKey', PACKED);
    key.setRightAligned('x', new Uint8Array(32).fill(7));
    expect(key.field('x')).toEqual(new Uint8Array(64).fill(7, 32));
  });
});
