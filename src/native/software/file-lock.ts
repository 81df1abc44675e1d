// One writer per key file across processes: `<file>.lock` names the holder by host, pid and the start time of
// that process. A holder that is gone is found out and its lock broken. Never held longer than one PIN check
// and two writes; key generation happens outside.

import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { systemCode, writeFailure, type FileError } from './key-file-access.ts';

const POLL_MS = 20;
/** A holder without a known start time, or on another computer, is given up after this. */
const SILENT_MS = 60_000;
/** A lock without content: its maker died between the two steps of making it. */
const EMPTY_MS = 5_000;

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks after boot (proc(5) stat, field 22); empty where the system does not say. */
  readonly started: string;
  readonly nonce: string;
}

/**
 * Runs `work` while this process alone may write `path`. Waits up to `waitMs` for another holder, then answers
 * `token.busy` with its pid.
 */
export async function withFileLock<T, E>(
  path: string,
  waitMs: number,
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | FileError>> {
  const lock = `${path}.lock`;
  const mine = JSON.stringify({
    host: hostname(),
    pid: process.pid,
    started: await startOf(process.pid),
    nonce: randomUUID(),
  } satisfies Holder);
  const taken = await take(lock, mine, Date.now() + waitMs, path);
  if (!taken.ok) return taken;
  try {
    return await work();
  } finally {
    if ((await readFile(lock, 'utf8').catch(() => '')) === mine)
      await rm(lock, { force: true }).catch(() => undefined);
  }
}

async function take(
  lock: string,
  mine: string,
  deadline: number,
  path: string,
): Promise<Result<void, FileError>> {
  for (;;) {
    const made = await createExclusively(lock, mine);
    if (made === null) return ok(undefined);
    if (made !== 'EEXIST') return err(writeFailure(made, path));
    const text = await readFile(lock, 'utf8').catch(() => null);
    if (text !== null && (await isStale(lock, text))) await breakLock(lock, text);
    else if (Date.now() >= deadline)
      return err({ code: 'token.busy', pid: parseHolder(text ?? '')?.pid ?? 0 });
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** null when made, else the system's error code. */
async function createExclusively(path: string, text: string): Promise<string | null> {
  const claim = `${path}.${process.pid}-${randomUUID()}.tmp`;
  try {
    // As a link the lock has its content from the first moment, so that a kill never leaves an empty one.
    await writeFile(claim, text, { flag: 'wx', mode: 0o600 });
    await link(claim, path);
    return null;
  } catch (error) {
    return systemCode(error) === 'EEXIST' ? 'EEXIST' : await createWithoutLinks(path, text);
  } finally {
    await rm(claim, { force: true }).catch(() => undefined);
  }
}

/** On FAT, as on many USB sticks. */
async function createWithoutLinks(path: string, text: string): Promise<string | null> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      return null;
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      return systemCode(error);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return systemCode(error);
  }
}

async function isStale(lock: string, text: string): Promise<boolean> {
  const holder = parseHolder(text);
  const age = await stat(lock).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (holder === null) return age > EMPTY_MS;
  if (holder.host !== hostname()) return age > SILENT_MS;
  if (!isRunning(holder.pid)) return true;
  const started = await startOf(holder.pid);
  return started === '' || holder.started === '' ? age > SILENT_MS : started !== holder.started;
}

/**
 * Two processes may find the same lock stale at once; the second must not remove the fresh lock of the first.
 * So breaking has its own exclusive file, and the lock is looked at again behind it.
 */
async function breakLock(lock: string, stale: string): Promise<void> {
  const breaker = `${lock}.break`;
  const refused = await createExclusively(breaker, String(process.pid));
  if (refused === null) {
    if ((await readFile(lock, 'utf8').catch(() => null)) === stale) await rm(lock, { force: true });
    await rm(breaker, { force: true });
    return;
  }
  const since = await stat(breaker).catch(() => null);
  if (since !== null && Date.now() - since.mtimeMs > EMPTY_MS) await rm(breaker, { force: true });
  else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    const { host, pid, started, nonce } = value ?? {};
    if (typeof host !== 'string' || typeof started !== 'string' || typeof nonce !== 'string') return null;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0
      ? { host, pid, started, nonce }
      : null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

async function startOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
