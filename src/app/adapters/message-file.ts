// Encrypted messages on the disk, and what was in them: read whole within a limit, written as one file or not at
// all, never over the message itself.

import { randomUUID } from 'node:crypto';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MAX_ENVELOPE_BYTES } from '../../core/certificate/cms-envelope.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import { errnoOf, storageErrorOf, type StorageError } from '../../storage/storage-error.ts';

/** The largest message, as base64 in lines. */
const MAX_FILE_BYTES = Math.ceil(MAX_ENVELOPE_BYTES * 1.4);

export async function readMessage(
  path: string,
): Promise<Result<Uint8Array, AppError<'file.missing' | 'file.unreadable' | 'document.tooLarge'>>> {
  try {
    // A pipe would keep us waiting for its other end.
    if (!(await stat(path)).isFile()) return err({ code: 'file.unreadable', path });
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > MAX_FILE_BYTES) return err({ code: 'document.tooLarge', limit: MAX_FILE_BYTES });
      return ok(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown;
    return err({ code: errnoOf(thrown) === 'ENOENT' ? 'file.missing' : 'file.unreadable', path });
  }
}

/** Whether `target` may be written: free, or another file than `source` that may be replaced. */
export async function checkTarget(
  source: string,
  target: string,
  mayReplace: boolean,
): Promise<Result<void, AppError<'file.exists'>>> {
  const [from, to] = await Promise.all([source, target].map((path) => stat(path).catch(() => null)));
  if (to == null) return done;
  const isSame = from?.dev === to.dev && from.ino === to.ino;
  return isSame || !mayReplace || !to.isFile() ? err({ code: 'file.exists', path: target }) : done;
}

/** Mode 0600. On the disk when it resolves. */
export async function writePlaintext(
  target: string,
  content: Uint8Array,
  mayReplace: boolean,
): Promise<Result<void, StorageError | AppError<'file.exists'>>> {
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A link is refused where the name is taken by now; a rename would replace it.
    await (mayReplace ? rename(temporary, target) : link(temporary, target));
    await syncFolder(dirname(target));
    return done;
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') return err({ code: 'file.exists', path: target });
    return err(storageErrorOf(thrown, target));
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
