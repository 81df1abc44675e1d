// Looks at a library file before it is loaded: the loader's own messages differ by system and name neither
// architecture, and a library must never be searched for in PATH or the working directory.

import { open, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { DriverError } from '../../core/token/provider.ts';

type Architecture = string;

/** Long enough for the PE header behind a usual DOS stub. */
const HEADER_BYTES = 4096;

/** `\x7fELF`. */
const ELF_MAGIC = 0x7f454c46;

/** ELF e_machine (System V gABI chapter 4). */
const ELF_MACHINES: Readonly<Record<number, Architecture>> = {
  3: 'ia32',
  8: 'mips',
  20: 'ppc',
  21: 'ppc64',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};

/** IMAGE_FILE_HEADER.Machine (Microsoft PE format). */
const PE_MACHINES: Readonly<Record<number, Architecture>> = {
  0x014c: 'ia32',
  0x01c4: 'arm',
  0x6264: 'loong64',
  0x8664: 'x64',
  0xaa64: 'arm64',
};

/** null: may be loaded in a process of architecture `needed` (as in `process.arch`). */
export async function checkLibraryFile(module: string, needed: Architecture): Promise<DriverError | null> {
  if (!isAbsolute(module)) return { code: 'driver.relativePath', module };
  const header = await readHeader(module);
  if (header === 'missing') return { code: 'driver.notFound', module };
  if (header === 'noFile') return { code: 'driver.invalid', module, reason: 'not a readable file' };
  const found = libraryArchitecture(header.bytes);
  if (found === null) return { code: 'driver.invalid', module, reason: 'not a library' };
  if (isCutShort(header)) return { code: 'driver.invalid', module, reason: 'file is cut short' };
  return found === needed ? null : { code: 'driver.wrongArchitecture', module, found, needed };
}

/** The architecture a library is for, in Node's names; null where it is no ELF or PE library. */
export function libraryArchitecture(header: Uint8Array): Architecture | null {
  const bytes = Buffer.from(header);
  if (bytes.length < 64) return null;
  if (bytes.readUInt32BE(0) === ELF_MAGIC) {
    const isLittle = bytes[5] === 1;
    const machine = isLittle ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18);
    const name = ELF_MACHINES[machine] ?? `machine-${String(machine)}`;
    return isLittle || name === 'ppc64' || name === 'mips' ? name : `${name}-big-endian`;
  }
  if (bytes.toString('latin1', 0, 2) === 'MZ') {
    const start = bytes.readUInt32LE(0x3c);
    if (start + 6 > bytes.length || bytes.toString('latin1', start, start + 4) !== 'PE\0\0') return null;
    const machine = bytes.readUInt16LE(start + 4);
    return PE_MACHINES[machine] ?? `machine-${String(machine)}`;
  }
  return null;
}

interface FileHeader {
  readonly bytes: Buffer;
  /** Of the whole file. */
  readonly size: number;
}

/** Loading half a file kills the process. The section headers of an ELF file come last (gABI chapter 4). */
function isCutShort({ bytes, size }: FileHeader): boolean {
  if (bytes.readUInt32BE(0) !== ELF_MAGIC || bytes[5] !== 1) return false;
  const is64 = bytes[4] === 2;
  const offset = is64 ? Number(bytes.readBigUInt64LE(40)) : bytes.readUInt32LE(32);
  const entry = is64 ? 58 : 46;
  const end = offset + bytes.readUInt16LE(entry) * bytes.readUInt16LE(entry + 2);
  return offset !== 0 && end > size;
}

async function readHeader(path: string): Promise<FileHeader | 'missing' | 'noFile'> {
  try {
    const info = await stat(path);
    if (!info.isFile()) return 'noFile';
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
      return { bytes: buffer.subarray(0, bytesRead), size: info.size };
    } finally {
      await file.close();
    }
  } catch (thrown) {
    const isMissing =
      thrown instanceof Error && 'code' in thrown && /^(ENOENT|ENOTDIR)$/.test(String(thrown.code));
    return isMissing ? 'missing' : 'noFile';
  }
}
