// Who a token is, across plugging, slots and restarts: its serial where that tells it apart, otherwise the
// serial and a mark of what is on it. Slot numbers change and are never part of it.

import type { TokenId } from './token.ts';

/** What a driver shows of a token before anything on it is read. */
export interface TokenFace {
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
}

export interface TokenIdentity {
  readonly id: TokenId;
  /** The serial is blank, or another token here has it too. */
  readonly serialClash: boolean;
}

const MARK_LENGTH = 12;

/** Without the padding drivers leave (NUL and space, PKCS#11 v2.40 §3.2), in upper case. */
export function normaliseSerial(serial: string): string {
  return serial.replace(/^[\0\s]+|[\0\s]+$/g, '').toUpperCase();
}

/**
 * Identities in the order of `faces`. `mark` answers a hexadecimal hash that tells this token apart (of a
 * public key on it, or of its face); it is asked only for tokens whose serial does not.
 */
export function identifyTokens(
  faces: readonly TokenFace[],
  mark: (index: number) => string,
): readonly TokenIdentity[] {
  const serials = faces.map((face) => normaliseSerial(face.serial));
  return serials.map((serial, index) => {
    const isUnique = serials.indexOf(serial) === index && serials.lastIndexOf(serial) === index;
    if (serial !== '' && isUnique) return { id: serial, serialClash: false };
    return { id: markedId(serial, mark(index)), serialClash: true };
  });
}

/** The identity a token has whenever its serial does not tell it apart. */
export function markedId(serial: string, mark: string): TokenId {
  return `${normaliseSerial(serial) || 'blank'}~${mark.slice(0, MARK_LENGTH).toLowerCase()}`;
}

/** Whether `id` was given while the serial was shared or blank, so that it has to be compared by mark. */
export function isMarkedId(id: TokenId): boolean {
  return id.includes('~');
}
