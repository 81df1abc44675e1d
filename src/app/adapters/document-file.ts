// Documents on the disk: read whole within a limit, written as one file or not at all.

import { open } from 'node:fs/promises';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { writeDurably } from '../../storage/durable-file.ts';
import type { StorageError } from '../../storage/storage-error.ts';

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

/** As other programs make files: what the person's umask leaves. */
const DOCUMENT_MODE = 0o666;

/** Writes the parts one after the other and replaces `path` with them. */
export function writeDocument(
  path: string,
  parts: readonly Uint8Array[],
): Promise<Result<void, StorageError>> {
  return writeDurably(path, parts, DOCUMENT_MODE);
}
