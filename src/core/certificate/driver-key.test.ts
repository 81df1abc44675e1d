import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { algorithmOf, ecPublicKey, rsaPublicKey } from './driver-key.ts';
import { keyAlgorithmOf } from './spki.ts';

const P256 = Buffer.from('06082a8648ce3d030107', 'hex');
const P384 = Buffer.from('06052b81040022', 'hex');
const SM2 = Buffer.from('06082a811ccf5501822d', 'hex');
const spkiOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' });
const octetString = (point: Uint8Array): Buffer => Buffer.concat([Buffer.of(4, point.length), point]);
const pointOf = (key: KeyObject, size: number): Buffer => spkiOf(key).subarray(-(1 + 2 * size));

describe('public keys as drivers show them', () => {
  it.each([2048, 3072, 4096] as const)('understands RSA-%d, with and without a leading zero', (bits) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    const modulus = Buffer.from(n, 'base64url');
    const exponent = Buffer.from(e, 'base64url');
    const expected = { algorithm: `RSA-${String(bits)}`, spki: new Uint8Array(spkiOf(publicKey)) };
    expect(rsaPublicKey(modulus, exponent)).toEqual(expected);
    expect(
      rsaPublicKey(Buffer.concat([Buffer.of(0), modulus]), Buffer.concat([Buffer.of(0), exponent])),
    ).toEqual(expected);
    expect([algorithmOf(expected.spki), keyAlgorithmOf(expected.spki)]).toEqual([
      expected.algorithm,
      expected.algorithm,
    ]);
  });

  it.each([
    ['EC-P256', 'P-256', P256, 32],
    ['EC-P384', 'P-384', P384, 48],
  ] as const)(
    'understands %s, its point bare or in an OCTET STRING',
    (algorithm, namedCurve, parameters, size) => {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve });
      const point = pointOf(publicKey, size);
      const expected = { algorithm, spki: new Uint8Array(spkiOf(publicKey)) };
      expect(ecPublicKey(parameters, point)).toEqual(expected);
      expect(ecPublicKey(parameters, octetString(point))).toEqual(expected);
      expect([algorithmOf(expected.spki), keyAlgorithmOf(expected.spki)]).toEqual([algorithm, algorithm]);
    },
  );

  it('shows SM2 keys and keys of unknown curves without knowing what to do with them', () => {
    const point = Buffer.alloc(65, 7).fill(4, 0, 1);
    const sm2 = ecPublicKey(SM2, octetString(point));
    expect({ algorithm: sm2?.algorithm, again: algorithmOf(sm2?.spki ?? Buffer.of()) }).toEqual({
      algorithm: 'SM2',
      again: 'SM2',
    });
    expect(ecPublicKey(Buffer.from('06052b8104000a', 'hex'), point)?.algorithm).toBeNull();
  });

  it('keeps a key of an unusual length as a key of no kind we use', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const { n = '' } = publicKey.export({ format: 'jwk' });
    const key = rsaPublicKey(Buffer.from(n, 'base64url'), Buffer.of(1, 0, 1));
    expect(key?.algorithm).toBeNull();
    expect(
      createPublicKey({ key: Buffer.from(key?.spki ?? []), format: 'der', type: 'spki' }).equals(publicKey),
    ).toBe(true);
  });

  it.each([
    ['no modulus', () => rsaPublicKey(Buffer.of(), Buffer.of(3))],
    ['no exponent', () => rsaPublicKey(Buffer.alloc(256, 1), Buffer.of(0))],
    ['a point off its curve size', () => ecPublicKey(P256, Buffer.alloc(64, 4))],
    ['no point', () => ecPublicKey(P256, Buffer.of())],
    ['parameters that are rubbish', () => ecPublicKey(Buffer.from('zz'), Buffer.alloc(65, 4))],
    ['no parameters', () => ecPublicKey(Buffer.of(), Buffer.alloc(65, 4))],
  ])('says that it cannot understand a key with %s', (_, read) => {
    expect(read()).toBeNull();
  });

  it.each(['', '30', '3000', '30053003020100', '300a300806062a8648ce3d0203'])(
    'finds no algorithm in %s',
    (bytes) => {
      expect(algorithmOf(Buffer.from(bytes, 'hex'))).toBeNull();
    },
  );
});
