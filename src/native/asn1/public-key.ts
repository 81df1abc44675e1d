// Turns what drivers say about public keys into SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 3279 §2.3.1,
// RFC 5480 §2). Nothing here throws: a key that cannot be understood is null.

import type { KeyAlgorithm } from '../../core/token/token.ts';
import {
  encode,
  encodeBitString,
  encodeInteger,
  equalBytes,
  readAll,
  readTlv,
  TAG,
  withoutLeadingZeros,
} from './der.ts';

export interface PublicKey {
  readonly algorithm: KeyAlgorithm | null;
  readonly spki: Uint8Array;
}

const RSA_ENCRYPTION = Buffer.from('06092a864886f70d010101', 'hex');
const EC_PUBLIC_KEY = Buffer.from('06072a8648ce3d0201', 'hex');
const NULL = Uint8Array.of(TAG.null, 0);

/** Curves by the DER of their parameters, with the bytes of one coordinate. */
export const CURVES: readonly { algorithm: KeyAlgorithm; parameters: Uint8Array; size: number }[] = [
  { algorithm: 'EC-P256', parameters: Buffer.from('06082a8648ce3d030107', 'hex'), size: 32 },
  { algorithm: 'EC-P384', parameters: Buffer.from('06052b81040022', 'hex'), size: 48 },
  { algorithm: 'SM2', parameters: Buffer.from('06082a811ccf5501822d', 'hex'), size: 32 },
];

export function rsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): PublicKey | null {
  if (withoutLeadingZeros(modulus).length < 64 || withoutLeadingZeros(exponent).length === 0) return null;
  const key = encode(TAG.sequence, encodeInteger(modulus), encodeInteger(exponent));
  const spki = encode(TAG.sequence, encode(TAG.sequence, RSA_ENCRYPTION, NULL), encodeBitString(key));
  return { algorithm: rsaAlgorithm(modulus), spki };
}

/**
 * `parameters` is CKA_EC_PARAMS; `point` is CKA_EC_POINT, which PKCS#11 v2.40 §2.3.3 wants as a DER OCTET
 * STRING and many drivers give bare.
 */
export function ecPublicKey(parameters: Uint8Array, point: Uint8Array): PublicKey | null {
  const curve = CURVES.find((known) => equalBytes(known.parameters, parameters));
  const bare = barePoint(point, curve?.size ?? null);
  if (bare === null || readTlv(parameters)?.whole.length !== parameters.length) return null;
  const spki = encode(TAG.sequence, encode(TAG.sequence, EC_PUBLIC_KEY, parameters), encodeBitString(bare));
  return { algorithm: curve?.algorithm ?? null, spki };
}

/** The algorithm of a SubjectPublicKeyInfo; null where it is none of ours. */
export function algorithmOf(spki: Uint8Array): KeyAlgorithm | null {
  const [identifier, key] = readAll(readTlv(spki)?.content ?? new Uint8Array()) ?? [];
  const [oid, parameters] = identifier === undefined ? [] : (readAll(identifier.content) ?? []);
  if (oid === undefined || key === undefined) return null;
  if (equalBytes(oid.whole, EC_PUBLIC_KEY) && parameters !== undefined) {
    return CURVES.find((curve) => equalBytes(curve.parameters, parameters.whole))?.algorithm ?? null;
  }
  if (!equalBytes(oid.whole, RSA_ENCRYPTION)) return null;
  const modulus = readTlv(readTlv(key.content, 1)?.content ?? new Uint8Array());
  return modulus === null ? null : rsaAlgorithm(modulus.content);
}

function rsaAlgorithm(modulus: Uint8Array): KeyAlgorithm | null {
  const digits = withoutLeadingZeros(modulus);
  const bits = digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
  return ({ 2048: 'RSA-2048', 3072: 'RSA-3072', 4096: 'RSA-4096' } as const)[bits] ?? null;
}

function barePoint(point: Uint8Array, size: number | null): Uint8Array | null {
  const isBare = (bytes: Uint8Array): boolean =>
    bytes[0] === 4 && (size === null ? bytes.length % 2 === 1 : bytes.length === 1 + 2 * size);
  const wrapped = readTlv(point);
  if (wrapped?.tag === TAG.octetString && wrapped.whole.length === point.length && isBare(wrapped.content)) {
    return wrapped.content;
  }
  return isBare(point) ? point : null;
}
