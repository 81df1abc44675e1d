// PIN state, login, change and unblocking. Rules: lengths and the last try are checked before anything is
// tried; nothing is ever tried twice; the caller zeroes the PINs.

import type { AppError } from '../../core/errors/codes.ts';
import type { PinOptions } from '../../core/token/provider.ts';
import type { PinStatus } from '../../core/token/token.ts';
import { Refusal } from '../driver-failures.ts';
import { CKR, CkrFailure, meaningOf, nativeFailure } from './ckr.ts';
import { CKF, CKS, CKU } from './constants.ts';
import type { Cryptoki } from './cryptoki.ts';
import type { PinCalls } from './pin-calls.ts';
import type { OpenToken } from './tokens.ts';

export interface PinDriver {
  readonly cryptoki: Cryptoki;
  readonly pinCalls: PinCalls;
}

interface PinInfo {
  readonly flags: number;
  readonly minPinLen: number;
  readonly maxPinLen: number;
}

interface PinFlags {
  readonly low: number;
  readonly final: number;
  readonly locked: number;
}

const USER_FLAGS: PinFlags = {
  low: CKF.userPinCountLow,
  final: CKF.userPinFinalTry,
  locked: CKF.userPinLocked,
};
const ADMIN_FLAGS: PinFlags = { low: CKF.soPinCountLow, final: CKF.soPinFinalTry, locked: CKF.soPinLocked };

/** State of the user PIN as the token's flags tell it (PKCS#11 v2.40 §3.2). */
export function pinStatusOf(info: PinInfo): PinStatus {
  const state: PinStatus['state'] =
    (info.flags & CKF.userPinInitialized) === 0 ? 'uninitialised' : stateOf(info.flags, USER_FLAGS);
  const status = { state, attemptsLeft: attemptsLeftIn(state), ...lengthsOf(info) };
  // Where it is not set, the driver may just not know the flag.
  return (info.flags & CKF.userPinToBeChanged) === 0 ? status : { ...status, isDefault: true };
}

export function login(driver: PinDriver, token: OpenToken, pin: Uint8Array, options: PinOptions): void {
  guardTry(pinStatusOf(token.info), options);
  guardLength(pin, token.info);
  endLogin(driver, token);
  tryPin(driver, token, USER_FLAGS, () => driver.pinCalls.login(token.session, CKU.user, pin));
}

export function changePin(
  driver: PinDriver,
  token: OpenToken,
  oldPin: Uint8Array,
  newPin: Uint8Array,
  options: PinOptions,
): void {
  guardTry(pinStatusOf(token.info), options);
  guardLength(oldPin, token.info);
  guardLength(newPin, token.info);
  endLogin(driver, token);
  const setPin = (): void => driver.pinCalls.setPin(token.session, oldPin, newPin);
  tryPin(driver, token, USER_FLAGS, () => {
    try {
      setPin();
    } catch (thrown) {
      // The old PIN has not been looked at: this token changes it only after a login.
      if (!(thrown instanceof CkrFailure && thrown.rv === CKR.userNotLoggedIn)) throw thrown;
      driver.pinCalls.login(token.session, CKU.user, oldPin);
      setPin();
    }
  });
}

export function unblockPin(
  driver: PinDriver,
  token: OpenToken,
  adminPin: Uint8Array,
  newPin: Uint8Array,
  options: PinOptions,
): void {
  const state = stateOf(token.info.flags, ADMIN_FLAGS);
  guardTry({ state }, options);
  guardLength(adminPin, token.info);
  guardLength(newPin, token.info);
  endLogin(driver, token);
  tryPin(driver, token, ADMIN_FLAGS, () => driver.pinCalls.login(token.session, CKU.so, adminPin));
  try {
    refusingPin(() => driver.pinCalls.initPin(token.session, newPin));
  } finally {
    driver.cryptoki.logout(token.session);
  }
}

function stateOf(flags: number, meaning: PinFlags): 'ok' | 'low' | 'final' | 'locked' {
  if ((flags & meaning.locked) !== 0) return 'locked';
  if ((flags & meaning.final) !== 0) return 'final';
  return (flags & meaning.low) !== 0 ? 'low' : 'ok';
}

function attemptsLeftIn(state: PinStatus['state']): number | null {
  return state === 'locked' ? 0 : state === 'final' ? 1 : null;
}

function lengthsOf({ minPinLen, maxPinLen }: PinInfo): {
  minLength: number | null;
  maxLength: number | null;
} {
  // Zero and CK_UNAVAILABLE_INFORMATION both mean that the driver does not say.
  const known = (length: number): number | null => (length > 0 && length < 0xffff ? length : null);
  return { minLength: known(minPinLen), maxLength: known(maxPinLen) };
}

function guardTry({ state }: Pick<PinStatus, 'state'>, { acceptLastTry }: PinOptions): void {
  if (state === 'uninitialised') throw new Refusal({ code: 'pin.uninitialised' });
  if (state === 'locked') throw new Refusal({ code: 'pin.locked' });
  if (state === 'final' && !acceptLastTry) throw new Refusal({ code: 'pin.lastTry' });
}

function guardLength(pin: Uint8Array, info: PinInfo): void {
  const { minLength, maxLength } = lengthsOf(info);
  if (pin.length < (minLength ?? 1)) throw new Refusal({ code: 'pin.tooShort', min: minLength ?? 1 });
  if (maxLength !== null && pin.length > maxLength)
    throw new Refusal({ code: 'pin.tooLong', max: maxLength });
}

/** So that the PIN is really verified: a driver takes any PIN of one who is logged in. */
function endLogin({ cryptoki }: PinDriver, { session }: OpenToken): void {
  const state = cryptoki.sessionState(session);
  if (state !== CKS.rwPublic && state !== CKS.roPublic) cryptoki.logout(session);
}

function tryPin(driver: PinDriver, token: OpenToken, flags: PinFlags, attempt: () => void): void {
  try {
    attempt();
  } catch (thrown) {
    if (!(thrown instanceof CkrFailure)) throw thrown;
    if (thrown.rv === CKR.userAlreadyLoggedIn) driver.cryptoki.logout(token.session);
    const meaning = meaningOf(thrown.rv);
    if (meaning !== 'pin.incorrect') throw thrown;
    throw new Refusal(wrongPin(driver, token, flags, thrown));
  }
}

/** What the flags say after a wrong PIN: how many tries are left, or that it has just been locked. */
function wrongPin(driver: PinDriver, token: OpenToken, meaning: PinFlags, failure: CkrFailure): AppError {
  const native = nativeFailure(failure);
  let state: PinStatus['state'] = 'unknown';
  try {
    state = stateOf(driver.cryptoki.tokenInfo(token.slot).flags, meaning);
  } catch (thrown) {
    if (!(thrown instanceof CkrFailure)) throw thrown;
  }
  if (state === 'locked') return { code: 'pin.locked', native };
  return { code: 'pin.incorrect', attemptsLeft: attemptsLeftIn(state), native };
}

/** A new PIN that the token will not take is no wrong PIN. */
function refusingPin(setNewPin: () => void): void {
  try {
    setNewPin();
  } catch (thrown) {
    if (!(thrown instanceof CkrFailure) || meaningOf(thrown.rv) !== 'pin.incorrect') throw thrown;
    throw new Refusal({ code: 'pin.refused', native: nativeFailure(thrown) });
  }
}
