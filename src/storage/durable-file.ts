// Files that are there whole or not at all, also after a kill or a power cut: written beside their place, flushed,
// renamed, and the folder flushed. What a killed writer leaves is `<file>.<uuid>.tmp`.

import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { done, err, type Result } from '../core/errors/result.ts';
import { errnoOf, storageErrorOf, type StorageError } from './storage-error.ts';

/** Parts are written one after the other. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/** Readable and writable by the owner alone. */
const OWNER_ONLY = 0o600;

/** Replaces `path`; on the disk when it resolves. Whatever fails, the file there before is whole and unchanged. */
export async function writeDurably(
  path: string,
  content: FileContent,
  mode = OWNER_ONLY,
): Promise<Result<void, StorageError>> {
  try {
    await replaceDurably(path, content, mode);
    return done;
  } catch (thrown) {
    return err(storageErrorOf(thrown, path));
  }
}

/** As `writeDurably`, for work inside which a failure travels as what the system throws. */
export async function replaceDurably(path: string, content: FileContent, mode = OWNER_ONLY): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameOver(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw thrown;
  }
  await syncFolder(dirname(path));
}

const LEFTOVER = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** Removes what killed writers of these files of one folder left. Only while no other can be writing them. */
export async function removeLeftovers(path: string, ...others: readonly string[]): Promise<void> {
  const folder = dirname(path);
  const files = [path, ...others].map((file) => basename(file));
  const names = await readdir(folder).catch(() => []);
  const leftovers = names.filter((name) =>
    files.some((file) => name.startsWith(file) && LEFTOVER.test(name.slice(file.length))),
  );
  await Promise.all(leftovers.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)));
}

/** What some network file systems answer when asked to flush a folder. */
const CANNOT_FLUSH = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS']);

/** Makes new and renamed names in a folder survive a power cut. On Windows NTFS journals them by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (thrown) {
    if (!CANNOT_FLUSH.has(errnoOf(thrown) ?? '')) throw thrown;
  } finally {
    await handle.close();
  }
}

/** On Windows a reader that has the file open for an instant, or a virus scanner, refuses the rename. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (thrown) {
      if (process.platform !== 'win32' || attempt === 40) throw thrown;
      await pause(25);
    }
  }
}
