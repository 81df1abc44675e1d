// The key file on disk: read with a bound, written so that at every instant a whole version is there
// (temporary file beside it, fsync, rename, fsync of the folder), and a copy of the last good version in
// `<file>.bak`. Callers that write hold the lock of file-lock.ts. Failures of the file system are values.

import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { DriverError, KeyFileError } from '../../core/token/provider.ts';
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
    const code = systemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? ok(null) : err(readFailure(code, path));
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
    systemCode(error);
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

/** Atomic and on the disk when it answers; readable by the owner alone. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<Result<void, FileError>> {
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameOver(temporary, path);
    await syncFolder(dirname(path));
    return ok(undefined);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(writeFailure(systemCode(error), path));
  }
}

/** What writers name their temporary files behind the name of the key file. */
const LEFTOVER = /^\.(bak\.|lock\.|lock\.break\.)?\d+-[0-9a-f-]+\.tmp$/;

/** Removes what killed writers left; only under the lock, when no other writer can be at work. */
export async function removeLeftovers(path: string): Promise<void> {
  const [folder, own] = [dirname(path), basename(path)];
  const names = await readdir(folder).catch(() => []);
  const leftovers = names.filter((name) => name.startsWith(own) && LEFTOVER.test(name.slice(own.length)));
  await Promise.all(leftovers.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)));
}

export function systemCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}

export function writeFailure(code: string, path: string): FileError {
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return { code: 'storage.full', path };
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return { code: 'storage.readOnly', path };
  if (code === 'ENOENT' || code === 'ENOTDIR') return { code: 'file.missing', path };
  return { code: 'driver.failed', module: path, native: { call: 'write', value: code } };
}

function readFailure(code: string, path: string): FileError {
  if (code === 'EACCES' || code === 'EPERM') return { code: 'file.unreadable', path };
  return { code: 'driver.failed', module: path, native: { call: 'read', value: code } };
}

/** On Windows a reader that has the file open for an instant, or a virus scanner, refuses the rename. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (process.platform !== 'win32' || attempt === 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** Windows cannot open a folder for this; its rename is journalled by NTFS. Some network file systems refuse. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(systemCode(error))) throw error;
  } finally {
    await handle.close();
  }
}
