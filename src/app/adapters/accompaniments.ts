// Accompanied renewals that are open: what was on the key before, kept for the days a CA takes. Public data only.

import { join } from 'node:path';
import * as z from 'zod';
import type { Result } from '../../core/errors/result.ts';
import { ok } from '../../core/errors/result.ts';
import type { KeySnapshot } from '../../core/accompany/snapshot.ts';
import type { StorageError } from '../../storage/storage-error.ts';
import type { DataFolder } from './data-folder.ts';
import { createStateFile } from './state-file.ts';

const VERSION = 1;

/** The newest are kept. */
const MAX_OPEN = 50;

export interface Accompaniment {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly token: string;
  readonly tokenLabel: string;
  /** SHA-256 of the certificate to renew; it is in `before`. */
  readonly certificate: string;
  readonly profile: string;
  /** Trust anchors the person named, DER as base64. */
  readonly roots: readonly string[];
  readonly before: KeySnapshot;
  /** SHA-256 of what was on the other keys plugged in: what appears there later may have been meant for this one. */
  readonly others: readonly string[];
}

const text = z.string().max(4096);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.number().int();
const use = z.enum(['signing', 'encryption']);
const der = z.base64().max(100_000);

const snapshot: z.ZodType<KeySnapshot> = z.strictObject({
  at: time,
  containers: z
    .array(
      z.strictObject({
        id: text,
        label: text,
        keys: z
          .array(
            z.strictObject({
              use: z.enum(['signing', 'encryption', 'both']),
              fingerprint: sha256.nullable(),
              hasPrivateKey: z.boolean().nullable(),
            }),
          )
          .max(1000),
        certificates: z.array(z.strictObject({ use: use.nullable(), der })).max(1000),
      }),
    )
    .max(1000),
  seals: z
    .array(
      z.strictObject({
        object: text,
        id: text,
        name: text,
        sha256,
        validFrom: time,
        validTo: time,
        signers: z.array(sha256).max(1000),
      }),
    )
    .max(1000),
  otherObjects: z.array(text).max(1000),
});

const accompaniments: z.ZodType<readonly Accompaniment[]> = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[0-9a-f]{16}$/),
      startedAt: time,
      token: text,
      tokenLabel: text,
      certificate: sha256,
      profile: text,
      roots: z.array(der).max(50),
      before: snapshot,
      others: z.array(sha256).max(1000),
    }),
  )
  .max(MAX_OPEN);

export interface Accompaniments {
  /** The oldest first. */
  list(): Promise<Result<readonly Accompaniment[], StorageError>>;
  /** On the disk when it resolves. */
  add(accompaniment: Accompaniment): Promise<Result<void, StorageError>>;
  remove(id: string): Promise<Result<void, StorageError>>;
}

export function createAccompaniments(
  folder: Pick<DataFolder, 'seen'>,
  clock: { now(): number },
): Accompaniments {
  const file = createStateFile<readonly Accompaniment[]>({
    path: join(folder.seen, 'accompanied.json'),
    version: VERSION,
    schema: accompaniments,
    empty: [],
    clock,
  });
  const change = async (
    update: (open: readonly Accompaniment[]) => readonly Accompaniment[],
  ): Promise<Result<void, StorageError>> => {
    const changed = await file.update(update);
    return changed.ok ? ok(undefined) : changed;
  };
  return {
    async list() {
      const read = await file.read();
      return read.ok ? ok(read.value.value) : read;
    },
    add: (accompaniment) => change((open) => [...open, accompaniment].slice(-MAX_OPEN)),
    remove: (id) => change((open) => open.filter((one) => one.id !== id)),
  };
}
