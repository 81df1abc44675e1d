// The one place that gives a file system's errno a meaning for a person.

import type { AppError } from '../core/errors/codes.ts';

/** `storage.newerSchema`: whole, but written by a newer program. */
export type StorageError = AppError<
  'storage.full' | 'storage.readOnly' | 'storage.damaged' | 'storage.newerSchema'
>;

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** ENOENT: the folder that a file is to be written to is gone. */
const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ETXTBSY', 'ENOENT']);

/** What went wrong at `path`; what has no meaning of its own keeps the errno. Throws what is no system error. */
export function storageErrorOf(
  thrown: unknown,
  path: string,
): AppError<'storage.full' | 'storage.readOnly' | 'storage.damaged'> {
  const errno = errnoOf(thrown);
  if (errno === null) throw thrown;
  if (FULL.has(errno)) return { code: 'storage.full', path };
  if (NOT_WRITABLE.has(errno)) return { code: 'storage.readOnly', path };
  const call = (thrown as NodeJS.ErrnoException).syscall ?? 'file';
  return { code: 'storage.damaged', path, native: { call, value: errno } };
}

/** For example `ENOENT`; null for what is no system error. */
export function errnoOf(thrown: unknown): string | null {
  const isErrno = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';
  return isErrno && /^E[A-Z0-9]+$/.test(thrown.code as string) ? (thrown.code as string) : null;
}
