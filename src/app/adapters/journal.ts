// The journal of a renewal: one file per renewal, one JSON record per line, on the disk before the command that
// follows it runs. It holds public data only and is a plan, not the truth. Whoever appends holds the token lock.
//
// A line without its line feed was cut by a crash before it was acknowledged: it is left out, and truncated away
// by the next append. Any other damage is named and the file is left as it is.

import { open, readFile, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import { errnoOf, storageErrorOf, type StorageError } from '../../storage/storage-error.ts';
import type { DataFolder } from './data-folder.ts';
import { parseJournalLine, type JournalRecord } from './journal-record.ts';

export type { JournalRecord } from './journal-record.ts';

export type JournalError = StorageError | AppError<'renewal.notFound' | 'renewal.journalDamaged'>;

export interface Journal {
  readonly path: string;
  /** On the disk when it resolves; after an error the file is as it was before. */
  append(record: JournalRecord): Promise<Result<void, StorageError>>;
  close(): Promise<void>;
}

export interface Journals {
  /** @param renewalId 1–64 characters of [A-Za-z0-9-], not used before */
  create(renewalId: string): Promise<Result<Journal, StorageError>>;
  /** The records, and the journal to go on with. Empty records: it ended before the first one was on the disk. */
  open(
    renewalId: string,
  ): Promise<Result<{ readonly journal: Journal; readonly records: readonly JournalRecord[] }, JournalError>>;
  /** The records only; never touches the file, so it needs no lock. */
  read(renewalId: string): Promise<Result<readonly JournalRecord[], JournalError>>;
  /** Ids of all renewals, in the order of their names. */
  list(): Promise<Result<readonly string[], StorageError>>;
}

/** Largest journal, in bytes: far beyond any real renewal, small enough to read at once. */
const MAX_JOURNAL_BYTES = 16 * 1024 * 1024;

const RENEWAL_ID = /^[A-Za-z0-9-]{1,64}$/;
const EXTENSION = '.jsonl';

export function createJournals(folder: Pick<DataFolder, 'renewals'>): Journals {
  const pathOf = (renewalId: string) => join(folder.renewals, `${renewalId}${EXTENSION}`);

  return {
    async create(renewalId) {
      if (!RENEWAL_ID.test(renewalId)) throw new Error('not a renewal id');
      const path = pathOf(renewalId);
      try {
        const handle = await open(path, 'wx+', 0o600);
        await syncFolder(folder.renewals);
        return ok(journalOn(handle, path, 0));
      } catch (thrown) {
        return err(storageErrorOf(thrown, path));
      }
    },
    async open(renewalId) {
      const content = await readJournal(renewalId, pathOf);
      if (!content.ok) return content;
      const path = pathOf(renewalId);
      try {
        const handle = await open(path, 'r+');
        return ok({
          journal: journalOn(handle, path, content.value.goodBytes),
          records: content.value.records,
        });
      } catch (thrown) {
        return err(storageErrorOf(thrown, path));
      }
    },
    async read(renewalId) {
      const content = await readJournal(renewalId, pathOf);
      return content.ok ? ok(content.value.records) : content;
    },
    async list() {
      try {
        const names = await readdir(folder.renewals);
        return ok(
          names
            .filter((name) => name.endsWith(EXTENSION))
            .map((name) => name.slice(0, -EXTENSION.length))
            .filter((name) => RENEWAL_ID.test(name))
            .toSorted(),
        );
      } catch (thrown) {
        return err(storageErrorOf(thrown, folder.renewals));
      }
    },
  };
}

interface JournalContent {
  readonly records: readonly JournalRecord[];
  /** Length of the file without a torn last line. */
  readonly goodBytes: number;
}

async function readJournal(
  renewalId: string,
  pathOf: (id: string) => string,
): Promise<Result<JournalContent, JournalError>> {
  const notFound = err({ code: 'renewal.notFound', wanted: renewalId } as const);
  if (!RENEWAL_ID.test(renewalId)) return notFound;
  const path = pathOf(renewalId);
  const damaged = err({ code: 'renewal.journalDamaged', path } as const);
  try {
    if ((await stat(path)).size > MAX_JOURNAL_BYTES) return damaged;
    const bytes = await readFile(path);
    const goodBytes = bytes.lastIndexOf(0x0a) + 1;
    const lines = bytes.toString('utf8', 0, goodBytes).split('\n').slice(0, -1);
    const records = lines.map(parseJournalLine);
    const isWhole = records.every(
      (record, index) => record !== null && (record.entry.type === 'started') === (index === 0),
    );
    return isWhole ? ok({ records: records as JournalRecord[], goodBytes }) : damaged;
  } catch (thrown) {
    return errnoOf(thrown) === 'ENOENT' ? notFound : err(storageErrorOf(thrown, path));
  }
}

function journalOn(handle: FileHandle, path: string, goodBytes: number): Journal {
  let end = goodBytes;

  async function cutBackTo(length: number): Promise<void> {
    if ((await handle.stat()).size > length) await handle.truncate(length);
  }

  return {
    path,
    async append(record) {
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      if (end + bytes.length > MAX_JOURNAL_BYTES) return err({ code: 'storage.full', path });
      try {
        await cutBackTo(end);
        for (let written = 0; written < bytes.length;) {
          written += (await handle.write(bytes, written, bytes.length - written, end + written)).bytesWritten;
        }
        await handle.datasync();
      } catch (thrown) {
        await cutBackTo(end).catch(() => undefined);
        return err(storageErrorOf(thrown, path));
      }
      end += bytes.length;
      return done;
    },
    close: () => handle.close(),
  };
}
