// Calling conventions on top of the library: failures thrown, results in zeroed 8-byte slots (a driver may write
// 8 bytes where 4 are promised), lengths never believed beyond the memory that was given.

import type { ArgumentsOf, SkfFunction } from './functions.ts';
import type { SkfLibrary } from './library.ts';
import { meaningOf, SAR, SarFailure } from './sar.ts';

/** A name as the driver gave it. `raw` without its NUL goes back to the driver, `text` is for us. */
export interface SkfName {
  readonly raw: Uint8Array;
  readonly text: string;
}

/** Largest certificate, key blob, file part or name list that is believed. */
const MAX_BYTES = 1 << 20;
const EXTRA_ROOM = 256;
const ROOM_WITHOUT_SIZE = 0x4000;

export function check<F extends SkfFunction>(library: SkfLibrary, name: F, ...args: ArgumentsOf<F>): void {
  const rv = library.call(name, ...args);
  if (rv !== SAR.OK) throw new SarFailure(name, rv);
}

/** Room for one ULONG, BOOL or HANDLE of any width. */
export function slot(value = 0): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function slotNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

export function slotHandle(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
}

/**
 * What a call that answers bytes of unknown length answers: asked for the size first, then with more room than
 * it wants. `call` passes buffer and size slot on and answers the SAR value.
 */
export function readBytes(
  name: SkfFunction,
  call: (buffer: Uint8Array | null, size: Uint8Array) => number,
): Uint8Array {
  const wanted = slot();
  const asked = call(null, wanted);
  // Some drivers do not know the question and want a buffer at once.
  const isUnasked = asked !== SAR.OK && meaningOf(asked) === 'badInput';
  if (asked !== SAR.OK && !isUnasked) throw new SarFailure(name, asked);
  const size = isUnasked ? ROOM_WITHOUT_SIZE : slotNumber(wanted);
  if (size > MAX_BYTES) throw new SarFailure(name, SAR.OK, `length ${String(size)}`);
  if (size === 0) return new Uint8Array();
  return readInto(name, size + EXTRA_ROOM, call);
}

/** One call with a buffer of `room` bytes, cut to the length it says. */
export function readInto(
  name: SkfFunction,
  room: number,
  call: (buffer: Uint8Array, size: Uint8Array) => number,
): Uint8Array {
  const buffer = new Uint8Array(room);
  const size = slot(room);
  const rv = call(buffer, size);
  if (rv !== SAR.OK) throw new SarFailure(name, rv);
  const length = slotNumber(size);
  if (length > room) throw new SarFailure(name, SAR.OK, `length ${String(length)}`);
  return buffer.subarray(0, length);
}

/** Names between NULs (GM/T 0016 §7.1). The last may lack its NUL and the list its second one. */
export function splitNames(list: Uint8Array): readonly SkfName[] {
  const names: SkfName[] = [];
  for (let start = 0; start < list.length;) {
    const nul = list.indexOf(0, start);
    const end = nul < 0 ? list.length : nul;
    if (end === start) break;
    const raw = list.slice(start, end);
    names.push({ raw, text: decodeText(raw) });
    start = end + 1;
  }
  return names;
}

/** No name of the standard is longer than 64 bytes; paths of devices may be. */
const MAX_NAME_BYTES = 512;

export function readNames(
  name: SkfFunction,
  call: (buffer: Uint8Array | null, size: Uint8Array) => number,
): readonly SkfName[] {
  const names = splitNames(readBytes(name, call));
  if (names.some(({ raw }) => raw.length > MAX_NAME_BYTES))
    throw new SarFailure(name, SAR.OK, 'unreadable list');
  return names;
}

/** NUL-terminated, for the driver. */
export function terminated(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(bytes.length + 1);
  text.set(bytes);
  return text;
}

/** Text of a fixed field or a name: UTF-8 by the standard, GB 18030 from older Windows drivers. */
export function decodeText(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  const used = nul < 0 ? bytes : bytes.subarray(0, nul);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(used).trim();
  } catch {
    return new TextDecoder('gb18030').decode(used).trim();
  }
}
