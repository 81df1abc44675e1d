// One program per data folder. The first one holds a lock and leaves a file, readable by this person alone, that
// says where it is; a second start asks it for a window and ends.

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { TOKEN_HEADER } from '../app/loopback/loopback-route.ts';
import { writeDurably } from '../storage/durable-file.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { acquireLock } from '../storage/process-lock.ts';
import type { OpenedWindow } from './page-routes.ts';

export interface OnlyInstance {
  readonly kind: 'first';
  /** Tells second starts where to ask. */
  announce(port: number, control: string): Promise<void>;
  /** Repeating it is no error. */
  release(): Promise<void>;
}

/** Another one runs. `opened` null: it does not answer. */
export interface SecondInstance {
  readonly kind: 'second';
  readonly pid: number;
  readonly opened: OpenedWindow | null;
}

const place = z.strictObject({
  port: z.number().int().min(1).max(65535),
  control: z.string().min(32),
});

/** The first one may still be starting. */
const ASK_TIMES = 40;
const ASK_PAUSE_MS = 250;

/** A data folder that cannot be written has no lock: the window says what is wrong with it. */
export async function claimInstance(dataDir: string): Promise<OnlyInstance | SecondInstance> {
  const path = join(dataDir, 'window');
  const file = `${path}.json`;
  const lock = await lockIn(dataDir, path);
  if (!lock.ok && lock.error.code === 'busy') {
    return { kind: 'second', pid: lock.error.pid, opened: await askFirst(file) };
  }
  // What a killed one left points to a port that may be anybody's now.
  if (lock.ok) await rm(file, { force: true });
  return {
    kind: 'first',
    async announce(port, control) {
      await writeDurably(file, JSON.stringify({ port, control }));
    },
    async release() {
      if (!lock.ok) return;
      await rm(file, { force: true });
      await lock.value.release();
    },
  };
}

async function lockIn(dataDir: string, path: string) {
  try {
    makeFolder(dataDir);
  } catch {
    // The lock fails for the same reason.
  }
  return acquireLock(path, { busy: (pid) => ({ code: 'busy', pid }) as const });
}

async function askFirst(file: string): Promise<OpenedWindow | null> {
  for (let time = 1; time <= ASK_TIMES; time += 1) {
    const opened = await ask(file).catch(() => null);
    if (opened !== null) return opened;
    await pause(ASK_PAUSE_MS);
  }
  return null;
}

async function ask(file: string): Promise<OpenedWindow | null> {
  const { port, control } = place.parse(JSON.parse(await readFile(file, 'utf8')));
  const response = await fetch(`http://127.0.0.1:${port}/window`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [TOKEN_HEADER]: control },
    body: '{}',
    signal: AbortSignal.timeout(5000),
  });
  const opened = z.strictObject({ address: z.string().nullable() }).safeParse(await response.json());
  return opened.success ? opened.data : null;
}
