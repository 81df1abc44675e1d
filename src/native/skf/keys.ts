// Key blobs of GM/T 0016 §6.4 to and from what the rest of the world uses.

import { ecSpki, rsaSpki } from '../../core/certificate/driver-key.ts';
import { decodeSm2Cipher } from '../../core/certificate/sm2/ciphertext.ts';
import { isSm2Point } from '../../core/certificate/sm2/sm2.ts';
import type { Sm2Ciphertext } from '../../core/token/token.ts';
import { layoutOf, structure, type SkfAbi } from './abi.ts';
import { readInto } from './calls.ts';
import type { SkfLibrary } from './library.ts';
import { ABSENT, SAR, SarFailure, unless } from './sar.ts';

/** Larger than each public key blob in every layout; drivers write up to 4 + 4 + 256 + 4 bytes. */
export const PUBLIC_KEY_ROOM = 1024;

/** SubjectPublicKeyInfo of a container's key; null: it has none, or none that makes sense. */
export function exportPublicKey(
  library: SkfLibrary,
  container: bigint,
  isSigning: boolean,
): Uint8Array | null {
  const blob = unless(ABSENT, () =>
    readInto('SKF_ExportPublicKey', PUBLIC_KEY_ROOM, (buffer, size) =>
      library.call('SKF_ExportPublicKey', container, Number(isSigning), buffer, size),
    ),
  );
  if (blob === null || blob.length === 0) return null;
  const isEcc = blob.length < layoutOf('rsaPublicKey', library.abi).end;
  return isEcc ? eccSpki(blob, library.abi) : rsaBlobSpki(blob, library.abi);
}

/** null: no point of the SM2 curve. */
export function eccSpki(blob: Uint8Array, abi: SkfAbi): Uint8Array | null {
  if (blob.length < layoutOf('eccPublicKey', abi).end) return null;
  const key = structure('eccPublicKey', abi, blob);
  const point = new Uint8Array(65);
  point[0] = 4;
  point.set(rightHalf(key.field('x')), 1);
  point.set(rightHalf(key.field('y')), 33);
  return isSm2Point(point) ? ecSpki('SM2', point) : null;
}

/** null: no modulus of the length the blob says. */
export function rsaBlobSpki(blob: Uint8Array, abi: SkfAbi): Uint8Array | null {
  if (blob.length < layoutOf('rsaPublicKey', abi).end) return null;
  const key = structure('rsaPublicKey', abi, blob);
  const bytes = key.number('bitLen') / 8;
  const field = key.field('modulus');
  if (!Number.isInteger(bytes) || bytes < 64 || bytes > field.length) return null;
  const right = field.subarray(field.length - bytes);
  // Most libraries align to the right; a modulus never begins or ends with a zero byte.
  const isRight = right[0] !== 0 && field.subarray(0, field.length - bytes).every((byte) => byte === 0);
  const modulus = isRight ? right : field.subarray(0, bytes);
  if (modulus[0] === 0 || (modulus.at(-1) ?? 0) % 2 === 0) return null;
  return rsaSpki(modulus.slice(), withoutLeadingZeros(key.field('exponent')));
}

/** ECCCIPHERBLOB with its variable end. */
export function eccCipherBlob({ x, y, hash, cipher }: Sm2Ciphertext, abi: SkfAbi): Uint8Array {
  const blob = structure('eccCipher', abi, cipher.length);
  blob.setRightAligned('x', x);
  blob.setRightAligned('y', y);
  blob.setRightAligned('hash', hash);
  blob.setNumber('cipherLen', cipher.length);
  blob.bytes.set(cipher, layoutOf('eccCipher', abi).end);
  return blob.bytes;
}

/** SM2Cipher (GM/T 0009 §7.2, DER) in its parts; null: it is none. */
export function sm2CiphertextFrom(der: Uint8Array): Sm2Ciphertext | null {
  const parts = decodeSm2Cipher(der);
  if (parts === null) return null;
  const { c1, c2, c3 } = parts;
  return { x: c1.subarray(0, 32), y: c1.subarray(32), hash: c3, cipher: c2 };
}

/** r ‖ s, 64 bytes. */
export function signatureNumbers(blob: Uint8Array, abi: SkfAbi): Uint8Array {
  const signature = structure('eccSignature', abi, blob);
  const numbers = new Uint8Array(64);
  numbers.set(rightHalf(signature.field('r')));
  numbers.set(rightHalf(signature.field('s')), 32);
  return numbers;
}

/** A 256-bit value stands in the right half of 64 bytes; a few old devices put it into the left. */
function rightHalf(field: Uint8Array): Uint8Array {
  const right = field.subarray(32);
  return right.every((byte) => byte === 0) ? field.subarray(0, 32) : right;
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  return bytes.slice(start < 0 ? bytes.length - 1 : start);
}

/** What a driver that generated a key without telling a usable public key gets told. */
export function unusableKey(call: 'SKF_GenECCKeyPair' | 'SKF_GenRSAKeyPair'): never {
  throw new SarFailure(call, SAR.OK, 'unusable public key');
}
