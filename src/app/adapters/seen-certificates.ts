// Certificates seen on keys, so that one in a drawer is reminded of. Public data only; nothing is kept of a PIN,
// a key or a document.

import { join } from 'node:path';
import * as z from 'zod';
import type { Result } from '../../core/errors/result.ts';
import type { SeenCertificate } from '../../core/notice/notice.ts';
import { MAX_SEEN, mergeSeen, type Sighting } from '../../core/notice/seen.ts';
import type { DataFolder } from './data-folder.ts';
import { createStateFile, type StateReading } from './state-file.ts';
import type { StorageError } from '../../storage/storage-error.ts';

const VERSION = 1;

const text = z.string().max(4096);
const time = z.number().int();

const seenCertificates: z.ZodType<readonly SeenCertificate[]> = z
  .array(
    z.strictObject({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      commonName: text.nullable(),
      subject: text,
      issuer: text,
      serial: text,
      use: z.enum(['signing', 'encryption', 'both']),
      notBefore: time,
      notAfter: time,
      token: text,
      tokenLabel: text,
      profile: text,
      firstSeen: time,
      lastSeen: time,
    }),
  )
  .max(MAX_SEEN);

export type SeenReading = Promise<Result<StateReading<readonly SeenCertificate[]>, StorageError>>;

export interface SeenCertificates {
  /** The last seen first. */
  read(): SeenReading;
  /** Adds and refreshes what is on a key now; `MAX_SEEN` are kept. */
  remember(sightings: readonly Sighting[]): SeenReading;
  /** A certificate the person does not want to be reminded of; it is back when its key is plugged in again. */
  forget(sha256: string): SeenReading;
}

export function createSeenCertificates(
  folder: Pick<DataFolder, 'seen'>,
  clock: { now(): number },
): SeenCertificates {
  const file = createStateFile<readonly SeenCertificate[]>({
    path: join(folder.seen, 'certificates.json'),
    version: VERSION,
    schema: seenCertificates,
    empty: [],
    clock,
  });
  return {
    read: () => file.read(),
    remember: (sightings) => file.update((known) => mergeSeen(known, sightings, clock.now())),
    forget: (sha256) => file.update((known) => known.filter((one) => one.sha256 !== sha256)),
  };
}
