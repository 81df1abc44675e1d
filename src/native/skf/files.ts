// Data objects are files of the application (GM/T 0016 §7.4). A file's size is fixed when it is made.

import { liesElsewhere, type DataObject } from '../../core/token/token.ts';
import { refuse } from '../driver-failures.ts';
import { structure, sizeOf } from './abi.ts';
import { check, readInto, readNames, terminated, type SkfName } from './calls.ts';
import type { SkfLibrary } from './library.ts';
import { ABSENT, meaningOf, SAR, SarFailure, unless } from './sar.ts';

/** GM/T 0016 §6.4.12 */
const MAX_NAME_BYTES = 32;
/** Tokens pass files on in single commands; more at once is refused by some. */
const PART_BYTES = 1024;
const MAX_FILE_BYTES = 1 << 20;
/** SECURE_EVERYONE_ACCOUNT and SECURE_USER_ACCOUNT: seals are shown without a PIN and changed with it. */
const ANYONE = 0xff;
const USER = 0x10;

export function listFiles(library: SkfLibrary, application: bigint): readonly DataObject[] {
  return fileNames(library, application).map((name) => ({
    name: name.text,
    size: fileSize(library, application, name.raw),
  }));
}

/** Refuses with `data.notFound`. */
export function readFile(library: SkfLibrary, application: bigint, name: string): Uint8Array {
  const { raw } = find(library, application, name) ?? refuse({ code: 'data.notFound', name });
  const size = fileSize(library, application, raw) ?? 0;
  if (size > MAX_FILE_BYTES) throw new SarFailure('SKF_GetFileInfo', SAR.OK, `file of ${String(size)} bytes`);
  const content = new Uint8Array(size);
  for (let offset = 0; offset < size;) {
    const wanted = Math.min(PART_BYTES, size - offset);
    const part = readInto('SKF_ReadFile', wanted, (buffer, length) =>
      library.call('SKF_ReadFile', application, terminated(raw), offset, wanted, buffer, length),
    );
    if (part.length === 0) return content.slice(0, offset);
    content.set(part, offset);
    offset += part.length;
  }
  return content;
}

interface FileHolder {
  readonly name: string;
  within<T>(work: (application: bigint) => T): T;
}

/** Also those in applications without keys, as `application/name`; one that does not open holds none. */
export function listAllFiles(
  library: SkfLibrary,
  application: bigint,
  others: readonly FileHolder[],
): readonly DataObject[] {
  const elsewhere = others.flatMap(({ name, within }) => {
    const files = unless(ABSENT, () => within((opened) => listFiles(library, opened))) ?? [];
    return files.map((file) => ({ ...file, name: `${name}/${file.name}` }));
  });
  return [...listFiles(library, application), ...elsewhere];
}

/** By its name in `listAllFiles`. Refuses with `data.notFound`. */
export function readAnyFile(
  library: SkfLibrary,
  application: bigint,
  others: () => readonly FileHolder[],
  name: string,
): Uint8Array {
  if (!liesElsewhere(name) || find(library, application, name) !== null)
    return readFile(library, application, name);
  const holder = others().find((other) => name.startsWith(`${other.name}/`));
  if (holder === undefined) return refuse({ code: 'data.notFound', name });
  return holder.within((opened) => readFile(library, opened, name.slice(holder.name.length + 1)));
}

/** In place where the size stays; otherwise the old file goes first, because a size cannot be changed. */
export function writeFile(library: SkfLibrary, application: bigint, name: string, content: Uint8Array): void {
  const bytes = Buffer.from(name);
  if (bytes.length === 0 || bytes.length > MAX_NAME_BYTES || bytes.includes(0) || liesElsewhere(name))
    refuse({ code: 'token.writeRefused' });
  const found = find(library, application, name);
  const raw = found?.raw ?? bytes;
  const isSameSize = found !== null && fileSize(library, application, found.raw) === content.length;
  if (found !== null && !isSameSize) check(library, 'SKF_DeleteFile', application, terminated(found.raw));
  if (!isSameSize)
    check(library, 'SKF_CreateFile', application, terminated(raw), content.length, ANYONE, USER);
  for (let offset = 0; offset < content.length; offset += PART_BYTES) {
    const part = content.slice(offset, offset + PART_BYTES);
    check(library, 'SKF_WriteFile', application, terminated(raw), offset, part, part.length);
  }
}

/** Refuses with `data.notFound`. */
export function deleteFile(library: SkfLibrary, application: bigint, name: string): void {
  const { raw } = find(library, application, name) ?? refuse({ code: 'data.notFound', name });
  check(library, 'SKF_DeleteFile', application, terminated(raw));
}

/** A driver without files has none. */
function fileNames(library: SkfLibrary, application: bigint): readonly SkfName[] {
  if (!library.has('SKF_EnumFiles')) return [];
  return readNames('SKF_EnumFiles', (buffer, size) =>
    library.call('SKF_EnumFiles', application, buffer, size),
  );
}

function find(library: SkfLibrary, application: bigint, name: string): SkfName | null {
  return fileNames(library, application).find(({ text }) => text === name) ?? null;
}

/** null: not visible now. */
function fileSize(library: SkfLibrary, application: bigint, raw: Uint8Array): number | null {
  const info = structure(
    'fileAttribute',
    library.abi,
    new Uint8Array(sizeOf('fileAttribute', library.abi) + 256),
  );
  const rv = library.call('SKF_GetFileInfo', application, terminated(raw), info.bytes);
  if (rv === SAR.OK) return info.number('fileSize');
  const meaning = meaningOf(rv);
  if (meaning === 'removed' || meaning === 'handleLost') throw new SarFailure('SKF_GetFileInfo', rv);
  return null;
}
