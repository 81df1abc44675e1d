// The little-endian numbers and UTF-16 texts that Windows leaves in memory of ours.

import { err } from '../../core/errors/result.ts';
import type { Obstacle } from '../../core/environment/probed.ts';
import type { Handle } from './api.ts';

/** Room for one DWORD, with what it begins with. */
export function dword(value = 0): Uint8Array {
  return bytesOf([value]);
}

export function bytesOf(dwords: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(dwords.length * 4);
  dwords.forEach((value, index) => viewOf(bytes).setUint32(index * 4, value, true));
  return bytes;
}

export function dwordAt(bytes: Uint8Array, offset = 0): number {
  return viewOf(bytes).getUint32(offset, true);
}

/** Windows' 64-bit handles and pointers. */
export function handleAt(bytes: Uint8Array, offset = 0): bigint {
  return viewOf(bytes).getBigInt64(offset, true);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Up to the first NUL. Lone surrogates stay, so that what is written back is what was read. */
export function textAt(bytes: Uint8Array, offset = 0, maxBytes = bytes.length - offset): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + offset, maxBytes & ~1).toString('utf16le');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** REG_MULTI_SZ: texts, each with a NUL, and one more. */
export function textsAt(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length & ~1).toString('utf16le');
  const end = text.indexOf('\0\0');
  const used = end < 0 ? text.replace(/\0+$/, '') : text.slice(0, end);
  return used === '' ? [] : used.split('\0');
}

/** With its NUL. */
export function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(`${text}\0`, 'utf16le'));
}

/** NULL and INVALID_HANDLE_VALUE. */
export function isNoHandle(handle: Handle): boolean {
  return Number(handle) === 0 || Number(handle) === -1;
}

const ERROR = { fileNotFound: 2, pathNotFound: 3, accessDenied: 5, cancelled: 1223 };
const GONE: ReadonlySet<number> = new Set([ERROR.fileNotFound, ERROR.pathNotFound]);
const DENIED: ReadonlySet<number> = new Set([ERROR.accessDenied, ERROR.cancelled]);

export function isGone(code: number): boolean {
  return GONE.has(code);
}

/** @param code of winerror.h */
export function refused(what: string, code: number): { readonly ok: false; readonly error: Obstacle } {
  const reason = DENIED.has(code) ? 'denied' : 'unavailable';
  return err({ reason, what: reason === 'denied' ? what : `${what} (${String(code)})` });
}
