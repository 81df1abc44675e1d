// Files that are there whole or not at all, also after a power cut.

import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { done } from '../../core/errors/result.ts';
import { err, type Result } from '../../core/errors/result.ts';
import { storageErrorOf, type StorageError } from './storage-error.ts';

/** Replaces `path` atomically; mode 0600. On the disk when it resolves. */
export async function writeDurably(
  path: string,
  content: Uint8Array | string,
): Promise<Result<void, StorageError>> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return done;
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(storageErrorOf(thrown, path));
  }
}

/** Makes new and renamed names in a folder survive a power cut. Windows does it by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
