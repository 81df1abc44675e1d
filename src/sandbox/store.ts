// The state in its folder: one writer, every change one atomic durable write, changes one after the other.

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
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
   * Runs `work` on a copy, alone, and writes the copy if `save` is answered and anything changed. When the
   * write fails the state stays as it was and so does the file.
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
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = lockFolder(folder);
    if (!lock.ok) return lock;
    const opened = await load(path, create);
    if (!opened.ok) {
      lock.value.release();
      return opened;
    }
    return ok(createStore(path, opened.value, lock.value.release));
  } catch (error) {
    return err(writeFailure(error, path));
  }
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
    const { save, value } = await work(draft);
    const next = JSON.stringify(draft);
    if (save && next !== text) {
      try {
        await writeDurably(path, next);
      } catch (error) {
        return err(writeFailure(error, path));
      }
      state = draft;
      text = next;
    }
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

/** Anything but a full disk is taken for a folder that cannot be written. */
function writeFailure(error: unknown, path: string): WriteFailure {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return { code: code === 'ENOSPC' || code === 'EDQUOT' ? 'storage.full' : 'storage.readOnly', path };
}
