// Profiles a person or a CA put into the data folder. One bad file is named and the others go on working.

import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readProfile } from '../../contract/profile.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, type Result } from '../../core/errors/result.ts';
import type { Profile } from '../../core/profile/profile.ts';
import type { DataFolder } from './data-folder.ts';
import { errnoOf, storageErrorOf } from '../../storage/storage-error.ts';

export interface ProfileFiles {
  readonly profiles: readonly Profile[];
  readonly refused: readonly ProfileFileError[];
}

export type ProfileFileError = AppError<'profile.invalid' | 'file.unreadable'>;

const MAX_FILES = 100;
const MAX_BYTES = 256 * 1024;

/** What the assistant itself relies on and no file may change. */
const RESERVED: readonly string[] = ['neutral', 'sandbox'];

/** `profiles/*.json` of the data folder, by name; a folder that is not there holds none. */
export async function readProfileFiles(folder: Pick<DataFolder, 'path'>): Promise<ProfileFiles> {
  const directory = join(folder.path, 'profiles');
  const profiles: Profile[] = [];
  const refused: ProfileFileError[] = [];
  const names = await listJson(directory);
  if (!names.ok) return { profiles, refused: [names.error] };
  for (const name of names.value) {
    const path = join(directory, name);
    const read = await readOne(path);
    if (!read.ok) refused.push(read.error);
    else if (RESERVED.includes(read.value.id) || profiles.some(({ id }) => id === read.value.id)) {
      refused.push({ code: 'profile.invalid', path, reason: `id: ${read.value.id} is taken` });
    } else profiles.push(read.value);
  }
  return { profiles, refused };
}

async function listJson(directory: string): Promise<Result<readonly string[], AppError<'file.unreadable'>>> {
  try {
    const names = (await readdir(directory)).filter((name) => name.toLowerCase().endsWith('.json'));
    return { ok: true, value: names.toSorted().slice(0, MAX_FILES) };
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return { ok: true, value: [] };
    return err(unreadable(thrown, directory));
  }
}

async function readOne(path: string): Promise<Result<Profile, ProfileFileError>> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) {
      const reason = `${String(size)} bytes, at most ${String(MAX_BYTES)}`;
      return err({ code: 'profile.invalid', path, reason });
    }
    return readProfile(await readFile(path, 'utf8'), path);
  } catch (thrown) {
    return err(unreadable(thrown, path));
  }
}

/** Throws what is no file system error: that is a bug. */
function unreadable(thrown: unknown, path: string): AppError<'file.unreadable'> {
  storageErrorOf(thrown, path);
  return { code: 'file.unreadable', path };
}
