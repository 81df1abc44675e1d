import { describe, expect, it } from 'vitest';
import { encode, firstElement, readDer, readOid, oid, childrenOf, unsignedInteger, attempt } from './der.ts';

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
    expect(Buffer.from(unsignedInteger(hex(magnitude))).toString('hex')).toBe(expected);
  });

  it.each([0, 127, 128, 255, 256, 65536])('reads back an element of %d bytes', (length) => {
    const content = new Uint8Array(length).fill(7);
    expect(readDer(encode(0x04, content), 70_000, (root) => root.content)).toEqual({
      ok: true,
      value: content,
    });
  });

  it.each([
    ['', 'truncated'],
    ['30', 'truncated'],
    ['300501', 'truncated'],
    ['3080', 'indefinite or huge length'],
    ['308500000000010000', 'indefinite or huge length'],
    ['1f0101', 'tag number above 30'],
    ['3084ffffffff', 'truncated'],
    ['30810100', 'length not in the shortest form'],
    ['02010105', 'bytes after the end'],
    ['300402010105', 'truncated'],
  ])('finds no element in %s: %s', (bytes, reason) => {
    expect(readDer(hex(bytes), 100, childrenOf)).toEqual({ ok: false, reason });
  });

  it('takes the first element off its padding', () => {
    expect(attempt(() => firstElement(hex('0201010000')).bytes)).toEqual({ ok: true, value: hex('020101') });
  });

  it.each([
    '2.5.29.15',
    '1.2.156.10197.1.301',
    '2.999.1',
    '0.9.2342',
    '2.25.329800735698586629295641978511506172918',
  ])('writes and reads the object identifier %s', (dotted) => {
    expect(readDer(oid(dotted), 100, readOid)).toEqual({ ok: true, value: dotted });
  });
});
