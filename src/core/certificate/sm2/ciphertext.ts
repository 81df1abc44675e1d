// SM2 ciphertexts on the wire: SM2Cipher DER (GM/T 0009 §7.2) and the raw orders that vendors use.

import { concatBytes } from '@noble/hashes/utils.js';
import {
  childrenOf,
  expectTag,
  malformed,
  octetString,
  readDer,
  readUnsigned,
  sequence,
  TAG,
  unsignedInteger,
  type DerElement,
} from '../der.ts';
import { padTo32 } from './signature.ts';
import { isSm2Point, type Sm2Ciphertext } from './sm2.ts';

const MAX_CIPHERTEXT_BYTES = 65_536;

/** For use inside a DER reading. */
export function readSm2Cipher(element: DerElement | undefined): Sm2Ciphertext {
  const [x, y, c3, c2] = childrenOf(expectTag(element, TAG.sequence, 'SM2 ciphertext'));
  const check = expectTag(c3, TAG.octetString, 'check value').content;
  if (check.length !== 32) malformed('check value of a wrong length');
  return {
    c1: concatBytes(padTo32(readUnsigned(x)), padTo32(readUnsigned(y))),
    c3: check,
    c2: expectTag(c2, TAG.octetString, 'ciphertext').content,
  };
}

/** null: no SM2Cipher. */
export function decodeSm2Cipher(der: Uint8Array): Sm2Ciphertext | null {
  const reading = readDer(der, MAX_CIPHERTEXT_BYTES, readSm2Cipher);
  return reading.ok ? reading.value : null;
}

export function encodeSm2Cipher({ c1, c3, c2 }: Sm2Ciphertext): Uint8Array {
  const numbers = [c1.subarray(0, 32), c1.subarray(32)].map(unsignedInteger);
  return sequence(...numbers, octetString(c3), octetString(c2));
}

/** C1C3C2 is the standard's order since 2012; C1C2C3 is older and only read. */
export type Sm2CiphertextOrder = 'C1C3C2' | 'C1C2C3';

/** Raw ciphertext, with or without the 04 before C1; null: too short. */
export function readRawSm2Ciphertext(raw: Uint8Array, order: Sm2CiphertextOrder): Sm2Ciphertext | null {
  const body = isSm2Point(raw.subarray(0, 65)) ? raw.subarray(1) : raw;
  if (body.length <= 96) return null;
  const rest = body.subarray(64);
  return order === 'C1C3C2'
    ? { c1: body.subarray(0, 64), c3: rest.subarray(0, 32), c2: rest.subarray(32) }
    : { c1: body.subarray(0, 64), c3: rest.subarray(-32), c2: rest.subarray(0, -32) };
}
