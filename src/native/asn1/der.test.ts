import { describe, expect, it } from 'vitest';
import { encode, encodeInteger, readAll, readTlv } from './der.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

describe('DER', () => {
  it.each([
    ['00', '020100'],
    ['', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['000080', '02020080'],
    ['0001', '020101'],
  ])('writes the number %s shortest', (magnitude, expected) => {
    expect(Buffer.from(encodeInteger(hex(magnitude))).toString('hex')).toBe(expected);
  });

  it.each([0, 127, 128, 255, 256, 65536])('reads back an element of %d bytes', (length) => {
    const content = new Uint8Array(length).fill(7);
    expect(readTlv(encode(0x04, content))?.content).toEqual(content);
  });

  it.each(['', '30', '3005', '300501', '3080', '308500000000010000', '1f0101', '3084ffffffff'])(
    'finds no element in %s',
    (bytes) => {
      expect(readTlv(hex(bytes))).toBeNull();
    },
  );

  it('takes elements that follow each other apart, and nothing that does not fit', () => {
    expect(readAll(hex('0201010500'))?.map(({ tag }) => tag)).toEqual([2, 5]);
    expect(readAll(hex('02010105'))).toBeNull();
  });
});
