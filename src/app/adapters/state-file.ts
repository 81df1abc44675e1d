// One small file of ours that is read whole, checked, and replaced whole. Several programs may use it: each change
// starts from what is on the disk, and the last one stands.
//
// A damaged file is kept aside under another name, never overwritten: what was in it may still matter to support.

import { rename, readFile, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type * as z from 'zod';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { writeDurably } from '../../storage/durable-file.ts';
import { errnoOf, storageErrorOf, type StorageError } from '../../storage/storage-error.ts';

export interface StateReading<T> {
  readonly value: T;
  /** Where a damaged file was moved to just now; the value is then the empty one. */
  readonly setAside: string | null;
}

export interface StateFile<T> {
  /** `storage.newerSchema`: a newer program wrote it; it is left as it is. */
  read(): Promise<Result<StateReading<T>, StorageError>>;
  /** On the disk when it resolves; changes of this process wait for each other. */
  update(change: (value: T) => T): Promise<Result<StateReading<T>, StorageError>>;
}

export interface StateFileOptions<T> {
  readonly path: string;
  /** Raised when the meaning of the content changes. */
  readonly version: number;
  readonly schema: z.ZodType<T>;
  readonly empty: T;
  readonly clock: { now(): number };
}

/** Far beyond what the bounds of the contents allow, small enough to read at once. */
const MAX_BYTES = 4 * 1024 * 1024;

export function createStateFile<T>(options: StateFileOptions<T>): StateFile<T> {
  const { path, version } = options;
  let last: Promise<unknown> = Promise.resolve();

  /** One after another: a reading may move the file aside. */
  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  return {
    read: () => inTurn(() => readState(options)),
    update: (change) =>
      inTurn(async () => {
        const reading = await readState(options);
        if (!reading.ok) return reading;
        const value = change(reading.value.value);
        const written = await writeDurably(path, `${JSON.stringify({ version, content: value })}\n`);
        return written.ok ? ok({ ...reading.value, value }) : written;
      }),
  };
}

async function readState<T>(options: StateFileOptions<T>): Promise<Result<StateReading<T>, StorageError>> {
  const { path, version, schema, empty } = options;
  let content: string | null;
  try {
    content = (await stat(path)).size > MAX_BYTES ? null : await readFile(path, 'utf8');
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return ok({ value: empty, setAside: null });
    return err(storageErrorOf(thrown, path));
  }
  const envelope = content === null ? null : parseEnvelope(content);
  if (envelope !== null && envelope.version > version) {
    return err({ code: 'storage.newerSchema', found: envelope.version, known: version });
  }
  const parsed = schema.safeParse(envelope?.content);
  return parsed.success ? ok({ value: parsed.data, setAside: null }) : setAside(options);
}

function parseEnvelope(content: string): { readonly version: number; readonly content: unknown } | null {
  try {
    const parsed: unknown = JSON.parse(content);
    const isEnvelope =
      typeof parsed === 'object' && parsed !== null && 'version' in parsed && 'content' in parsed;
    if (!isEnvelope || typeof parsed.version !== 'number') return null;
    return { version: parsed.version, content: parsed.content };
  } catch {
    return null;
  }
}

async function setAside<T>({
  path,
  empty,
  clock,
}: StateFileOptions<T>): Promise<Result<StateReading<T>, StorageError>> {
  const { dir, name, ext } = parse(path);
  const aside = join(dir, `${name}.damaged-${String(clock.now())}${ext}`);
  try {
    await rename(path, aside);
    return ok({ value: empty, setAside: aside });
  } catch (thrown) {
    return err(storageErrorOf(thrown, path));
  }
}
