// What PKCS#11 return values mean to us: the one place (PKCS#11 v2.40 §5.1). Inside this folder an expected
// failure travels as the exception below or as a Refusal; failures.ts turns both into error values at the border.

import type { ErrorCode } from '../../core/errors/codes.ts';
import type { NativeFailure } from '../../core/errors/native-failure.ts';

/**
 * `removed`: the token is gone. `suspect`: drivers also answer this when it is gone, so look. Every other
 * meaning is an error code; a value without a meaning is `driver.failed`.
 */
type Meaning = 'removed' | 'suspect' | 'sessionLost' | ErrorCode;

const CKR_TABLE: Readonly<Record<number, readonly [name: string, meaning?: Meaning]>> = {
  0x01: ['CKR_CANCEL'],
  0x02: ['CKR_HOST_MEMORY'],
  0x03: ['CKR_SLOT_ID_INVALID', 'suspect'],
  0x05: ['CKR_GENERAL_ERROR', 'suspect'],
  0x06: ['CKR_FUNCTION_FAILED', 'suspect'],
  0x07: ['CKR_ARGUMENTS_BAD'],
  0x0a: ['CKR_CANT_LOCK'],
  0x10: ['CKR_ATTRIBUTE_READ_ONLY', 'token.writeRefused'],
  0x11: ['CKR_ATTRIBUTE_SENSITIVE'],
  0x12: ['CKR_ATTRIBUTE_TYPE_INVALID'],
  0x13: ['CKR_ATTRIBUTE_VALUE_INVALID'],
  0x1b: ['CKR_ACTION_PROHIBITED', 'token.writeRefused'],
  0x20: ['CKR_DATA_INVALID'],
  0x21: ['CKR_DATA_LEN_RANGE'],
  0x30: ['CKR_DEVICE_ERROR', 'suspect'],
  0x31: ['CKR_DEVICE_MEMORY', 'token.full'],
  0x32: ['CKR_DEVICE_REMOVED', 'removed'],
  0x40: ['CKR_ENCRYPTED_DATA_INVALID', 'key.decryptionFailed'],
  0x41: ['CKR_ENCRYPTED_DATA_LEN_RANGE', 'key.decryptionFailed'],
  0x50: ['CKR_FUNCTION_CANCELED'],
  0x54: ['CKR_FUNCTION_NOT_SUPPORTED', 'driver.unsupported'],
  0x60: ['CKR_KEY_HANDLE_INVALID', 'suspect'],
  0x62: ['CKR_KEY_SIZE_RANGE', 'key.unsupported'],
  0x63: ['CKR_KEY_TYPE_INCONSISTENT', 'key.unsupported'],
  0x68: ['CKR_KEY_FUNCTION_NOT_PERMITTED', 'key.unsupported'],
  0x70: ['CKR_MECHANISM_INVALID', 'key.unsupported'],
  0x71: ['CKR_MECHANISM_PARAM_INVALID', 'key.unsupported'],
  0x82: ['CKR_OBJECT_HANDLE_INVALID', 'suspect'],
  0x90: ['CKR_OPERATION_ACTIVE'],
  0x91: ['CKR_OPERATION_NOT_INITIALIZED'],
  0xa0: ['CKR_PIN_INCORRECT', 'pin.incorrect'],
  0xa1: ['CKR_PIN_INVALID', 'pin.refused'],
  0xa2: ['CKR_PIN_LEN_RANGE', 'pin.refused'],
  0xa3: ['CKR_PIN_EXPIRED', 'pin.refused'],
  0xa4: ['CKR_PIN_LOCKED', 'pin.locked'],
  0xb0: ['CKR_SESSION_CLOSED', 'sessionLost'],
  0xb1: ['CKR_SESSION_COUNT'],
  0xb3: ['CKR_SESSION_HANDLE_INVALID', 'sessionLost'],
  0xb5: ['CKR_SESSION_READ_ONLY', 'token.writeRefused'],
  0xb6: ['CKR_SESSION_EXISTS'],
  0xb7: ['CKR_SESSION_READ_ONLY_EXISTS'],
  0xb8: ['CKR_SESSION_READ_WRITE_SO_EXISTS'],
  0xd0: ['CKR_TEMPLATE_INCOMPLETE'],
  0xd1: ['CKR_TEMPLATE_INCONSISTENT'],
  0xe0: ['CKR_TOKEN_NOT_PRESENT', 'removed'],
  0xe1: ['CKR_TOKEN_NOT_RECOGNIZED', 'suspect'],
  0xe2: ['CKR_TOKEN_WRITE_PROTECTED', 'token.writeRefused'],
  0x100: ['CKR_USER_ALREADY_LOGGED_IN'],
  0x101: ['CKR_USER_NOT_LOGGED_IN', 'pin.required'],
  0x102: ['CKR_USER_PIN_NOT_INITIALIZED', 'pin.uninitialised'],
  0x103: ['CKR_USER_TYPE_INVALID', 'driver.unsupported'],
  0x104: ['CKR_USER_ANOTHER_ALREADY_LOGGED_IN'],
  0x120: ['CKR_RANDOM_SEED_NOT_SUPPORTED'],
  0x130: ['CKR_DOMAIN_PARAMS_INVALID', 'key.unsupported'],
  0x140: ['CKR_CURVE_NOT_SUPPORTED', 'key.unsupported'],
  0x150: ['CKR_BUFFER_TOO_SMALL'],
  0x170: ['CKR_INFORMATION_SENSITIVE'],
  0x190: ['CKR_CRYPTOKI_NOT_INITIALIZED', 'sessionLost'],
  0x191: ['CKR_CRYPTOKI_ALREADY_INITIALIZED'],
  0x1b7: ['CKR_LIBRARY_LOAD_FAILED'],
  0x1b8: ['CKR_PIN_TOO_WEAK', 'pin.refused'],
  0x200: ['CKR_FUNCTION_REJECTED'],
};

export const CKR = {
  attributeSensitive: 0x11,
  attributeTypeInvalid: 0x12,
  attributeValueInvalid: 0x13,
  functionNotSupported: 0x54,
  mechanismInvalid: 0x70,
  mechanismParamInvalid: 0x71,
  argumentsBad: 0x07,
  objectHandleInvalid: 0x82,
  templateIncomplete: 0xd0,
  templateInconsistent: 0xd1,
  tokenWriteProtected: 0xe2,
  sessionReadOnly: 0xb5,
  userAlreadyLoggedIn: 0x100,
  userNotLoggedIn: 0x101,
  cryptokiNotInitialized: 0x190,
  cryptokiAlreadyInitialized: 0x191,
} as const;

/** The driver answered something other than CKR_OK. */
export class CkrFailure extends Error {
  readonly call: string;
  readonly rv: number;
  constructor(call: string, rv: number) {
    super(`${call} answered ${toHex(rv)}`);
    this.call = call;
    this.rv = rv;
  }
}

export function meaningOf(rv: number): Meaning {
  return CKR_TABLE[rv]?.[1] ?? 'driver.failed';
}

export function nativeFailure(failure: CkrFailure): NativeFailure {
  const name = CKR_TABLE[failure.rv]?.[0];
  const value = toHex(failure.rv);
  return name === undefined ? { call: failure.call, value } : { call: failure.call, value, name };
}

/** Runs `work`; answers null where it fails with one of these return values. */
export function unlessRefused<T>(rvs: readonly number[], work: () => T): T | null {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof CkrFailure && rvs.includes(thrown.rv)) return null;
    throw thrown;
  }
}

function toHex(rv: number): string {
  return `0x${rv.toString(16).padStart(8, '0')}`;
}
