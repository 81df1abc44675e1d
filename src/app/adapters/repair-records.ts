// The durable record of repairs: one file each, with everything before and after, on the disk before the first
// change is made. A repair that was interrupted is taken back from it at the next start.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { REPAIR_IDS, type RepairId } from '../../core/environment/repair-ids.ts';
import type { Change, Effect } from '../../core/environment/repair.ts';
import type { RegistryValue } from '../../core/environment/windows-probe.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { makeFolder } from '../../storage/make-folder.ts';
import { writeDurably } from '../../storage/durable-file.ts';
import { errnoOf, storageErrorOf, type StorageError } from '../../storage/storage-error.ts';

export interface MadeRepair {
  readonly repair: RepairId;
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
}

/** - `applying`, `undoing`: under way, or interrupted. - `failed`: taken back because a change failed. */
export type RecordState = 'applying' | 'applied' | 'undoing' | 'undone' | 'failed';

export interface RepairRecord {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly state: RecordState;
  readonly repairs: readonly MadeRepair[];
  /** Made by the elevated helper, which keeps a record of its own under the same id. */
  readonly elevated: readonly RepairId[];
}

const fileState = z.strictObject({ content: z.base64(), mode: z.number().int().min(0).max(0o7777) });
const flags = z.strictObject({ active: z.boolean(), enabled: z.boolean() });
const mode = z.number().int().min(0).max(0o7777);
const registryValue: z.ZodType<RegistryValue> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['text', 'expandable', 'bytes']), value: z.string() }),
  z.strictObject({ type: z.enum(['number', 'other']), value: z.number() }),
  z.strictObject({ type: z.literal('list'), value: z.array(z.string()) }),
]);
const presence = z.enum(['absent', 'present']);
const windowsService = z.strictObject({
  state: z.enum(['running', 'stopped', 'changing']),
  start: z.enum(['automatic', 'manual', 'disabled', 'driver']),
});

const change: z.ZodType<Change> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('file'),
    path: z.string(),
    before: fileState.nullable(),
    after: fileState.nullable(),
  }),
  z.strictObject({ kind: z.literal('mode'), path: z.string(), before: mode, after: mode }),
  z.strictObject({ kind: z.literal('service'), unit: z.string(), before: flags, after: flags }),
  z.strictObject({
    kind: z.literal('nss'),
    folder: z.string(),
    nickname: z.string(),
    der: z.base64(),
    before: z.literal('absent'),
    after: z.literal('trusted'),
  }),
  z.strictObject({
    kind: z.literal('registry'),
    key: z.string(),
    name: z.string(),
    view: z.literal([64, 32]),
    before: registryValue.nullable(),
    after: registryValue.nullable(),
    newKey: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('certificate'),
    store: z.enum(['ROOT', 'CA', 'MY']),
    place: z.enum(['user', 'machine']),
    der: z.base64(),
    serialized: z.base64().nullable(),
    before: presence,
    after: presence,
  }),
  z.strictObject({
    kind: z.literal('windowsService'),
    name: z.string(),
    before: windowsService,
    after: windowsService,
  }),
]);

const record: z.ZodType<RepairRecord> = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  state: z.enum(['applying', 'applied', 'undoing', 'undone', 'failed']),
  repairs: z.array(
    z.strictObject({
      repair: z.enum(REPAIR_IDS),
      changes: z.array(change),
      effects: z.array(z.enum(['udev', 'trust'])),
    }),
  ),
  elevated: z.array(z.enum(REPAIR_IDS)),
});

/** Those of the elevated helper; other users may read them. */
export const ELEVATED_RECORDS = '/var/lib/certificate-assistant/repairs';

export const RECORD_ID = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

export interface RepairRecords {
  /** On the disk when it resolves. */
  readonly write: (record: RepairRecord) => Promise<Result<void, StorageError>>;
  /** null: no such record. `storage.damaged`: it cannot be read. */
  readonly read: (id: string) => Promise<Result<RepairRecord | null, StorageError>>;
  /** For one lock over all of them; makes the folder. */
  readonly lockPath: () => Result<string, StorageError>;
  /** Newest first; damaged ones are left out. */
  readonly list: () => Promise<readonly RepairRecord[]>;
}

export interface RecordOptions {
  /** Anybody may read them: what they tell of is the system's, which is no secret. */
  readonly isShared?: boolean;
}

export function createRepairRecords(folder: string, { isShared = false }: RecordOptions = {}): RepairRecords {
  async function read(id: string): Promise<Result<RepairRecord | null, StorageError>> {
    const path = join(folder, `${id}.json`);
    if (!RECORD_ID.test(id)) return ok(null);
    try {
      const parsed = record.safeParse(JSON.parse(await readFile(path, 'utf8')));
      return parsed.success ? ok(parsed.data) : err({ code: 'storage.damaged', path });
    } catch (thrown) {
      if (thrown instanceof SyntaxError) return err({ code: 'storage.damaged', path });
      return errnoOf(thrown) === 'ENOENT' ? ok(null) : err(storageErrorOf(thrown, path));
    }
  }

  return {
    async write(content) {
      const path = join(folder, `${content.id}.json`);
      return writeDurably(path, `${JSON.stringify(content)}\n`, isShared ? 0o644 : 0o600);
    },
    read,
    lockPath() {
      try {
        makeFolder(folder, isShared ? 0o755 : 0o700);
        return ok(join(folder, 'repairs'));
      } catch (thrown) {
        return err(storageErrorOf(thrown, folder));
      }
    },
    async list() {
      const names = await readdir(folder).catch(() => []);
      const ids = names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
      const all = await Promise.all(ids.toSorted().toReversed().map(read));
      return all.flatMap((one) => (one.ok && one.value !== null ? [one.value] : []));
    },
  };
}
