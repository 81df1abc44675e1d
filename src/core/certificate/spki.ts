// Public keys as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): what kind, which bytes, same or not.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ECParameters } from '@peculiar/asn1-ecc';
import type { KeyAlgorithm } from '../token/token.ts';
import { OID } from './algorithms.ts';
import { attempt, equalBytes, malformed, TAG } from './der.ts';
import { algorithmOfCurve, algorithmOfModulus, modulusBits } from './driver-key.ts';
import { PublicKeySchema, RsaPublicKeySchema } from './part-schema.ts';
import { parseSchema } from './schema.ts';

export { ecSpki } from './driver-key.ts';

export type PublicKeyDetails =
  | {
      readonly kind: 'rsa';
      readonly modulusBits: number;
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
    }
  | { readonly kind: 'ec'; readonly curve: string; readonly point: Uint8Array };

const MAX_SPKI_BYTES = 8_192;

/** null: not a SubjectPublicKeyInfo, or a kind of key that we do not know. `curve` is an object identifier. */
export function publicKeyDetails(spki: Uint8Array): PublicKeyDetails | null {
  const reading = attempt(() => readPublicKey(spki));
  return reading.ok ? reading.value : null;
}

function readPublicKey(spki: Uint8Array): PublicKeyDetails | null {
  const { algorithm, subjectPublicKey } = parseSchema(spki, MAX_SPKI_BYTES, PublicKeySchema);
  if (subjectPublicKey.unusedBits !== 0) return null;
  const bits = new Uint8Array(subjectPublicKey.value);
  if (algorithm.algorithm === OID.ecPublicKey) return readCurve(algorithm.parameters, bits);
  if (algorithm.algorithm !== OID.rsaEncryption) return null;
  const key = parseSchema(bits, bits.length, RsaPublicKeySchema);
  const [modulus, exponent] = [withoutSign(key.modulus), withoutSign(key.publicExponent)];
  return { kind: 'rsa', modulusBits: modulusBits(modulus), modulus, exponent };
}

function readCurve(parameters: ArrayBuffer | null | undefined, point: Uint8Array): PublicKeyDetails | null {
  const { namedCurve } = parseSchema(new Uint8Array(parameters ?? []), MAX_SPKI_BYTES, ECParameters, TAG.oid);
  return namedCurve === undefined ? null : { kind: 'ec', curve: namedCurve, point };
}

/** Magnitude of the content of a positive INTEGER. */
function withoutSign(integer: ArrayBuffer): Uint8Array {
  const content = new Uint8Array(integer);
  if (content.length === 0 || (content[0] ?? 0) >= 0x80) malformed('integer negative or empty');
  return content.length > 1 && content[0] === 0 ? content.subarray(1) : content;
}

/** null: a key of a kind or size that we do not use (shown, never used). */
export function keyAlgorithmOf(spki: Uint8Array): KeyAlgorithm | null {
  const details = publicKeyDetails(spki);
  if (details === null) return null;
  return details.kind === 'ec' ? algorithmOfCurve(details.curve) : algorithmOfModulus(details.modulus);
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
