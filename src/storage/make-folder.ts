import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from './storage-error.ts';

/** Readable and writable by the owner alone. */
const OWNER_ONLY = 0o700;

/**
 * Makes a folder and its missing parents. Throws what the system throws. Not Node's recursive mkdir: that
 * one never returns where a file system answers ENOENT below a folder that exists, as /proc does.
 */
export function makeFolder(path: string, mode = OWNER_ONLY): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EEXIST' || !isFolder(path)) throw thrown;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
