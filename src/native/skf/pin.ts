// PIN state, login, change and unblocking. Rules: state and length are looked at before anything is tried;
// nothing is ever tried twice; copies of PINs made here are zeroed here.

import type { PinOptions } from '../../core/token/provider.ts';
import type { PinStatus } from '../../core/token/token.ts';
import { Refusal, refuse } from '../driver-failures.ts';
import { check, slot, slotNumber, terminated } from './calls.ts';
import type { SkfLibrary } from './library.ts';
import { meaningOf, nativeFailure, SAR, SarFailure, unless, type SarMeaning } from './sar.ts';

/** GM/T 0016 §6.3: PIN types. */
const ADMIN = 0;
const USER = 1;

/** GM/T 0016 §8: a PIN has at least 6 characters. What is usual as the upper limit is named only when refused. */
const MIN_LENGTH = 6;
const USUAL_MAX_LENGTH = 16;

/** From the counters and the mark of SKF_GetPINInfo; never tries a PIN. */
export function readPinStatus(library: SkfLibrary, application: bigint): PinStatus {
  return { ...readState(library, application, USER), minLength: MIN_LENGTH, maxLength: null };
}

type State = Pick<PinStatus, 'state' | 'attemptsLeft' | 'isDefault'>;

/** Drivers without SKF_GetPINInfo, or with counters of 0 of 0, do not say. */
const SILENT: readonly SarMeaning[] = ['driver.unsupported', 'badInput', 'suspect', 'absent'];

function readState(library: SkfLibrary, application: bigint, type: number): State {
  const [max, left, isDefault] = [slot(), slot(), slot()];
  const rv = library.call('SKF_GetPINInfo', application, type, max, left, isDefault);
  const meaning = rv === SAR.OK ? null : meaningOf(rv);
  if (meaning === 'pin.locked') return { state: 'locked', attemptsLeft: 0 };
  if (meaning === 'pin.uninitialised') return { state: 'uninitialised', attemptsLeft: null };
  if (meaning !== null && SILENT.includes(meaning)) return { state: 'unknown', attemptsLeft: null };
  if (rv !== SAR.OK) throw new SarFailure('SKF_GetPINInfo', rv);
  const state = stateOf(slotNumber(max), slotNumber(left));
  return state.state === 'unknown' ? state : { ...state, isDefault: slotNumber(isDefault) === 1 };
}

/** More tries than any token allows: the driver does not say, or lies. */
const MOST_TRIES = 255;

function stateOf(max: number, left: number): State {
  if (max === 0 || max > MOST_TRIES || left > max) return { state: 'unknown', attemptsLeft: null };
  if (left === 0) return { state: 'locked', attemptsLeft: 0 };
  if (left === 1) return { state: 'final', attemptsLeft: 1 };
  return { state: left < max ? 'low' : 'ok', attemptsLeft: left };
}

export function login(library: SkfLibrary, application: bigint, pin: Uint8Array, options: PinOptions): void {
  guardTry(readState(library, application, USER), options);
  guardLength(pin);
  clearSecureState(library, application);
  withPin(pin, (text) => {
    const verify = (): number => library.call('SKF_VerifyPIN', application, USER, text, slot());
    tryPin(library, application, USER, verify, 'SKF_VerifyPIN', pin);
  });
}

export function changePin(
  library: SkfLibrary,
  application: bigint,
  oldPin: Uint8Array,
  newPin: Uint8Array,
  options: PinOptions,
): void {
  guardTry(readState(library, application, USER), options);
  guardLength(oldPin);
  guardLength(newPin);
  withPin(oldPin, (old) =>
    withPin(newPin, (fresh) => {
      const change = (): number => library.call('SKF_ChangePIN', application, USER, old, fresh, slot());
      const rv = change();
      if (rv !== SAR.USER_NOT_LOGGED_IN) {
        tryPin(library, application, USER, () => rv, 'SKF_ChangePIN', newPin);
        return;
      }
      // The old PIN has not been looked at: this token changes it only after a login.
      const verify = (): number => library.call('SKF_VerifyPIN', application, USER, old, slot());
      tryPin(library, application, USER, verify, 'SKF_VerifyPIN', oldPin);
      tryPin(library, application, USER, change, 'SKF_ChangePIN', newPin);
    }),
  );
}

/** The administrator's PIN may be shorter than the standard wants; its length is left to the driver. */
export function unblockPin(
  library: SkfLibrary,
  application: bigint,
  adminPin: Uint8Array,
  newPin: Uint8Array,
  options: PinOptions,
): void {
  guardTry(readState(library, application, ADMIN), options);
  guardLength(newPin);
  withPin(adminPin, (admin) =>
    withPin(newPin, (fresh) => {
      const unblock = (): number => library.call('SKF_UnblockPIN', application, admin, fresh, slot());
      tryPin(library, application, ADMIN, unblock, 'SKF_UnblockPIN', adminPin);
    }),
  );
}

/** Ends the verified state of the application; where the driver cannot, closing is all there is. */
export function clearSecureState(library: SkfLibrary, application: bigint): void {
  unless(['driver.unsupported', 'pin.required'], () => check(library, 'SKF_ClearSecureState', application));
}

function guardTry({ state }: State, { acceptLastTry }: PinOptions): void {
  if (state === 'uninitialised') refuse({ code: 'pin.uninitialised' });
  if (state === 'locked') refuse({ code: 'pin.locked' });
  if (state === 'final' && !acceptLastTry) refuse({ code: 'pin.lastTry' });
}

function guardLength(pin: Uint8Array): void {
  if (pin.length < MIN_LENGTH) refuse({ code: 'pin.tooShort', min: MIN_LENGTH });
}

/** NUL-terminated copy for the driver, zeroed afterwards. A NUL inside would cut the PIN short. */
function withPin(pin: Uint8Array, work: (text: Uint8Array) => void): void {
  if (pin.includes(0)) refuse({ code: 'pin.refused' });
  const text = terminated(pin);
  try {
    work(text);
  } finally {
    text.fill(0);
  }
}

function tryPin(
  library: SkfLibrary,
  application: bigint,
  type: number,
  attempt: () => number,
  call: 'SKF_VerifyPIN' | 'SKF_ChangePIN' | 'SKF_UnblockPIN',
  judged: Uint8Array,
): void {
  const rv = attempt();
  if (rv === SAR.OK) return;
  const failure = new SarFailure(call, rv);
  const native = nativeFailure(failure);
  const meaning = meaningOf(rv);
  if (meaning === 'pin.length') {
    const isShort = judged.length < MIN_LENGTH;
    throw new Refusal(
      isShort
        ? { code: 'pin.tooShort', min: MIN_LENGTH, native }
        : { code: 'pin.tooLong', max: USUAL_MAX_LENGTH, native },
    );
  }
  if (meaning !== 'pin.incorrect') throw failure;
  const { state, attemptsLeft } = readState(library, application, type);
  throw new Refusal(
    state === 'locked' ? { code: 'pin.locked', native } : { code: 'pin.incorrect', attemptsLeft, native },
  );
}
