// C_Login, C_SetPIN and C_InitPIN with the PIN as bytes that the caller zeroes: koffi hands the buffer's own
// memory to the driver. The functions come from the module's CK_FUNCTION_LIST, as PKCS#11 v2.40 §5.1 asks
// (many vendor libraries export only C_GetFunctionList). koffi is loaded at the first PIN and not before.

import { createRequire } from 'node:module';
import type koffi from 'koffi';
import { abiOf, FUNCTION_INDEX, readHandle } from './abi.ts';
import { CkrFailure } from './ckr.ts';
import type { Handle } from './cryptoki.ts';

export interface PinCalls {
  login(session: Handle, userType: number, pin: Uint8Array): void;
  setPin(session: Handle, oldPin: Uint8Array, newPin: Uint8Array): void;
  initPin(session: Handle, newPin: Uint8Array): void;
}

type NativeCall = (...values: readonly unknown[]) => number | bigint;

export function createPinCalls(modulePath: string): PinCalls {
  let functions: Record<keyof typeof FUNCTION_INDEX, NativeCall> | null = null;
  const call = (name: keyof typeof FUNCTION_INDEX, ...values: readonly unknown[]): void => {
    functions ??= loadFunctions(modulePath);
    const rv = Number(functions[name](...values));
    if (rv !== 0) throw new CkrFailure(name, rv);
  };
  return {
    login: (session, userType, pin) => call('C_Login', readHandle(session), userType, pin, pin.length),
    setPin: (session, oldPin, newPin) =>
      call('C_SetPIN', readHandle(session), oldPin, oldPin.length, newPin, newPin.length),
    initPin: (session, newPin) => call('C_InitPIN', readHandle(session), newPin, newPin.length),
  };
}

function loadFunctions(modulePath: string): Record<keyof typeof FUNCTION_INDEX, NativeCall> {
  const ffi = createRequire(import.meta.url)('koffi') as typeof koffi;
  const abi = abiOf(process.platform, process.arch);
  const ulong = abi.ulongType;
  const library = ffi.load(modulePath);
  const listPointer = Buffer.alloc(8);
  const rv = Number((library.func('C_GetFunctionList', ulong, ['uint8_t *']) as NativeCall)(listPointer));
  const list = abi.pointerSize === 8 ? listPointer.readBigUInt64LE() : BigInt(listPointer.readUInt32LE());
  if (rv !== 0 || list === 0n) throw new CkrFailure('C_GetFunctionList', rv);
  const bind = (name: keyof typeof FUNCTION_INDEX, parameters: readonly string[]): NativeCall => {
    const offset = abi.firstFunction + FUNCTION_INDEX[name] * abi.pointerSize;
    const pointer: unknown = ffi.decode(list, offset, 'void *');
    return ffi.decode(pointer, ffi.proto(ulong, [...parameters])) as NativeCall;
  };
  return {
    C_Login: bind('C_Login', [ulong, ulong, 'uint8_t *', ulong]),
    C_SetPIN: bind('C_SetPIN', [ulong, 'uint8_t *', ulong, 'uint8_t *', ulong]),
    C_InitPIN: bind('C_InitPIN', [ulong, 'uint8_t *', ulong]),
  };
}
