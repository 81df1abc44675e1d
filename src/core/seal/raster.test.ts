import { describe, expect, it } from 'vitest';
import { decodeRaster } from './raster.ts';
import { readPicture } from './seal-picture.ts';

/** 2 × 2, colours red, green / blue, red, written by hand from the GIF89a text; the first colour is see-through. */
const GIF = Uint8Array.from(
  Buffer.from(
    '47494638396102000200910000ff000000ff000000ff00000021f90401000000002c000000000200020000020344040500 3b'.replaceAll(
      ' ',
      '',
    ),
    'hex',
  ),
);

function bmp(depth: 24 | 32): Uint8Array {
  const stride = depth === 24 ? 8 : 8;
  const file = new DataView(new ArrayBuffer(54 + stride * 2));
  file.setUint16(0, 0x424d);
  file.setUint32(10, 54, true);
  file.setUint32(14, 40, true);
  file.setInt32(18, 2, true);
  file.setInt32(22, 2, true);
  file.setUint16(28, depth, true);
  const bytes = new Uint8Array(file.buffer);
  // Rows from the bottom, blue first: below green and blue, above red and white.
  const row = (at: number, pixels: readonly (readonly number[])[]) => {
    for (const [index, [b = 0, g = 0, r = 0]] of pixels.entries())
      bytes.set([b, g, r], at + (index * depth) / 8);
  };
  row(54, [
    [0, 255, 0],
    [255, 0, 0],
  ]);
  row(54 + stride, [
    [0, 0, 255],
    [255, 255, 255],
  ]);
  return bytes;
}

describe('a picture of a seal', () => {
  it.each([24, 32] as const)('as BMP of %i bits comes out with its rows turned', (depth) => {
    expect(decodeRaster(bmp(depth))).toEqual({
      width: 2,
      height: 2,
      rgb: Uint8Array.of(255, 0, 0, 255, 255, 255, 0, 255, 0, 0, 0, 255),
      alpha: null,
    });
  });

  it('as GIF keeps what is transparent', () => {
    const raster = decodeRaster(GIF);
    expect({ size: [raster?.width, raster?.height], alpha: raster?.alpha }).toEqual({
      size: [2, 2],
      alpha: Uint8Array.of(0, 255, 255, 0),
    });
  });

  it.each([
    ['png', '89504e470d0a1a0a0000000d494844520000019000000191', { width: 400, height: 401 }],
    ['png', '89504e470d0a1a0a0000000d49484452ffffffff00000191', null],
    ['gif', '474946383961020003009100', { width: 2, height: 3 }],
    ['jpg', 'ffd8ffe000044a46ffc0001108001000200301', { width: 32, height: 16 }],
    ['jpg', 'ffd8ffe0ffff', null],
    ['ofd', '504b0304140000', null],
    ['unknown', '00010203', null],
    ['unknown', '', null],
  ])('is named %s by its content', (kind, hex, size) => {
    expect(readPicture(Uint8Array.from(Buffer.from(hex, 'hex')))).toEqual({ kind, size });
  });
});
