// One gateway session in a file of its own, 0600, for the moment in which nothing else can: an in-place renewal
// between key generation and request has no key the CA knows. Written just before, deleted as soon as the CA has
// the request. It opens one order for a day at most; it is no PIN and no key.

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../../storage/durable-file.ts';
import type { SessionVault } from '../services/renewal/context.ts';
import type { DataFolder } from './data-folder.ts';

export function createSessionVault(folder: Pick<DataFolder, 'renewals'>, renewalId: string): SessionVault {
  const path = join(folder.renewals, `${renewalId}.session`);
  return {
    keep: (session) => writeDurably(path, session),
    recall: () => readFile(path, 'utf8').catch(() => null),
    forget: () => rm(path, { force: true }).catch(() => undefined),
  };
}
