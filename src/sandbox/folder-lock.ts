// One writer for a folder, across processes. The lock is a file with the holder's pid and start time, made
// complete before it gets its name; a lock whose holder is gone is taken over.

import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';

export interface FolderLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  /** Clock ticks since boot; null where the system does not tell. */
  readonly started: string | null;
}

const ATTEMPTS = 5;

/** Locks inside one process count too. Throws what the file system throws. */
export function lockFolder(folder: string): Result<FolderLock, AppError<'sandbox.inUse'>> {
  const path = join(folder, 'lock');
  const own = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder);
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, own, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tryLink(draft, path)) return ok({ release: () => rmSync(path, { force: true }) });
      const holder = readHolder(path);
      if (holder !== null && isRunning(holder)) return err({ code: 'sandbox.inUse', pid: holder.pid });
      removeStale(path, draft, holder);
    }
    return err({ code: 'sandbox.inUse', pid: readHolder(path)?.pid ?? 0 });
  } finally {
    rmSync(draft, { force: true });
  }
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the lock away before looking again, so that a lock taken meanwhile by another process is put back. */
function removeStale(path: string, draft: string, stale: Holder | null): void {
  const aside = `${draft}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== null && moved.pid !== stale?.pid && isRunning(moved)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

/** null: no lock, or one that cannot be read (then nobody can be holding it: locks are made complete). */
function readHolder(path: string): Holder | null {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return Number.isInteger(pid) ? { pid: pid ?? 0, started: started ?? null } : null;
  } catch {
    return null;
  }
}

function isRunning(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return holder.started === null || startOf(holder.pid) === holder.started;
}

/**
 * Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold spaces and brackets. `ended` for a killed
 * process that only waits for its parent.
 */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[19] ?? null);
  } catch {
    return null;
  }
}
