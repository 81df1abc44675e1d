// The key file as its users see it: containers and data to read, private records to open with the data key of
// a login, changes as pure functions. Every operation reads the file again, for another process may have
// written it.

import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { withKeyFileLock } from './key-file-lock.ts';
import {
  readKeyFile,
  removeKeyFileLeftovers,
  writeKeyFile,
  type BackupRule,
  type FileError,
} from './key-file-access.ts';
import { authenticated, type KeyFile, type StoredContainer, type StoredData } from './key-file.ts';
import { decodeRecords, encodeRecords, type PrivateRecords } from './private-records.ts';
import { seal, unseal, wipe } from './sealing.ts';

/** What a login opens and a change replaces. */
export interface Content {
  readonly containers: readonly StoredContainer[];
  readonly data: readonly StoredData[];
  readonly records: PrivateRecords;
}

export type MissingFile = AppError<'token.removed'>;

/** How long a writer waits for another process before `token.busy`. */
const LOCK_WAIT_MS = 10_000;

export async function readVault(path: string): Promise<Result<KeyFile, FileError | MissingFile>> {
  const read = await readKeyFile(path);
  if (!read.ok) return read;
  return read.value === null ? err({ code: 'token.removed' }) : ok(read.value);
}

/** Runs `work` on the file as it is now, while no other process writes it. */
export async function withVault<T, E>(
  path: string,
  work: (file: KeyFile) => Promise<Result<T, E>>,
): Promise<Result<T, E | FileError | MissingFile>> {
  // Before the lock, so that a file that is gone is called gone and not unwritable.
  const present = await readVault(path);
  if (!present.ok) return present;
  const done = await withKeyFileLock(
    path,
    LOCK_WAIT_MS,
    async (): Promise<Result<T, E | FileError | MissingFile>> => {
      await removeKeyFileLeftovers(path);
      const read = await readVault(path);
      return read.ok ? work(read.value) : read;
    },
  );
  if (done.ok) return done;
  // It was there a moment ago: what is gone now was pulled, whatever the call that met it says.
  const after = await readVault(path);
  return !after.ok && after.error.code === 'token.removed' ? after : done;
}

/**
 * Opens the private part, lets `use` work with it and wipes it, whatever happens. Answers null where the data
 * key does not open it: another file in its place, or a readable part that was changed behind the seal.
 */
export async function withContent<T>(
  file: KeyFile,
  dataKey: Uint8Array,
  use: (content: Content) => T | Promise<T>,
): Promise<T | null> {
  const plaintext = unseal(file.secret, dataKey, authenticated(file));
  if (plaintext === null) return null;
  try {
    const records = decodeRecords(plaintext);
    return records === null ? null : await use({ containers: file.containers, data: file.data, records });
  } finally {
    wipe(plaintext);
  }
}

/** Seals `content` into a new generation of `file` and writes it. */
export function writeContent(
  path: string,
  file: Omit<KeyFile, 'secret'>,
  { containers, data, records }: Content,
  dataKey: Uint8Array,
  backup: BackupRule,
): Promise<Result<void, FileError>> {
  const next = { ...file, generation: file.generation + 1, containers, data };
  const plaintext = encodeRecords(records);
  try {
    return writeKeyFile(path, { ...next, secret: seal(plaintext, dataKey, authenticated(next)) }, backup);
  } finally {
    wipe(plaintext);
  }
}
