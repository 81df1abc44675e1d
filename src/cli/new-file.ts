import { writeFile } from 'node:fs/promises';
import type { AppError } from '../core/errors/codes.ts';
import { done, err, type Result } from '../core/errors/result.ts';
import { errnoOf, storageErrorOf } from '../storage/storage-error.ts';

/** For its owner only; what is there already is never overwritten. */
export async function writeNewFile(path: string, content: string): Promise<Result<void, AppError>> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    return done;
  } catch (thrown) {
    return err(errnoOf(thrown) === 'EEXIST' ? { code: 'file.exists', path } : storageErrorOf(thrown, path));
  }
}
