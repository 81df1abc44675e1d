// One writer per key file across processes. Never held longer than one PIN check and two writes; key generation
// happens outside.

import type { Result } from '../../core/errors/result.ts';
import { acquireLock } from '../../storage/process-lock.ts';
import type { FileError } from './key-file-access.ts';

/** A holder that cannot be checked, for example on another computer, is given up after this. */
const LONGEST_HOLD_MS = 60_000;

/**
 * Runs `work` while this process alone may write `path`. Waits up to `waitMs` for another holder, then answers
 * `token.busy` with its pid.
 */
export async function withKeyFileLock<T, E>(
  path: string,
  waitMs: number,
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | FileError>> {
  const lock = await acquireLock(path, {
    busy: (pid): FileError => ({ code: 'token.busy', pid }),
    waitMs,
    longestHoldMs: LONGEST_HOLD_MS,
  });
  if (!lock.ok) return lock;
  try {
    return await work();
  } finally {
    await lock.value.release();
  }
}
