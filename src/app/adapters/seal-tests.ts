// How the last self-test of each key ended, for the diagnosis. Public data only; the signed page is not kept.

import { join } from 'node:path';
import * as z from 'zod';
import type { Result } from '../../core/errors/result.ts';
import type { DataFolder } from './data-folder.ts';
import { createStateFile, type StateReading } from './state-file.ts';
import type { StorageError } from '../../storage/storage-error.ts';

const VERSION = 1;
const MAX_KEPT = 50;

const text = z.string().max(4096);

const keptTest = z.strictObject({
  token: text,
  tokenLabel: text,
  /** Epoch milliseconds. */
  at: z.number().int(),
  kind: z.enum(['seal', 'signature']),
  hasPassed: z.boolean(),
  certificate: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), serial: text }),
  seal: z.strictObject({ id: text, name: text, version: z.number().int() }).nullable(),
  steps: z
    .array(
      z.strictObject({
        step: text,
        status: z.enum(['ok', 'failed', 'notChecked']),
        code: text.nullable(),
        number: z.number().int().nullable(),
      }),
    )
    .max(100),
});
export type KeptSealTest = z.infer<typeof keptTest>;

const keptTests = z.array(keptTest).max(MAX_KEPT);

export interface SealTests {
  /** One for each key, the latest first. */
  read(): Promise<Result<StateReading<readonly KeptSealTest[]>, StorageError>>;
  keep(test: KeptSealTest): Promise<Result<StateReading<readonly KeptSealTest[]>, StorageError>>;
}

export function createSealTests(folder: Pick<DataFolder, 'seen'>, clock: { now(): number }): SealTests {
  const file = createStateFile<KeptSealTest[]>({
    path: join(folder.seen, 'seal-tests.json'),
    version: VERSION,
    schema: keptTests,
    empty: [],
    clock,
  });
  return {
    read: () => file.read(),
    keep: (test) =>
      file.update((known) => [test, ...known.filter(({ token }) => token !== test.token)].slice(0, MAX_KEPT)),
  };
}
