// The only place that tries a PIN. A try is counted on the disk before the PIN is looked at, so that a kill
// in between costs a try and never gives one. Runs under the file lock.

import { err, ok, type Result } from '../../core/errors/result.ts';
import type { PinError, PinOptions } from '../../core/token/provider.ts';
import type { PinStatus } from '../../core/token/token.ts';
import { writeKeyFile, type FileError } from './key-file-access.ts';
import type { KeyFile, PinSlot } from './key-file.ts';
import { unwrapDataKey } from './sealing.ts';

/** UTF-8 bytes. */
export const PIN_LENGTH = { min: 6, max: 32 } as const;

/** From here on the person is warned. */
const LOW_TRIES = 3;

export type PinRole = 'user' | 'admin';

export function pinStatusOf({ triesLeft }: PinSlot): PinStatus {
  const state =
    triesLeft === 0 ? 'locked' : triesLeft === 1 ? 'final' : triesLeft <= LOW_TRIES ? 'low' : 'ok';
  return { state, attemptsLeft: triesLeft, minLength: PIN_LENGTH.min, maxLength: PIN_LENGTH.max };
}

export function checkLength(pin: Uint8Array): Result<void, PinError> {
  if (pin.length < PIN_LENGTH.min) return err({ code: 'pin.tooShort', min: PIN_LENGTH.min });
  return pin.length > PIN_LENGTH.max ? err({ code: 'pin.tooLong', max: PIN_LENGTH.max }) : ok(undefined);
}

export interface PinPassed {
  /** With the counter full again; not written yet. */
  readonly file: KeyFile;
  /** The caller keeps it for the session or wipes it. */
  readonly dataKey: Uint8Array;
}

/** `pin.locked` also where this very try was the last one and wrong. */
export async function tryPin(
  path: string,
  file: KeyFile,
  role: PinRole,
  pin: Uint8Array,
  { acceptLastTry }: PinOptions,
): Promise<Result<PinPassed, PinError | FileError>> {
  const slot = file[role];
  if (slot === null) return err({ code: 'pin.uninitialised' });
  if (slot.triesLeft === 0) return err({ code: 'pin.locked' });
  if (slot.triesLeft === 1 && !acceptLastTry) return err({ code: 'pin.lastTry' });
  const length = checkLength(pin);
  if (!length.ok) return length;

  const attemptsLeft = slot.triesLeft - 1;
  const counted = await writeKeyFile(
    path,
    { ...file, [role]: { ...slot, triesLeft: attemptsLeft } },
    'leave',
  );
  if (!counted.ok) return counted;
  const dataKey = await unwrapDataKey(slot, pin, role);
  if (dataKey !== null)
    return ok({ file: { ...file, [role]: { ...slot, triesLeft: slot.maxTries } }, dataKey });
  return err(attemptsLeft === 0 ? { code: 'pin.locked' } : { code: 'pin.incorrect', attemptsLeft });
}
