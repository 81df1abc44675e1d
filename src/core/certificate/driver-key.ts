// Public keys as drivers give them, turned into SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 3279 §2.3.1, RFC 5480
// §2). Loaded in every driver host, so it stands on the framing and starts no package; nothing here throws.

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

export interface PublicKey {
  readonly algorithm: KeyAlgorithm | null;
  /** DER */
  readonly spki: Uint8Array;
}

const CURVE_OIDS = { 'EC-P256': OID.p256, 'EC-P384': OID.p384, SM2: OID.sm2 } as const;

/** `size`: bytes of one coordinate; `parameters`: DER, as CKA_EC_PARAMS wants them. */
export const CURVES = [
  { algorithm: 'EC-P256', parameters: oid(OID.p256), size: 32 },
  { algorithm: 'EC-P384', parameters: oid(OID.p384), size: 48 },
  { algorithm: 'SM2', parameters: oid(OID.sm2), size: 32 },
] as const;

const MAX_SPKI_BYTES = 8_192;
const MAX_PARAMETERS_BYTES = 1_024;
const MIN_MODULUS_BYTES = 64;

/** From big-endian numbers of any length; null: not an RSA key. */
export function rsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): PublicKey | null {
  const [digits, power] = [withoutLeadingZeros(modulus), withoutLeadingZeros(exponent)];
  if (digits.length < MIN_MODULUS_BYTES || power.length === 0) return null;
  return { algorithm: algorithmOfModulus(digits), spki: rsaSpki(digits, power) };
}

/**
 * `parameters` is CKA_EC_PARAMS; `point` is CKA_EC_POINT, which PKCS#11 v2.40 §2.3.3 wants as a DER OCTET
 * STRING and many drivers give bare.
 */
export function ecPublicKey(parameters: Uint8Array, point: Uint8Array): PublicKey | null {
  const curve = CURVES.find((known) => equalBytes(known.parameters, parameters));
  const bare = barePoint(point, curve?.size ?? null);
  if (bare === null || !readDer(parameters, MAX_PARAMETERS_BYTES, () => true).ok) return null;
  const spki = sequence(sequence(oid(OID.ecPublicKey), parameters), bitString(bare));
  return { algorithm: curve?.algorithm ?? null, spki };
}

function barePoint(point: Uint8Array, size: number | null): Uint8Array | null {
  const isBare = (bytes: Uint8Array): boolean =>
    bytes[0] === 4 && (size === null ? bytes.length % 2 === 1 : bytes.length === 1 + 2 * size);
  const wrapped = readDer(point, point.length, ({ tag, content }) =>
    tag === TAG.octetString ? content : null,
  );
  if (wrapped.ok && wrapped.value !== null && isBare(wrapped.value)) return wrapped.value;
  return isBare(point) ? point : null;
}

/** What `keyAlgorithmOf` says, without starting the schema library. */
export function algorithmOf(spki: Uint8Array): KeyAlgorithm | null {
  const reading = readDer(spki, MAX_SPKI_BYTES, readAlgorithm);
  return reading.ok ? reading.value : null;
}

/** Uncompressed point of an EC key on this curve; null: another kind of key. */
export function ecPointOf(spki: Uint8Array, algorithm: keyof typeof CURVE_OIDS): Uint8Array | null {
  const reading = readDer(spki, MAX_SPKI_BYTES, (root) => {
    const { type, parameters, bits } = partsOf(root);
    return type === OID.ecPublicKey && readOid(parameters) === CURVE_OIDS[algorithm] ? bits : null;
  });
  return reading.ok ? reading.value : null;
}

function readAlgorithm(root: DerElement): KeyAlgorithm | null {
  const { type, parameters, bits } = partsOf(root);
  if (type === OID.ecPublicKey) return algorithmOfCurve(readOid(parameters));
  if (type !== OID.rsaEncryption) return null;
  const [modulus, exponent] = childrenOf(innerElement(bits, TAG.sequence, 'RSA key')).map(readUnsigned);
  return modulus === undefined || exponent === undefined ? null : algorithmOfModulus(modulus);
}

function partsOf(root: DerElement): { type: string; parameters: DerElement | undefined; bits: Uint8Array } {
  const [identifier, key] = childrenOf(expectTag(root, TAG.sequence, 'public key'));
  const [type, parameters] = childrenOf(expectTag(identifier, TAG.sequence, 'key algorithm'));
  return { type: readOid(type), parameters, bits: readBits(key) };
}

/** null: a curve that we do not use. */
export function algorithmOfCurve(curve: string): KeyAlgorithm | null {
  return CURVES.find(({ algorithm }) => CURVE_OIDS[algorithm] === curve)?.algorithm ?? null;
}

/** Of a modulus without sign byte; null: a size that we do not use. */
export function algorithmOfModulus(modulus: Uint8Array): KeyAlgorithm | null {
  const sizes: Readonly<Record<number, KeyAlgorithm>> = {
    2048: 'RSA-2048',
    3072: 'RSA-3072',
    4096: 'RSA-4096',
  };
  return sizes[modulusBits(modulus)] ?? null;
}

export function modulusBits(modulus: Uint8Array): number {
  return modulus.length * 8 - Math.clz32((modulus[0] ?? 0) << 24);
}

/** From big-endian modulus and public exponent, as PKCS#11 and SKF give them. */
export function rsaSpki(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const key = sequence(unsignedInteger(modulus), unsignedInteger(exponent));
  return sequence(sequence(oid(OID.rsaEncryption), derNull), bitString(key));
}

/** From an uncompressed point (04 ‖ X ‖ Y). */
export function ecSpki(algorithm: keyof typeof CURVE_OIDS, point: Uint8Array): Uint8Array {
  const curve = CURVE_OIDS[algorithm];
  return sequence(sequence(oid(OID.ecPublicKey), oid(curve)), bitString(point));
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? bytes.subarray(bytes.length) : bytes.subarray(start);
}
