// The key file on disk: read with a bound, written so that at every instant a whole version is there, and a copy
// of the last good version in `<file>.bak`. Callers that write hold the lock of key-file-lock.ts. Failures of the
// file system are values.

import { open, rm, stat } from 'node:fs/promises';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { DriverError, KeyFileError } from '../../core/token/provider.ts';
import { removeLeftovers, writeDurably } from '../../storage/durable-file.ts';
import { errnoOf } from '../../storage/storage-error.ts';
import { FIRST_WORD, LIMITS, parseKeyFile, SCHEMA, serialiseKeyFile, type KeyFile } from './key-file.ts';

export type FileError = DriverError | KeyFileError;

export function backupPath(path: string): string {
  return `${path}.bak`;
}

/** null: no such file. A folder, a device, an oversized or a changed file is `storage.damaged`. */
export async function readKeyFile(path: string): Promise<Result<KeyFile | null, FileError>> {
  const bytes = await readBounded(path, LIMITS.fileBytes);
  if (!bytes.ok) return bytes;
  if (bytes.value === null) return ok(null);
  const parsed = parseKeyFile(bytes.value);
  if (parsed.state === 'good') return ok(parsed.file);
  if (parsed.state === 'damaged') return err({ code: 'storage.damaged', path });
  return err({ code: 'storage.newerSchema', found: parsed.schema, known: SCHEMA });
}

/** null: no such file. Larger than `maxBytes` or no ordinary file: `storage.damaged`. */
export async function readBounded(
  path: string,
  maxBytes: number,
): Promise<Result<Uint8Array | null, FileError>> {
  try {
    const { size, isOrdinary } = await stat(path).then((found) => ({
      size: found.size,
      isOrdinary: found.isFile(),
    }));
    if (!isOrdinary || size > maxBytes) return err({ code: 'storage.damaged', path });
    const handle = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(maxBytes < size + 1 ? maxBytes : size + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return ok(buffer.subarray(0, length));
    } finally {
      await handle.close();
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? ok(null) : err(readFailure(errno, path));
  }
}

/** Differs after every change of the file, without reading it; empty where there is none. */
export async function glanceAt(path: string): Promise<Result<string, FileError>> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return ok([ino, size, mtimeMs].join(' '));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? ok('') : err(readFailure(errno, path));
  }
}

/** Whether the file at least begins like a software key, however damaged it is behind that. */
export async function isOurs(path: string): Promise<boolean> {
  const wanted = Buffer.from(FIRST_WORD);
  const start = Buffer.alloc(wanted.length);
  try {
    if (!(await stat(path)).isFile()) return false;
    const handle = await open(path, 'r');
    try {
      await handle.read(start, 0, start.length, 0);
      return start.equals(wanted);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

/** What a change of the file does to its backup. */
export type BackupRule =
  /** A try counter only: the backup stays as it is. */
  | 'leave'
  /** The backup follows; when it cannot, the older one stays. */
  | 'follow'
  /** The older backup holds a key or opens with a PIN that is now given up: it follows or goes. */
  | 'followOrGo';

/** Replaces the file. Whatever fails, the file there before is whole and unchanged. */
export async function writeKeyFile(
  path: string,
  file: KeyFile,
  backup: BackupRule,
): Promise<Result<void, FileError>> {
  const bytes = serialiseKeyFile(file);
  if (bytes.length > LIMITS.fileBytes) return err({ code: 'storage.full', path });
  const written = await writeDurably(path, bytes);
  if (!written.ok || backup === 'leave') return written;
  const copied = await writeDurably(backupPath(path), bytes);
  if (!copied.ok && backup === 'followOrGo')
    await rm(backupPath(path), { force: true }).catch(() => undefined);
  return written;
}

/** After a kill between a change and its copy: the backup may still open with the PIN before. */
export async function healBackup(path: string, file: KeyFile): Promise<void> {
  const backup = await readKeyFile(backupPath(path));
  const isCurrent =
    backup.ok && backup.value?.serial === file.serial && backup.value.generation === file.generation;
  if (!isCurrent) await writeDurably(backupPath(path), serialiseKeyFile(file));
}

/** Removes what killed writers left; only under the lock, when no other writer can be at work. */
export function removeKeyFileLeftovers(path: string): Promise<void> {
  return removeLeftovers(path, backupPath(path));
}

function readFailure(errno: string, path: string): FileError {
  if (errno === 'EACCES' || errno === 'EPERM') return { code: 'file.unreadable', path };
  return { code: 'driver.failed', module: path, native: { call: 'read', value: errno } };
}
