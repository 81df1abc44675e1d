// What a return value of GM/T 0016 means to us: the one place where SAR numbers are read.

import type { NativeFailure } from '../../core/errors/native-failure.ts';
import type { SkfFunction } from './functions.ts';

/** GM/T 0016-2012 Annex A, 0x0A000000 added; the spelling is the standard's. 0x33 is a vendors' addition. */
const SAR_NAMES = [
  'SAR_OK',
  'SAR_FAIL',
  'SAR_UNKNOWNERR',
  'SAR_NOTSUPPORTYETERR',
  'SAR_FILEERR',
  'SAR_INVALIDHANDLEERR',
  'SAR_INVALIDPARAMERR',
  'SAR_READFILEERR',
  'SAR_WRITEFILEERR',
  'SAR_NAMELENERR',
  'SAR_KEYUSAGEERR',
  'SAR_MODULUSLENERR',
  'SAR_NOTINITIALIZEERR',
  'SAR_OBJERR',
  'SAR_MEMORYERR',
  'SAR_TIMEOUTERR',
  'SAR_INDATALENERR',
  'SAR_INDATAERR',
  'SAR_GENRANDERR',
  'SAR_HASHOBJERR',
  'SAR_HASHERR',
  'SAR_GENRSAKEYERR',
  'SAR_RSAMODULUSLENERR',
  'SAR_CSPIMPRTPUBKEYERR',
  'SAR_RSAENCERR',
  'SAR_RSADECERR',
  'SAR_HASHNOTEQUALERR',
  'SAR_KEYNOTFOUNTERR',
  'SAR_CERTNOTFOUNTERR',
  'SAR_NOTEXPORTERR',
  'SAR_DECRYPTPADERR',
  'SAR_MACLENERR',
  'SAR_BUFFER_TOO_SMALL',
  'SAR_KEYINFOTYPEERR',
  'SAR_NOT_EVENTERR',
  'SAR_DEVICE_REMOVED',
  'SAR_PIN_INCORRECT',
  'SAR_PIN_LOCKED',
  'SAR_PIN_INVALID',
  'SAR_PIN_LEN_RANGE',
  'SAR_USER_ALREADY_LOGGED_IN',
  'SAR_USER_PIN_NOT_INITIALIZED',
  'SAR_USER_TYPE_INVALID',
  'SAR_APPLICATION_NAME_INVALID',
  'SAR_APPLICATION_EXISTS',
  'SAR_USER_NOT_LOGGED_IN',
  'SAR_APPLICATION_NOT_EXISTS',
  'SAR_FILE_ALREADY_EXIST',
  'SAR_NO_ROOM',
  'SAR_FILE_NOT_EXIST',
  'SAR_REACH_MAX_CONTAINER_COUNT',
  'SAR_NO_AUTH',
] as const;

type SarName = (typeof SAR_NAMES)[number] extends `SAR_${infer N}` ? N : never;

const BASE = 0x0a00_0000;

export const SAR = Object.fromEntries(
  SAR_NAMES.map((name, index) => [name.slice(4), index === 0 ? 0 : BASE + index]),
) as Readonly<Record<SarName, number>>;

/**
 * `suspect`: says nothing by itself, the token may be gone. `absent`: what was asked for is not there.
 * `badInput`: the driver did not like what it was given; each operation knows what that means.
 */
export type SarMeaning =
  | 'removed'
  | 'handleLost'
  | 'suspect'
  | 'absent'
  | 'badInput'
  | 'driver.unsupported'
  | 'key.unsupported'
  | 'token.full'
  | 'token.writeRefused'
  | 'pin.required'
  | 'pin.incorrect'
  | 'pin.locked'
  | 'pin.refused'
  | 'pin.length'
  | 'pin.uninitialised';

const MEANING: Readonly<Record<number, SarMeaning>> = {
  [SAR.FAIL]: 'suspect',
  [SAR.UNKNOWNERR]: 'suspect',
  [SAR.NOTSUPPORTYETERR]: 'driver.unsupported',
  [SAR.FILEERR]: 'suspect',
  [SAR.INVALIDHANDLEERR]: 'handleLost',
  [SAR.INVALIDPARAMERR]: 'badInput',
  [SAR.READFILEERR]: 'suspect',
  [SAR.WRITEFILEERR]: 'token.writeRefused',
  [SAR.NAMELENERR]: 'token.writeRefused',
  [SAR.KEYUSAGEERR]: 'token.writeRefused',
  [SAR.MODULUSLENERR]: 'key.unsupported',
  [SAR.NOTINITIALIZEERR]: 'suspect',
  [SAR.OBJERR]: 'suspect',
  [SAR.TIMEOUTERR]: 'suspect',
  [SAR.INDATALENERR]: 'badInput',
  [SAR.INDATAERR]: 'badInput',
  [SAR.RSAMODULUSLENERR]: 'key.unsupported',
  [SAR.RSADECERR]: 'badInput',
  [SAR.HASHNOTEQUALERR]: 'badInput',
  [SAR.KEYNOTFOUNTERR]: 'absent',
  [SAR.CERTNOTFOUNTERR]: 'absent',
  [SAR.DECRYPTPADERR]: 'badInput',
  [SAR.KEYINFOTYPEERR]: 'token.writeRefused',
  [SAR.DEVICE_REMOVED]: 'removed',
  [SAR.PIN_INCORRECT]: 'pin.incorrect',
  [SAR.PIN_LOCKED]: 'pin.locked',
  [SAR.PIN_INVALID]: 'pin.refused',
  [SAR.PIN_LEN_RANGE]: 'pin.length',
  [SAR.USER_PIN_NOT_INITIALIZED]: 'pin.uninitialised',
  [SAR.USER_NOT_LOGGED_IN]: 'pin.required',
  [SAR.APPLICATION_NOT_EXISTS]: 'removed',
  [SAR.FILE_ALREADY_EXIST]: 'token.writeRefused',
  [SAR.NO_ROOM]: 'token.full',
  [SAR.FILE_NOT_EXIST]: 'absent',
  [SAR.REACH_MAX_CONTAINER_COUNT]: 'token.full',
  [SAR.NO_AUTH]: 'token.writeRefused',
};

/** null: the standard gives it no meaning we could act on. */
export function meaningOf(rv: number): SarMeaning | null {
  return MEANING[rv] ?? null;
}

/** A call answered something other than SAR_OK, or SAR_OK with a length that cannot be (`note`). */
export class SarFailure extends Error {
  readonly call: SkfFunction;
  readonly rv: number;
  readonly note: string | undefined;

  constructor(call: SkfFunction, rv: number, note?: string) {
    super(`${call} answered ${note ?? hex(rv)}`);
    this.call = call;
    this.rv = rv;
    this.note = note;
  }
}

export function nativeFailure({ call, rv, note }: SarFailure): NativeFailure {
  const name = note ?? SAR_NAMES[rv === 0 ? 0 : rv - BASE];
  return { call, value: hex(rv), ...(name === undefined ? {} : { name }) };
}

function hex(rv: number): string {
  return `0x${rv.toString(16).padStart(8, '0')}`;
}

/** Runs `work`; null where it failed for one of `reasons`. */
export function unless<T>(reasons: readonly SarMeaning[], work: () => T): T | null {
  try {
    return work();
  } catch (thrown) {
    const meaning = thrown instanceof SarFailure && thrown.note === undefined ? meaningOf(thrown.rv) : null;
    if (meaning !== null && reasons.includes(meaning)) return null;
    throw thrown;
  }
}

/** What drivers answer when a container has no such key or certificate, for want of one agreed value. */
export const ABSENT = ['absent', 'badInput', 'suspect', 'driver.unsupported', 'token.writeRefused'] as const;
