// One writer per token, across processes. Every contender first puts down a claim file of its own and then looks
// for others: of two, at least the later one sees the other, so two can never both hold. A claim has a name that
// is used once, so removing the claim of a process that is gone can never hit a living one.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { DataFolder } from './data-folder.ts';
import type { Log } from './log.ts';
import { errnoOf, storageErrorOf, type StorageError } from './storage-error.ts';

export interface TokenLock {
  /** Repeating it is no error. */
  release(): Promise<void>;
}

export type TokenLockError = AppError<'token.busy'> | StorageError;

/** Who holds a claim. The start time tells a process from a later one with the same pid. */
interface Claim {
  readonly pid: number;
  /** null where the system does not say. */
  readonly startedAt: string | null;
}

/** Two that claim in the same instant both step back; how often they try again. */
const ATTEMPTS = 5;

/** `token.busy` names the process that holds it, which may be this one. Stale claims are removed and logged. */
export async function acquireTokenLock(
  folder: Pick<DataFolder, 'locks'>,
  tokenId: string,
  log: Log,
): Promise<Result<TokenLock, TokenLockError>> {
  const prefix = `${createHash('sha256').update(tokenId).digest('hex').slice(0, 24)}.`;
  for (let attempt = 1; ; attempt += 1) {
    const own = `${prefix}${randomUUID()}`;
    try {
      await putClaim(folder.locks, own);
      const holder = await findHolder(folder.locks, prefix, own, log);
      // A claim that cannot be removed is broken by the next contender once this process has ended.
      if (holder === null)
        return ok({ release: () => removeClaim(folder.locks, own).catch(() => undefined) });
      await removeClaim(folder.locks, own);
      if (attempt === ATTEMPTS) return err({ code: 'token.busy', pid: holder.pid });
    } catch (thrown) {
      await removeClaim(folder.locks, own).catch(() => undefined);
      return err(storageErrorOf(thrown, join(folder.locks, own)));
    }
    await pause(5 + Math.random() * 40);
  }
}

async function putClaim(locks: string, name: string): Promise<void> {
  await mkdir(locks, { recursive: true, mode: 0o700 });
  const claim: Claim = { pid: process.pid, startedAt: await startOf(process.pid) };
  const temporary = join(locks, `new-${name}`);
  await writeFile(temporary, JSON.stringify(claim), { mode: 0o600, flag: 'wx' });
  await rename(temporary, join(locks, name));
}

async function removeClaim(locks: string, name: string): Promise<void> {
  await rm(join(locks, name), { force: true });
  await rm(join(locks, `new-${name}`), { force: true });
}

/** The living holder of another claim for the token; claims of the dead are removed on the way. */
async function findHolder(locks: string, prefix: string, own: string, log: Log): Promise<Claim | null> {
  for (const name of await readdir(locks)) {
    if (!name.startsWith(prefix) || name === own) continue;
    const claim = await readClaim(join(locks, name));
    if (claim === 'gone') continue;
    if (claim !== null && (await isAlive(claim))) return claim;
    await rm(join(locks, name), { force: true });
    log.write('warn', 'lock.broken', claim === null ? {} : { pid: claim.pid });
  }
  return null;
}

/** null: not readable as a claim. A living process put it there whole, so its owner is gone with a crash. */
async function readClaim(path: string): Promise<Claim | null | 'gone'> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return 'gone';
    throw thrown;
  }
  try {
    const { pid, startedAt } = JSON.parse(content) as Partial<Claim>;
    const isClaim = typeof pid === 'number' && Number.isInteger(pid) && pid > 0;
    return isClaim ? { pid, startedAt: typeof startedAt === 'string' ? startedAt : null } : null;
  } catch {
    return null;
  }
}

async function isAlive({ pid, startedAt }: Claim): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if (errnoOf(thrown) === 'ESRCH') return false;
  }
  const started = await startOf(pid);
  if (started === 'ended') return false;
  return startedAt === null || started === null || started === startedAt;
}

/**
 * Boot and start time of a process, from /proc/<pid>/stat field 22 (proc(5)), in clock ticks since boot.
 * null where there is no /proc; `ended` for a process that only waits for its parent.
 */
async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}
