// One writer per token, across processes. The name of the lock tells nobody which token it is.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import type { Result } from '../../core/errors/result.ts';
import { acquireLock, isLocked, type Lock } from '../../storage/process-lock.ts';
import type { StorageError } from '../../storage/storage-error.ts';
import type { DataFolder } from './data-folder.ts';
import type { Log } from './log.ts';

export type TokenLock = Lock;

export type TokenLockError = AppError<'token.busy'> | StorageError;

/** `token.busy` names the process that holds it, which may be this one. Locks of ended processes are logged. */
export function acquireTokenLock(
  folder: Pick<DataFolder, 'locks'>,
  tokenId: string,
  log: Log,
): Promise<Result<TokenLock, TokenLockError>> {
  return acquireLock(lockPath(folder, tokenId), {
    busy: (pid): AppError<'token.busy'> => ({ code: 'token.busy', pid }),
    onBroken: (pid) => log.write('warn', 'lock.broken', { pid }),
  });
}

/** Whether an operation runs on the token, in this process or another. A folder that cannot be read counts as no. */
export async function isTokenLocked(folder: Pick<DataFolder, 'locks'>, tokenId: string): Promise<boolean> {
  const held = await isLocked(lockPath(folder, tokenId));
  return held.ok && held.value;
}

function lockPath(folder: Pick<DataFolder, 'locks'>, tokenId: string): string {
  return join(folder.locks, createHash('sha256').update(tokenId).digest('hex').slice(0, 24));
}
