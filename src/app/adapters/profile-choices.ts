// Which profile the person chose for a certificate that several could be right for. Asked once.

import { join } from 'node:path';
import * as z from 'zod';
import { profileId, sha256 } from '../../contract/views/values.ts';
import type { ProfileChoices } from '../services/profiles.ts';
import type { DataFolder } from './data-folder.ts';
import { createStateFile, type StateFile } from './state-file.ts';

export function createProfileChoices(
  folder: Pick<DataFolder, 'seen'>,
  clock: { now(): number },
): StateFile<ProfileChoices> {
  return createStateFile<ProfileChoices>({
    path: join(folder.seen, 'profile-choices.json'),
    version: 1,
    schema: z.record(sha256, profileId),
    empty: {},
    clock,
  });
}
