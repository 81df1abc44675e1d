// The state in its folder: one writer, every change one atomic durable write, changes one after the other.

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../core/errors/codes.ts';
import { done, err, ok, type Result } from '../core/errors/result.ts';
import { writeDurably } from './durable-file.ts';
import { lockFolder } from './folder-lock.ts';
import { STATE_SCHEMA, stateSchema, type SandboxState } from './state.ts';

export type StoreError = AppError<
  'sandbox.inUse' | 'storage.full' | 'storage.readOnly' | 'storage.newerSchema' | 'storage.damaged'
>;
export type WriteFailure = AppError<'storage.full' | 'storage.readOnly'>;

export interface Store {
  /** The state as last written. Not to be changed. */
  read(): SandboxState;
  /**
   * Runs `work` on a copy, alone, and writes the copy if `save` is answered and anything changed. When this
   * write fails, or one that `work` makes itself, the state stays as it was and so does its file.
   */
  change<T>(
    work: (draft: SandboxState) => Promise<{ readonly save: boolean; readonly value: T }>,
  ): Promise<Result<T, WriteFailure>>;
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
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return lockFolder(folder);
  });
  if (!lock.ok) return lock;
  const opened = await attempt(path, () => load(path, create));
  if (opened.ok) return ok(createStore(path, opened.value, lock.value.release));
  lock.value.release();
  return opened;
}

async function load(
  path: string,
  create: () => Promise<SandboxState>,
): Promise<Result<SandboxState, StoreError>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) {
    const first = await create();
    await writeDurably(path, JSON.stringify(first));
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

function createStore(path: string, first: SandboxState, release: () => void): Store {
  let state = first;
  let text = JSON.stringify(first);
  let last: Promise<unknown> = Promise.resolve();

  async function run<T>(work: Parameters<Store['change']>[0]): Promise<Result<T, WriteFailure>> {
    const draft = structuredClone(state);
    const worked = await attempt(path, async () => ok(await work(draft)));
    if (!worked.ok) return worked;
    const { save, value } = worked.value;
    const next = JSON.stringify(draft);
    if (!save || next === text) return ok(value as T);
    const written = await attempt(path, async () => {
      await writeDurably(path, next);
      return done;
    });
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
      release();
    },
  };
}

/** What the file system throws, as a value; anything but a full disk is taken for a folder that cannot be written. */
export async function attempt<T, E = never>(
  path: string,
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | WriteFailure>> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
    return err({ code: code === 'ENOSPC' || code === 'EDQUOT' ? 'storage.full' : 'storage.readOnly', path });
  }
}
