import { readFile, stat } from 'node:fs/promises';
import type { FileState } from '../../../core/environment/repair.ts';
import { errnoOf } from '../../../storage/storage-error.ts';

/** What is there now; null: nothing. */
export async function seenFile(path: string): Promise<FileState | null> {
  try {
    const [content, info] = await Promise.all([readFile(path), stat(path)]);
    return { content: content.toString('base64'), mode: info.mode & 0o7777 };
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

/** A mode that the file system does not keep is no difference. */
export function sameFile(a: FileState | null, b: FileState | null): boolean {
  return a?.content === b?.content;
}
