// Documents on the disk: read whole within a limit, written as one file or not at all.

import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import { storageErrorOf, type StorageError } from './storage-error.ts';

export type DocumentFileError = AppError<'file.missing' | 'file.unreadable' | 'document.tooLarge'>;

/** Largest document that is read, in bytes. */
export const MAX_DOCUMENT_BYTES = 512 * 1_048_576;

export async function readDocument(path: string): Promise<Result<Uint8Array, DocumentFileError>> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > MAX_DOCUMENT_BYTES) return err({ code: 'document.tooLarge', limit: MAX_DOCUMENT_BYTES });
      const content = await handle.readFile();
      // A plain view: the slice of a Buffer does not copy, which others may count on.
      return ok(new Uint8Array(content.buffer, content.byteOffset, content.length));
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    return err({ code: isMissing ? 'file.missing' : 'file.unreadable', path });
  }
}

/** Writes the parts one after the other and replaces `path` with them. */
export async function writeDocument(
  path: string,
  parts: readonly Uint8Array[],
): Promise<Result<void, StorageError>> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    return done;
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(storageErrorOf(thrown, path));
  }
}
