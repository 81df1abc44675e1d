import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../../test/support/certificate.ts';
import { KEY_FAMILIES } from '../key-families.ts';
import { pkcs8Of } from './pkcs8.ts';
import { writePkcs12 } from './pkcs12-write.ts';
import { readKeyFile } from './read-key-file.ts';

const PASSWORD = Buffer.from('12345678');
const pair = await KEY_FAMILIES.SM2.generate('SM2');
const certificate = makeCertificate({
  publicKey: pair.publicKey,
  commonName: 'a',
  serial: 1,
  use: 'any',
  years: [2020, 2030],
});
const file =
  writePkcs12({ pkcs8: pkcs8Of(pair), certificate, chain: [], label: '张三' }, PASSWORD) ?? new Uint8Array();

interface Tlv {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

function tlvAt(der: Uint8Array, offset: number): Tlv {
  const first = der[offset + 1] ?? 0;
  const count = first < 0x80 ? 0 : first & 0x7f;
  const start = offset + 2 + count;
  const length =
    count === 0 ? first : Number(`0x${Buffer.from(der.subarray(offset + 2, start)).toString('hex')}`);
  return { tag: der[offset] ?? 0, content: der.subarray(start, start + length), end: start + length };
}

/** As Java writes it: indefinite lengths, long strings in pieces. */
function inPieces(der: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < der.length;) {
    const { tag, content, end } = tlvAt(der, offset);
    const isLong = (tag === 0x04 || tag === 0x80) && content.length > 64;
    if ((tag & 0x20) !== 0) parts.push(Buffer.of(tag, 0x80), inPieces(content), Buffer.of(0, 0));
    else if (isLong) parts.push(Buffer.of(tag | 0x20, 0x80), ...piecesOf(content), Buffer.of(0, 0));
    else parts.push(der.subarray(offset, end));
    offset = end;
  }
  return Buffer.concat(parts);
}

function piecesOf(content: Uint8Array): Uint8Array[] {
  const count = Math.ceil(content.length / 100);
  return Array.from({ length: count }, (_, index) => {
    const piece = content.subarray(100 * index, 100 * (index + 1));
    return Buffer.concat([Buffer.of(0x04, piece.length), piece]);
  });
}

const seen = (content: Uint8Array) => {
  const read = readKeyFile(content, PASSWORD);
  return read.ok ? read.value.map(({ pair: { algorithm }, label }) => [algorithm, label]) : read.error;
};

describe('reading a key file', () => {
  it.each<[string, Uint8Array]>([
    ['binary', file],
    ['base64', Buffer.from(Buffer.from(file).toString('base64'))],
    [
      'PEM',
      Buffer.from(`-----BEGIN PKCS12-----\n${Buffer.from(file).toString('base64')}\n-----END PKCS12-----\n`),
    ],
    ['with indefinite lengths and strings in pieces', inPieces(file)],
  ])('finds the key and its name, %s', (_name, content) => {
    expect(seen(content)).toEqual([['SM2', '张三']]);
  });

  it('answers with an error, never a throw, for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => !readKeyFile(bytes, PASSWORD).ok));
  });

  it('takes no key from a file with a bit fallen over', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(7), (place, bit) => {
        const flipped = Uint8Array.from(file);
        flipped[place] = (flipped[place] ?? 0) ^ (1 << bit);
        const read = readKeyFile(flipped, PASSWORD);
        // Some bits only name or count; whatever key comes out must be the one that went in.
        return (
          !read.ok || read.value.every((key) => Buffer.from(key.pair.privateKey).equals(pair.privateKey))
        );
      }),
      { numRuns: 25 },
    );
  });
});
