// Public keys as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): what kind, which bytes, same or not.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { KeyAlgorithm } from '../token/token.ts';
import { OID } from './algorithms.ts';
import {
  bitString,
  childrenOf,
  derNull,
  equalBytes,
  expectTag,
  innerElement,
  oid,
  readBits,
  readDer,
  readOid,
  readUnsigned,
  sequence,
  TAG,
  unsignedInteger,
  type DerElement,
} from './der.ts';

export type PublicKeyDetails =
  | {
      readonly kind: 'rsa';
      readonly modulusBits: number;
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
    }
  | { readonly kind: 'ec'; readonly curve: string; readonly point: Uint8Array };

const MAX_SPKI_BYTES = 8_192;
const CURVES: Readonly<Record<string, KeyAlgorithm>> = {
  [OID.p256]: 'EC-P256',
  [OID.p384]: 'EC-P384',
  [OID.sm2]: 'SM2',
};

/** null: not a SubjectPublicKeyInfo, or a kind of key that we do not know. `curve` is an object identifier. */
export function publicKeyDetails(spki: Uint8Array): PublicKeyDetails | null {
  const reading = readDer(spki, MAX_SPKI_BYTES, readPublicKey);
  return reading.ok ? reading.value : null;
}

function readPublicKey(root: DerElement): PublicKeyDetails | null {
  const [algorithm, key] = childrenOf(expectTag(root, TAG.sequence, 'public key'));
  const [type, parameters] = childrenOf(expectTag(algorithm, TAG.sequence, 'key algorithm'));
  const name = readOid(type);
  const bits = readBits(key);
  if (name === OID.ecPublicKey)
    return parameters?.tag === TAG.oid ? { kind: 'ec', curve: readOid(parameters), point: bits } : null;
  if (name !== OID.rsaEncryption) return null;
  const [modulus, exponent] = childrenOf(innerElement(bits, TAG.sequence, 'RSA key')).map(readUnsigned);
  if (modulus === undefined || exponent === undefined) return null;
  const modulusBits = modulus.length * 8 - Math.clz32((modulus[0] ?? 0) << 24);
  return { kind: 'rsa', modulusBits, modulus, exponent };
}

/** null: a key of a kind or size that we do not use (shown, never used). */
export function keyAlgorithmOf(spki: Uint8Array): KeyAlgorithm | null {
  const details = publicKeyDetails(spki);
  if (details === null) return null;
  if (details.kind === 'ec') return CURVES[details.curve] ?? null;
  const sizes = { 2048: 'RSA-2048', 3072: 'RSA-3072', 4096: 'RSA-4096' } as const;
  return (sizes as Record<number, KeyAlgorithm>)[details.modulusBits] ?? null;
}

/** Same key, however its algorithm parameters are written (NULL or absent). */
export function isSamePublicKey(a: Uint8Array, b: Uint8Array): boolean {
  if (equalBytes(a, b)) return true;
  const [left, right] = [publicKeyDetails(a), publicKeyDetails(b)];
  if (left?.kind === 'rsa' && right?.kind === 'rsa')
    return equalBytes(left.modulus, right.modulus) && equalBytes(left.exponent, right.exponent);
  return (
    left?.kind === 'ec' &&
    right?.kind === 'ec' &&
    left.curve === right.curve &&
    equalBytes(left.point, right.point)
  );
}

/** SHA-256 of the DER, lower-case hex. */
export function spkiFingerprint(spki: Uint8Array): string {
  return bytesToHex(sha256(spki));
}

/** From big-endian modulus and public exponent, as PKCS#11 and SKF give them. */
export function rsaSpki(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const key = sequence(unsignedInteger(modulus), unsignedInteger(exponent));
  return sequence(sequence(oid(OID.rsaEncryption), derNull), bitString(key));
}

/** From an uncompressed point (04 ‖ X ‖ Y). */
export function ecSpki(algorithm: 'EC-P256' | 'EC-P384' | 'SM2', point: Uint8Array): Uint8Array {
  const curve = { 'EC-P256': OID.p256, 'EC-P384': OID.p384, SM2: OID.sm2 }[algorithm];
  return sequence(sequence(oid(OID.ecPublicKey), oid(curve)), bitString(point));
}
