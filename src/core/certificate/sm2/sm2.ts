// SM2 (GB/T 32918, curve sm2p256v1): the only file that knows which package does the arithmetic
// (docs/decisions/0006-sm2-arithmetic.md). Randomness comes in; every signature is verified before it leaves.
// Numbers of this file are 32-byte big-endian arrays outside, bigint inside. BigInt arithmetic is not constant
// in time: these private keys are software keys and sandbox keys; a token computes for itself.

import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { equalBytes } from '../der.ts';
import { encodeUtf8 } from '../text.ts';
import { sm3 } from './sm3.ts';

const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
/** Window 4: a program makes few products of the base point, and the table of the default takes longer than they. */
const Point = weierstrass(CURVE);
Point.BASE.precompute(4);
type Point = InstanceType<typeof Point>;
const { n } = CURVE;

/** The identity that certificates, requests and lists are signed with (GB/T 35276 §10). */
export const DEFAULT_SM2_ID = encodeUtf8('1234567812345678');

/** Fills a new array of that many bytes from a secure source. */
export type RandomSource = (length: number) => Uint8Array;

export interface Sm2KeyPair {
  /** 32 bytes */
  readonly privateKey: Uint8Array;
  /** 04 ‖ X ‖ Y, 65 bytes */
  readonly publicKey: Uint8Array;
}

/** SM2 ciphertext in its parts. */
export interface Sm2Ciphertext {
  /** X ‖ Y of the ephemeral point, 64 bytes */
  readonly c1: Uint8Array;
  /** SM3 check value, 32 bytes */
  readonly c3: Uint8Array;
  /** As long as the plaintext */
  readonly c2: Uint8Array;
}

/** null: not an uncompressed point of the curve (GB/T 32918.1 §6.2: not infinity, on the curve). */
function readPoint(point: Uint8Array): Point | null {
  if (point.length !== 65 || point[0] !== 4) return null;
  try {
    return Point.fromBytes(point);
  } catch {
    return null;
  }
}

export function isSm2Point(point: Uint8Array): boolean {
  return readPoint(point) !== null;
}

/** null: not in 1 … n-2 (GB/T 32918.1 §6.1). */
function readScalar(bytes: Uint8Array): bigint | null {
  if (bytes.length !== 32) return null;
  const value = bytesToNumberBE(bytes);
  return value >= 1n && value <= n - 2n ? value : null;
}

function toBytes(value: bigint): Uint8Array {
  return numberToBytesBE(value, 32);
}

function modN(value: bigint): bigint {
  const rest = value % n;
  return rest < 0n ? rest + n : rest;
}

/** Uniform in 1 … n-1: 16 bytes more than needed, so that the bias is below 2^-128. */
function randomScalar(random: RandomSource): bigint {
  return (bytesToNumberBE(random(48)) % (n - 1n)) + 1n;
}

/** null: no valid private key. */
export function sm2PublicKey(privateKey: Uint8Array): Uint8Array | null {
  const scalar = readScalar(privateKey);
  return scalar === null ? null : Point.BASE.multiply(scalar).toBytes(false);
}

export function generateSm2KeyPair(random: RandomSource): Sm2KeyPair {
  const privateKey = toBytes((bytesToNumberBE(random(48)) % (n - 2n)) + 1n);
  return { privateKey, publicKey: sm2PublicKey(privateKey) ?? new Uint8Array(0) };
}

/** What is signed: SM3(Z ‖ message) with Z of the signer's key and identity (GB/T 32918.2 §5.5, §6.1). */
export function sm2Digest(
  publicKey: Uint8Array,
  message: Uint8Array,
  id: Uint8Array = DEFAULT_SM2_ID,
): Uint8Array {
  const bits = id.length * 8;
  const domain = [CURVE.a, CURVE.b, CURVE.Gx, CURVE.Gy].map(toBytes);
  const z = sm3(Uint8Array.of(bits >> 8, bits & 0xff), id, ...domain, publicKey.subarray(1));
  return sm3(z, message);
}

/**
 * r ‖ s over a digest of `sm2Digest` (GB/T 32918.2 §6.1); null: no valid private key, or the fresh signature
 * did not verify.
 */
export function signSm2Digest(
  digest: Uint8Array,
  privateKey: Uint8Array,
  random: RandomSource,
): Uint8Array | null {
  const d = readScalar(privateKey);
  const publicKey = sm2PublicKey(privateKey);
  if (d === null || publicKey === null) return null;
  const e = bytesToNumberBE(digest);
  for (;;) {
    const k = randomScalar(random);
    const r = modN(e + Point.BASE.multiply(k).x);
    if (r === 0n || r + k === n) continue;
    const s = modN(Point.Fn.inv(d + 1n) * modN(k - r * d));
    if (s === 0n) continue;
    const signature = concatBytes(toBytes(r), toBytes(s));
    return verifySm2Digest(digest, signature, publicKey) ? signature : null;
  }
}

/** GB/T 32918.2 §7.1: r and s in 1 … n-1, t = r + s ≠ 0, key on the curve. `signature` is r ‖ s. */
export function verifySm2Digest(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const point = readPoint(publicKey);
  if (point === null || signature.length !== 64) return false;
  const [r, s] = [bytesToNumberBE(signature.subarray(0, 32)), bytesToNumberBE(signature.subarray(32))];
  if (r === 0n || s === 0n || r >= n || s >= n) return false;
  const t = modN(r + s);
  if (t === 0n) return false;
  const sum = Point.BASE.mulAddUnsafe(s, point, t);
  return !sum.is0() && modN(bytesToNumberBE(digest) + sum.x) === r;
}

/** Key stream of SM2 encryption (GB/T 32918.4 §5.4.3). */
function keyStream(shared: Uint8Array, length: number): Uint8Array {
  const stream = new Uint8Array(Math.ceil(length / 32) * 32);
  for (let counter = 1; (counter - 1) * 32 < length; counter++) {
    const number = Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter);
    stream.set(sm3(shared, number), (counter - 1) * 32);
  }
  return stream.subarray(0, length);
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0));
}

/** GB/T 32918.4 §6.1; null: `publicKey` is no point, or the plaintext is empty. */
export function encryptSm2(
  plaintext: Uint8Array,
  publicKey: Uint8Array,
  random: RandomSource,
): Sm2Ciphertext | null {
  const point = readPoint(publicKey);
  if (point === null || plaintext.length === 0) return null;
  for (;;) {
    const k = randomScalar(random);
    const shared = point.multiply(k).toBytes(false).subarray(1);
    const stream = keyStream(shared, plaintext.length);
    if (stream.every((byte) => byte === 0)) continue;
    return {
      c1: Point.BASE.multiply(k).toBytes(false).slice(1),
      c3: sm3(shared.subarray(0, 32), plaintext, shared.subarray(32)),
      c2: xor(plaintext, stream),
    };
  }
}

/** GB/T 32918.4 §7.1; null: not for this key, or altered. */
export function decryptSm2({ c1, c3, c2 }: Sm2Ciphertext, privateKey: Uint8Array): Uint8Array | null {
  const scalar = readScalar(privateKey);
  const point = readPoint(concatBytes(Uint8Array.of(4), c1));
  if (scalar === null || point === null || c2.length === 0) return null;
  const shared = point.multiply(scalar).toBytes(false).subarray(1);
  const stream = keyStream(shared, c2.length);
  if (stream.every((byte) => byte === 0)) return null;
  const plaintext = xor(c2, stream);
  const check = sm3(shared.subarray(0, 32), plaintext, shared.subarray(32));
  return equalBytes(check, c3) ? plaintext : null;
}
