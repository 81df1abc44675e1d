import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../text.ts';
import { decodeSm2Cipher, encodeSm2Cipher, readRawSm2Ciphertext } from './ciphertext.ts';
import { decodeSm2Signature, encodeSm2Signature, signSm2 } from './signature.ts';
import {
  decryptSm2,
  encryptSm2,
  generateSm2KeyPair,
  isSm2Point,
  signSm2Digest,
  sm2Digest,
  sm2PublicKey,
  verifySm2Digest,
} from './sm2.ts';
import { sm3 } from './sm3.ts';
import { decryptSm4Cbc, decryptSm4Ecb, encryptSm4Cbc, encryptSm4Ecb } from './sm4.ts';

interface StandardVectors {
  readonly d: string;
  readonly Px: string;
  readonly Py: string;
  readonly sign: { readonly M: string; readonly e: string; readonly k: string; readonly der: string };
  readonly encrypt: { readonly M: string; readonly k: string; readonly sm2cipher_der: string };
  readonly sm3: readonly { readonly m: string; readonly h: string }[];
  readonly sm4: { readonly key: string; readonly pt: string; readonly ct: string };
}

const standard = JSON.parse(
  readFileSync(new URL('../../../../test/fixtures/gm/sm2-std/gbt32918.5.json', import.meta.url), 'utf8'),
) as StandardVectors;
const privateKey = hexToBytes(standard.d);
const publicKey = hexToBytes(`04${standard.Px}${standard.Py}`);
const random = (length: number) => new Uint8Array(randomBytes(length));
/** The standard's k, as 48 bytes that reduce to it: (value mod n-1) + 1. */
const fixed = (k: string) => () => hexToBytes((BigInt(`0x${k}`) - 1n).toString(16).padStart(96, '0'));

describe('the worked examples of the standards', () => {
  it('signs as GB/T 32918.5 does', () => {
    const digest = sm2Digest(publicKey, encodeUtf8(standard.sign.M));
    const signature = signSm2Digest(digest, privateKey, fixed(standard.sign.k));
    expect([bytesToHex(digest), bytesToHex(encodeSm2Signature(signature ?? new Uint8Array(64)))]).toEqual([
      standard.sign.e,
      standard.sign.der,
    ]);
  });

  it('encrypts and decrypts as GB/T 32918.5 does', () => {
    const ciphertext = encryptSm2(encodeUtf8(standard.encrypt.M), publicKey, fixed(standard.encrypt.k));
    const read = decodeSm2Cipher(hexToBytes(standard.encrypt.sm2cipher_der));
    expect([
      ciphertext && bytesToHex(encodeSm2Cipher(ciphertext)),
      read && decryptSm2(read, privateKey),
    ]).toEqual([standard.encrypt.sm2cipher_der, encodeUtf8(standard.encrypt.M)]);
  });

  it('hashes and enciphers as GB/T 32905 and 32907 do', () => {
    const { key, pt, ct } = standard.sm4;
    expect({
      sm3: [sm3(encodeUtf8('abc')), sm3(encodeUtf8('abcd'.repeat(16)))].map(bytesToHex),
      encrypted: bytesToHex(encryptSm4Ecb(hexToBytes(key), hexToBytes(pt))),
      decrypted: bytesToHex(decryptSm4Ecb(hexToBytes(key), hexToBytes(ct))),
      publicKey: sm2PublicKey(privateKey),
    }).toEqual({ sm3: standard.sm3.map(({ h }) => h), encrypted: ct, decrypted: pt, publicKey });
  });

  it('agrees with OpenSSL on SM3 of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        const expected = new Uint8Array(createHash('sm3').update(bytes).digest());
        expect(sm3(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(expected);
      }),
    );
  });
});

describe('SM2 signatures', () => {
  const digest = sm2Digest(publicKey, encodeUtf8('消息'));
  const genuine = signSm2Digest(digest, privateKey, random) ?? new Uint8Array(64);
  const order = hexToBytes('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
  const zero = new Uint8Array(32);
  const [r, s] = [genuine.subarray(0, 32), genuine.subarray(32)];

  it('verify with their key and message only', () => {
    const other = generateSm2KeyPair(random);
    expect([
      verifySm2Digest(digest, genuine, publicKey),
      verifySm2Digest(digest, genuine, other.publicKey),
      verifySm2Digest(sm2Digest(publicKey, encodeUtf8('消患')), genuine, publicKey),
      verifySm2Digest(sm2Digest(publicKey, encodeUtf8('消息'), new Uint8Array(0)), genuine, publicKey),
    ]).toEqual([true, false, false, false]);
  });

  it.each([
    ['r is zero', concatBytes(zero, s)],
    ['s is zero', concatBytes(r, zero)],
    ['r is the order', concatBytes(order, s)],
    ['s is the order', concatBytes(r, order)],
    ['r + s is the order', concatBytes(r, subtract(order, r))],
    ['it is too short', genuine.subarray(1)],
  ])('are refused when %s', (_, signature) => {
    expect(verifySm2Digest(digest, signature, publicKey)).toBe(false);
  });

  it('that anybody could make with t = 0 are refused', () => {
    const k = generateSm2KeyPair(random);
    const x = k.publicKey.subarray(1, 33);
    const r = subtract(order, k.privateKey);
    // e = r - x, so that the equation would hold for any public key.
    expect(verifySm2Digest(difference(r, x), concatBytes(r, k.privateKey), publicKey)).toBe(false);
  });

  it('are refused for a key off the curve', () => {
    const off = publicKey.slice();
    off[64] = (off[64] ?? 0) ^ 1;
    expect([isSm2Point(off), isSm2Point(publicKey), verifySm2Digest(digest, genuine, off)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('cannot be made with a private key out of range', () => {
    for (const bad of [zero, order, subtract(order, Uint8Array.of(1)), new Uint8Array(31)])
      expect([signSm2(digest, bad, random), sm2PublicKey(bad)]).toEqual([null, null]);
  });

  it('are read from DER only in their one form', () => {
    const der = encodeSm2Signature(genuine);
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 0, max: 255 }), (place, value) => {
        const altered = der.slice();
        altered[place] = value;
        const read = decodeSm2Signature(altered);
        if (read !== null) expect(encodeSm2Signature(read).length).toBeLessThanOrEqual(72);
        const isSame = value === der[place];
        expect(read !== null && verifySm2Digest(digest, read, publicKey)).toBe(isSame);
      }),
      { numRuns: 60 },
    );
  });
});

describe('SM2 encryption', () => {
  it('comes back in every order and refuses what was altered', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), (plaintext, place) => {
        const ciphertext = encryptSm2(plaintext, publicKey, random);
        if (ciphertext === null) throw new Error('not encrypted');
        const { c1, c2, c3 } = ciphertext;
        const forms = [
          decodeSm2Cipher(encodeSm2Cipher(ciphertext)),
          readRawSm2Ciphertext(concatBytes(c1, c3, c2), 'C1C3C2'),
          readRawSm2Ciphertext(concatBytes(Uint8Array.of(4), c1, c3, c2), 'C1C3C2'),
          readRawSm2Ciphertext(concatBytes(c1, c2, c3), 'C1C2C3'),
        ];
        for (const form of forms) expect(form && decryptSm2(form, privateKey)).toEqual(plaintext);
        const raw = concatBytes(c1, c3, c2);
        raw[place % raw.length] = (raw[place % raw.length] ?? 0) ^ 0x10;
        const altered = readRawSm2Ciphertext(raw, 'C1C3C2');
        expect(altered && decryptSm2(altered, privateKey)).toBeNull();
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a key off the curve and nothing to encrypt', () => {
    expect([
      encryptSm2(Uint8Array.of(1), new Uint8Array(65).fill(4), random),
      encryptSm2(new Uint8Array(0), publicKey, random),
      decryptSm2({ c1: new Uint8Array(64), c3: new Uint8Array(32), c2: Uint8Array.of(1) }, privateKey),
    ]).toEqual([null, null, null]);
  });
});

it('SM4-CBC pads, comes back, and refuses wrong padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (plaintext) => {
      const [key, iv] = [random(16), random(16)];
      const ciphertext = encryptSm4Cbc(key, iv, plaintext);
      expect(decryptSm4Cbc(key, iv, ciphertext)).toEqual(plaintext);
      expect(decryptSm4Cbc(key, iv, ciphertext.subarray(1))).toBeNull();
    }),
  );
});

function difference(a: Uint8Array, b: Uint8Array): Uint8Array {
  const order = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
  const value = BigInt(`0x${bytesToHex(a)}`) - BigInt(`0x${bytesToHex(b)}`) + 2n * order;
  return hexToBytes((value % order).toString(16).padStart(64, '0'));
}

function subtract(a: Uint8Array, b: Uint8Array): Uint8Array {
  const difference = BigInt(`0x${bytesToHex(a)}`) - BigInt(`0x${bytesToHex(b)}`);
  return hexToBytes(difference.toString(16).padStart(64, '0'));
}
