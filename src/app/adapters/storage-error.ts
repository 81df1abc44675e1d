// The one place that gives a file system's errno a meaning for a person.

import type { AppError } from '../../core/errors/codes.ts';

export type StorageError = AppError<
  'storage.full' | 'storage.readOnly' | 'storage.damaged' | 'storage.newerSchema'
>;

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM', 'ETXTBSY']);

/** What went wrong at `path`. Throws what is no file system error: that is a bug. */
export function storageErrorOf(
  thrown: unknown,
  path: string,
): AppError<'storage.full' | 'storage.readOnly' | 'storage.damaged'> {
  const errno = errnoOf(thrown);
  if (errno === null) throw thrown;
  if (FULL.has(errno)) return { code: 'storage.full', path };
  return { code: READ_ONLY.has(errno) ? 'storage.readOnly' : 'storage.damaged', path };
}

/** For example `ENOENT`; null for what is no system error. */
export function errnoOf(thrown: unknown): string | null {
  const isErrno = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';
  return isErrno && /^E[A-Z0-9]+$/.test(thrown.code as string) ? (thrown.code as string) : null;
}
