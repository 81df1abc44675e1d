// The data object a seal lies in, as far as its form is known: the seal bare, or behind its length, or padded with
// zeros. Only such an object is ever written anew; in any other there may be something that we would destroy.

import { equalBytes, joinBytes } from '../certificate/der.ts';
import { elementLength } from './find-seals.ts';
import { parseSeal, type ElectronicSeal } from './seal.ts';

export interface SealObject {
  readonly seal: ElectronicSeal;
  /** The length before it; null: the seal begins at once. */
  readonly prefix: LengthForm | null;
  /** Whole object in bytes, where zeros fill it up; null: it ends with the seal. */
  readonly padded: number | null;
}

export interface LengthForm {
  readonly bytes: 2 | 4;
  readonly order: 'big' | 'little';
}

const FORMS: readonly LengthForm[] = [
  { bytes: 4, order: 'big' },
  { bytes: 4, order: 'little' },
  { bytes: 2, order: 'big' },
  { bytes: 2, order: 'little' },
];

/** null: of another form, or with more than one seal. */
export function readSealObject(content: Uint8Array): SealObject | null {
  const prefixes = [null, ...FORMS];
  for (const prefix of prefixes) {
    const start = prefix?.bytes ?? 0;
    const length = elementLength(content, start);
    if (length === null || start + length > content.length) continue;
    if (prefix !== null && !equalBytes(lengthBytes(length, prefix), content.subarray(0, start))) continue;
    const rest = content.subarray(start + length);
    if (rest.some((byte) => byte !== 0)) continue;
    const seal = parseSeal(content.slice(start, start + length));
    if (seal.ok) return { seal: seal.value, prefix, padded: rest.length === 0 ? null : content.length };
  }
  return null;
}

/** Another seal (SESeal, DER) in the same form; longer where it needs more room. */
export function writeSealObject({ prefix, padded }: Pick<SealObject, 'prefix' | 'padded'>, der: Uint8Array) {
  const head = prefix === null ? new Uint8Array() : lengthBytes(der.length, prefix);
  const fill = Math.max(0, (padded ?? 0) - head.length - der.length);
  return joinBytes([head, der, new Uint8Array(fill)]);
}

function lengthBytes(length: number, { bytes, order }: LengthForm): Uint8Array {
  const big = Uint8Array.from({ length: bytes }, (_, index) => (length >>> (8 * (bytes - 1 - index))) & 0xff);
  return order === 'big' ? big : big.reverse();
}
