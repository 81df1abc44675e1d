// The state in its folder: one writer, every change one atomic durable write, changes one after the other.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import { removeLeftovers, replaceDurably, writeDurably } from '../storage/durable-file.ts';
import { acquireLock } from '../storage/process-lock.ts';
import { errnoOf, storageErrorOf, type StorageError } from '../storage/storage-error.ts';
import { STATE_SCHEMA, stateSchema, type SandboxState } from './state.ts';
import { makeFolder } from '../storage/make-folder.ts';

export type StoreError = StorageError | AppError<'sandbox.inUse'>;

export interface Store {
  /** The state as last written. Not to be changed. */
  read(): SandboxState;
  /**
   * Runs `work` on a copy, alone, and writes the copy if `save` is answered and anything changed. When this
   * write fails, or one that `work` makes itself, the state stays as it was and so does its file.
   */
  change<T>(
    work: (draft: SandboxState) => Promise<{ readonly save: boolean; readonly value: T }>,
  ): Promise<Result<T, StorageError>>;
  /** Waits for running changes and gives the folder free. */
  close(): Promise<void>;
}

/** @param create makes the first state of an empty folder; may write further files there first. */
export async function openStore(
  folder: string,
  create: () => Promise<SandboxState>,
): Promise<Result<Store, StoreError>> {
  const path = join(folder, 'state.json');
  const lock = await attempt(path, async () => {
    makeFolder(folder);
    return acquireLock(path, {
      busy: (pid): AppError<'sandbox.inUse'> => ({ code: 'sandbox.inUse', pid }),
    });
  });
  if (!lock.ok) return lock;
  await removeLeftovers(path);
  const opened = await attempt(path, () => load(path, create));
  if (opened.ok) return ok(createStore(path, opened.value, lock.value.release));
  await lock.value.release();
  return opened;
}

async function load(
  path: string,
  create: () => Promise<SandboxState>,
): Promise<Result<SandboxState, StoreError>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) {
    const first = await create();
    await replaceDurably(path, JSON.stringify(first));
    return ok(first);
  }
  return parse(path, text);
}

function parse(path: string, text: string): Result<SandboxState, StoreError> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return err({ code: 'storage.damaged', path });
  }
  const schema = (content as { schema?: unknown } | null)?.schema;
  if (typeof schema === 'number' && schema > STATE_SCHEMA)
    return err({ code: 'storage.newerSchema', found: schema, known: STATE_SCHEMA });
  const state = stateSchema.safeParse(content);
  return state.success ? ok(state.data) : err({ code: 'storage.damaged', path });
}

function createStore(path: string, first: SandboxState, release: () => Promise<void>): Store {
  let state = first;
  let text = JSON.stringify(first);
  let last: Promise<unknown> = Promise.resolve();

  async function run<T>(work: Parameters<Store['change']>[0]): Promise<Result<T, StorageError>> {
    const draft = structuredClone(state);
    const worked = await attempt(path, async () => ok(await work(draft)));
    if (!worked.ok) return worked;
    const { save, value } = worked.value;
    const next = JSON.stringify(draft);
    if (!save || next === text) return ok(value as T);
    const written = await writeDurably(path, next);
    if (!written.ok) return written;
    state = draft;
    text = next;
    return ok(value as T);
  }

  return {
    read: () => state,
    change<T>(work: Parameters<Store['change']>[0]) {
      const turn = last.then(() => run<T>(work));
      last = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await last;
      await release();
    },
  };
}

/** What the file system throws, as a value. */
export async function attempt<T, E = never>(
  path: string,
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | StorageError>> {
  try {
    return await work();
  } catch (error) {
    return err(storageErrorOf(error, path));
  }
}
