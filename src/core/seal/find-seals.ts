// Seals on a key lie in data objects and files of no fixed form: bare, behind a length prefix, padded, several in
// a row. Looks for the shape of a seal and lets the parser decide.

import { parseSeal, type ElectronicSeal } from './seal.ts';

const MAX_SEALS = 32;
const MAX_TRIES = 256;
/** IA5String "ES", the mark in every header. */
const MARK = [0x16, 0x02, 0x45, 0x53];
/** SESeal, SealInfo and header before the mark, each with at most four length bytes. */
const MAX_BEFORE_MARK = 18;

/** Every seal in `bytes`, in their order; empty when there is none that can be read. */
export function findSeals(bytes: Uint8Array): readonly ElectronicSeal[] {
  const seals: ElectronicSeal[] = [];
  let triesLeft = MAX_TRIES;
  for (let offset = 0; offset < bytes.length && seals.length < MAX_SEALS && triesLeft > 0; offset++) {
    if (!isMarkAt(bytes, offset)) continue;
    for (let start = Math.max(0, offset - MAX_BEFORE_MARK); start < offset; start++) {
      const length = elementLength(bytes, start);
      if (length === null || start + length > bytes.length) continue;
      triesLeft--;
      const seal = parseSeal(bytes.subarray(start, start + length));
      if (!seal.ok) continue;
      seals.push(seal.value);
      offset = start + length - 1;
      break;
    }
  }
  return seals;
}

function isMarkAt(bytes: Uint8Array, offset: number): boolean {
  return MARK.every((byte, index) => bytes[offset + index] === byte);
}

/** Bytes of the SEQUENCE that begins here; null when none does. */
export function elementLength(bytes: Uint8Array, start: number): number | null {
  if (bytes[start] !== 0x30) return null;
  const first = bytes[start + 1] ?? 0;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) return null;
  const length = bytes.subarray(start + 2, start + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return 2 + count + length;
}
