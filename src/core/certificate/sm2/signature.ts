// SM2 signatures as certificates carry them: DER SEQUENCE { r, s } (GM/T 0009 §7.3), Z with the default identity.

import { concatBytes } from '@noble/hashes/utils.js';
import {
  childrenOf,
  expectTag,
  malformed,
  readDer,
  readUnsigned,
  sequence,
  TAG,
  unsignedInteger,
} from '../der.ts';
import { ecPointOf } from '../driver-key.ts';
import { signSm2Digest, sm2Digest, sm2PublicKey, verifySm2Digest, type RandomSource } from './sm2.ts';

const MAX_SIGNATURE_BYTES = 80;

/** r ‖ s (64 bytes) as DER. */
export function encodeSm2Signature(signature: Uint8Array): Uint8Array {
  return sequence(unsignedInteger(signature.subarray(0, 32)), unsignedInteger(signature.subarray(32)));
}

/** null: no SEQUENCE of two non-negative integers of at most 32 bytes. */
export function decodeSm2Signature(der: Uint8Array): Uint8Array | null {
  const reading = readDer(der, MAX_SIGNATURE_BYTES, (root) => {
    const members = childrenOf(expectTag(root, TAG.sequence, 'signature'));
    if (members.length !== 2) malformed('not two numbers');
    return concatBytes(...members.map((member) => padTo32(readUnsigned(member))));
  });
  return reading.ok ? reading.value : null;
}

/** Left-pads a big-endian number. */
export function padTo32(number: Uint8Array): Uint8Array {
  if (number.length > 32) return malformed('number longer than 32 bytes');
  const padded = new Uint8Array(32);
  padded.set(number, 32 - number.length);
  return padded;
}

/** Uncompressed point of an SM2 SubjectPublicKeyInfo; null: another kind of key. */
export function sm2PointOf(spki: Uint8Array): Uint8Array | null {
  return ecPointOf(spki, 'SM2');
}

/** Signs a whole message; null: no valid private key. */
export function signSm2(
  message: Uint8Array,
  privateKey: Uint8Array,
  random: RandomSource,
  id?: Uint8Array,
): Uint8Array | null {
  const publicKey = sm2PublicKey(privateKey);
  if (publicKey === null) return null;
  const signature = signSm2Digest(sm2Digest(publicKey, message, id), privateKey, random);
  return signature === null ? null : encodeSm2Signature(signature);
}

/** Whether a DER signature over the whole message was made with the key of `spki` (DER). */
export function isSm2SignatureGenuine(
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  id?: Uint8Array,
): boolean {
  const publicKey = sm2PointOf(spki);
  const numbers = decodeSm2Signature(signature);
  return (
    publicKey !== null &&
    numbers !== null &&
    verifySm2Digest(sm2Digest(publicKey, message, id), numbers, publicKey)
  );
}
