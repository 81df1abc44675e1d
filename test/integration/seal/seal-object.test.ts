import { describe, expect, it } from 'vitest';
import { joinBytes } from '../../../src/core/certificate/der.ts';
import { readSealObject, writeSealObject } from '../../../src/core/seal/seal-object.ts';
import { sealFixture } from '../../support/seal/verification.ts';

const seal = sealFixture('ofdrw/UserV4.esl');
const other = sealFixture('ofdrw/UserV5.esl');
const size = seal.length;
const bigEndian = Uint8Array.of(0, 0, size >> 8, size & 255);
const bytes = (...parts: readonly Uint8Array[]) => joinBytes(parts);

describe('the data object of a seal', () => {
  it.each<[string, (der: Uint8Array) => Uint8Array]>([
    ['bare', (der) => der],
    [
      'behind four bytes of length',
      (der) => bytes(Uint8Array.of(0, 0, der.length >> 8, der.length & 255), der),
    ],
    ['behind the other order', (der) => bytes(Uint8Array.of(der.length & 255, der.length >> 8, 0, 0), der)],
    ['behind two bytes', (der) => bytes(Uint8Array.of(der.length >> 8, der.length & 255), der)],
    ['padded to a fixed size', (der) => bytes(der, new Uint8Array(65_536 - der.length))],
  ])('%s takes another seal in the same form', (_title, wrap) => {
    const form = readSealObject(wrap(seal));
    expect(form?.seal.name).toBe('OFD R&W 测试用印章');
    expect(form === null ? null : writeSealObject(form, other)).toEqual(wrap(other));
  });

  it.each<[string, Uint8Array]>([
    ['a length that is not its own', bytes(Uint8Array.of(0, 0, 1, 2), seal)],
    ['something behind it', bytes(seal, Uint8Array.of(1))],
    ['two seals', bytes(seal, other)],
    ['a seal that is cut off', bytes(bigEndian, seal.subarray(0, size - 1))],
    ['nothing', new Uint8Array()],
  ])('with %s is of no form that we write', (_title, content) => {
    expect(readSealObject(content)).toBeNull();
  });
});
