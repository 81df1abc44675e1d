// The one field a PIN or an authorisation code crosses the contract in.

import * as z from 'zod';
import { encodeUtf8 } from '../core/certificate/text.ts';

/**
 * A secret as the person typed it. It can be taken once, as UTF-8 bytes that the taker zeroes; however it is
 * printed, serialised or inspected, it shows nothing. The string a web view held before cannot be wiped.
 */
export class Secret {
  #bytes: Uint8Array | null;

  constructor(typed: string) {
    this.#bytes = encodeUtf8(typed);
  }

  /** The bytes, the first time; empty afterwards. */
  take(): Uint8Array {
    const bytes = this.#bytes ?? new Uint8Array();
    this.#bytes = null;
    return bytes;
  }

  /** For a secret nobody takes. */
  wipe(): void {
    this.take().fill(0);
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return SHOWN;
  }
}

const SHOWN = '[secret]';

/** Longer than any PIN, short enough to be refused as a mistake. */
const MAX_LENGTH = 256;

/** A string on the wire, a `Secret` in the application. */
export const secret = z
  .string()
  .min(1)
  .max(MAX_LENGTH)
  .transform((typed) => new Secret(typed))
  .meta({ id: 'Secret' });
