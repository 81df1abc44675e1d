// The data object of a seal, kept beside the journal before a new one is written over it. Stays there afterwards:
// it is public, and the only copy of the old seal.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../../storage/durable-file.ts';
import type { SealBackup } from '../services/renewal/context.ts';
import type { DataFolder } from './data-folder.ts';

export function createSealBackup(folder: Pick<DataFolder, 'renewals'>, renewalId: string): SealBackup {
  const path = join(folder.renewals, `${renewalId}.seal`);
  return {
    keep: (content) => writeDurably(path, content),
    recall: () => readFile(path).catch(() => null),
  };
}
