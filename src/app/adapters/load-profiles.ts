// The profile book from the disk. What checks files is loaded only where there are files, because it takes longer
// than listing a key.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NEUTRAL_PROFILE, SHIPPED_PROFILES } from '../../contract/shipped-profiles.ts';
import { createProfileBook, type ProfileBook } from '../services/profiles.ts';
import type { ProfileFileError } from './profile-files.ts';

export interface LoadedProfiles {
  readonly book: ProfileBook;
  /** Files that were left out, each with its reason. */
  readonly refused: readonly ProfileFileError[];
}

export async function loadProfiles(dataDir: string, clock: { now(): number }): Promise<LoadedProfiles> {
  const [files, choices] = await Promise.all([readOwn(dataDir), readChoices(dataDir, clock)]);
  const book = createProfileBook({
    shipped: SHIPPED_PROFILES,
    neutral: NEUTRAL_PROFILE,
    own: files.profiles,
    choices,
  });
  return { book, refused: files.refused };
}

async function readOwn(dataDir: string) {
  if (!existsSync(join(dataDir, 'profiles'))) return { profiles: [], refused: [] };
  const { readProfileFiles } = await import('./profile-files.ts');
  return readProfileFiles({ path: dataDir });
}

/** Choices that cannot be read are asked for again. */
async function readChoices(dataDir: string, clock: { now(): number }) {
  const seen = join(dataDir, 'seen');
  if (!existsSync(join(seen, 'profile-choices.json'))) return {};
  const { createProfileChoices } = await import('./profile-choices.ts');
  const read = await createProfileChoices({ seen }, clock).read();
  return read.ok ? read.value.value : {};
}
