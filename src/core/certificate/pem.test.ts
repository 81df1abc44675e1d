import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { decodePem, encodePem } from './pem.ts';
import { decodeUtf8, encodeUtf8 } from './text.ts';

describe('PEM and its parts', () => {
  it('finds every block in a text and skips what is around', () => {
    const text = `Bag\r\n${encodePem('CERTIFICATE', Uint8Array.of(1, 2))}x\n${encodePem('X509 CRL', Uint8Array.of(3))}`;
    expect(decodePem(text.replaceAll('\n', '\r\n'))).toEqual([
      { label: 'CERTIFICATE', der: Uint8Array.of(1, 2) },
      { label: 'X509 CRL', der: Uint8Array.of(3) },
    ]);
  });

  it.each([
    ['no end', '-----BEGIN CERTIFICATE-----\nAQI=\n'],
    ['another end', '-----BEGIN CERTIFICATE-----\nAQI=\n-----END X509 CRL-----'],
    ['wrong length', '-----BEGIN CERTIFICATE-----\nAQI\n-----END CERTIFICATE-----'],
    ['more than 1 MiB', `-----BEGIN CERTIFICATE-----\n${'A'.repeat(1_100_000)}\n-----END CERTIFICATE-----`],
  ])('finds nothing in a block with %s', (_, text) => {
    expect(decodePem(text)).toEqual([]);
  });

  it('agrees with the platform on base64 and UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        const base64 = Buffer.from(bytes).toString('base64');
        expect([encodeBase64(bytes), decodeBase64(base64)]).toEqual([base64, bytes]);
        expect(encodeUtf8(text)).toEqual(new Uint8Array(Buffer.from(text, 'utf8')));
        expect(decodeUtf8(bytes)).toBe(strictUtf8(bytes));
        expect(decodeUtf8(encodeUtf8(text))).toBe(Buffer.from(text, 'utf8').toString('utf8'));
      }),
      { numRuns: 1000 },
    );
  });
});

function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
