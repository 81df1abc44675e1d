// How PKCS#11 numbers and structures lie in memory. The only file that knows that Windows packs structures
// (PKCS#11 v2.40 §2.1) and that CK_ULONG, an `unsigned long`, has 4 bytes there.

export interface Abi {
  readonly ulongType: 'uint32_t' | 'uint64_t';
  readonly pointerSize: 4 | 8;
  /** Byte offset of the first function pointer in CK_FUNCTION_LIST, behind its two version bytes. */
  readonly firstFunction: number;
}

export function abiOf(platform: NodeJS.Platform, arch: NodeJS.Architecture): Abi {
  const pointerSize = arch === 'ia32' || arch === 'arm' ? 4 : 8;
  if (platform === 'win32') return { ulongType: 'uint32_t', pointerSize, firstFunction: 2 };
  return { ulongType: pointerSize === 8 ? 'uint64_t' : 'uint32_t', pointerSize, firstFunction: pointerSize };
}

/** Position of each function among the pointers of CK_FUNCTION_LIST (pkcs11f.h order). */
export const FUNCTION_INDEX = { C_InitPIN: 10, C_SetPIN: 11, C_Login: 18 } as const;

/** A CK_ULONG as pkcs11js hands it over: its own bytes, little-endian. null: no such number. */
export function readUlong(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getUint32(0, true);
  if (bytes.length === 8) return Number(view.getBigUint64(0, true));
  return null;
}

/** A session handle for koffi, exact up to 64 bits. */
export function readHandle(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 4 ? BigInt(view.getUint32(0, true)) : view.getBigUint64(0, true);
}

/** CK_UNAVAILABLE_INFORMATION, all bits set in either width. */
export function isUnavailable(value: bigint): boolean {
  return value === 0xffff_ffff_ffff_ffffn || value === 0xffff_ffffn;
}
