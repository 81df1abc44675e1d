// What a person's new PIN should be, beyond what the key itself enforces. Counted in bytes as keys count.

export interface NewPin {
  readonly oldPin: Uint8Array;
  readonly newPin: Uint8Array;
  /** Lengths in bytes; null: nobody says. */
  readonly minLength: number | null;
  readonly maxLength: number | null;
  /** PINs that keys are issued with, as UTF-8. */
  readonly initial: readonly Uint8Array[];
}

/** In the order in which a person should hear of them. */
export type PinWeakness = 'tooShort' | 'tooLong' | 'same' | 'initial' | 'repeated' | 'sequence';

/** null: nothing to object to. */
export function pinWeakness({ oldPin, newPin, minLength, maxLength, initial }: NewPin): PinWeakness | null {
  if (minLength !== null && newPin.length < minLength) return 'tooShort';
  if (maxLength !== null && newPin.length > maxLength) return 'tooLong';
  if (isSame(oldPin, newPin)) return 'same';
  if (initial.some((pin) => isSame(pin, newPin))) return 'initial';
  const [first = 0] = steps(newPin);
  if (steps(newPin).every((step) => step === first)) {
    if (first === 0) return 'repeated';
    if (Math.abs(first) === 1) return 'sequence';
  }
  return null;
}

/** From each byte to the next: all 0 in 888888, all 1 in 123456. */
function steps(pin: Uint8Array): number[] {
  return Array.from(pin.subarray(1), (byte, index) => byte - (pin[index] ?? 0));
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
