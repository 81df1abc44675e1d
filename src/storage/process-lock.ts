// One holder across processes, of a file or whatever a path may stand for. Every contender first puts down a claim
// of its own beside the path and then looks for others: of two, at least the later one sees the other, so two can
// never both hold. A claim is an empty file whose name says whose it is; so it is there whole at once on every file
// system, and because the name is used once, removing the claim of a process that is gone can never hit a living
// one. A file beside the path with any other name is no claim and is left alone.

import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { err, ok, type Result } from '../core/errors/result.ts';
import { fateOf, markFromText, markToText, ownMark, type ProcessMark } from './process-mark.ts';
import { errnoOf, storageErrorOf, type StorageError } from './storage-error.ts';

export interface Lock {
  /** Repeating it is no error. */
  release(): Promise<void>;
}

export interface LockOptions<E> {
  /** What is answered when another holds it; `pid` may be this process. */
  readonly busy: (pid: number) => E;
  /** How long to wait for it. By default just long enough for two that come in the same instant. */
  readonly waitMs?: number;
  /**
   * Nobody holds it longer than this. Then the claim of another computer counts for so long, and no claim longer
   * that cannot be checked. Without it claims of other computers do not count: what is locked is at this one.
   */
  readonly longestHoldMs?: number;
  /** Told of each claim removed because its process has ended. */
  readonly onBroken?: (pid: number) => void;
}

const SAME_INSTANT_MS = 200;

/** Behind `<path>.lock-`: the mark of its process and what makes the name unique. */
const CLAIM_END = /^(.+)-[0-9a-f]{16}$/;

/** The folder of `path` must be there; `path` need not. A failure names `path`. */
export async function acquireLock<E>(
  path: string,
  options: LockOptions<E>,
): Promise<Result<Lock, E | StorageError>> {
  const deadline = performance.now() + (options.waitMs ?? SAME_INSTANT_MS);
  const own = await ownMark();
  const claim = `${path}.lock-${markToText(own)}-${randomBytes(8).toString('hex')}`;
  const removeClaim = () => rm(claim, { force: true }).catch(() => undefined);
  try {
    for (;;) {
      await writeFile(claim, '', { flag: 'wx', mode: 0o600 });
      let holder = await findHolder(path, claim, own, options);
      // A claim that cannot be removed is broken by the next contender once this process has ended.
      if (holder === null) return ok({ release: removeClaim });
      await rm(claim, { force: true });
      while (holder !== null) {
        if (performance.now() >= deadline) return err(options.busy(holder.pid));
        // Two that claimed in the same instant have both stepped back; chance parts them.
        await pause(5 + Math.random() * 40);
        holder = await findHolder(path, claim, own, options);
      }
    }
  } catch (thrown) {
    await removeClaim();
    return err(storageErrorOf(thrown, path));
  }
}

/** Whether any process holds `path` now, this one included. Claims nothing itself; cheap where nobody does. */
export async function isLocked(path: string): Promise<Result<boolean, StorageError>> {
  try {
    const beginning = sameOnEveryDisk(`${basename(path)}.lock-`);
    const names = await readdir(dirname(path));
    if (!names.some((name) => sameOnEveryDisk(name).startsWith(beginning))) return ok(false);
    return ok((await findHolder(path, '', await ownMark(), {})) !== null);
  } catch (thrown) {
    return err(storageErrorOf(thrown, path));
  }
}

/** Whose other claim on `path` counts; claims of the dead are removed on the way. */
async function findHolder(
  path: string,
  ownClaim: string,
  own: ProcessMark,
  { longestHoldMs, onBroken }: Pick<LockOptions<unknown>, 'longestHoldMs' | 'onBroken'>,
): Promise<ProcessMark | null> {
  const folder = dirname(path);
  const claimed = sameOnEveryDisk(`${basename(path)}.lock-`);
  for (const name of await readdir(folder)) {
    const folded = sameOnEveryDisk(name);
    if (!folded.startsWith(claimed) || name === basename(ownClaim)) continue;
    const [, owner = ''] = CLAIM_END.exec(folded.slice(claimed.length)) ?? [];
    const mark = markFromText(owner);
    if (mark === null) continue;
    const age = await ageOf(join(folder, name));
    if (age === null) continue;
    if (await counts(mark, own, age, longestHoldMs)) return mark;
    await rm(join(folder, name), { force: true });
    onBroken?.(mark.pid);
  }
  return null;
}

async function counts(
  mark: ProcessMark,
  own: ProcessMark,
  age: number,
  longestHoldMs: number | undefined,
): Promise<boolean> {
  const fate = await fateOf(mark, own);
  if (fate === 'unsure') return longestHoldMs === undefined || age <= longestHoldMs;
  if (fate === 'elsewhere') return longestHoldMs !== undefined && age <= longestHoldMs;
  return fate === 'running';
}

/** In milliseconds; null: gone. */
async function ageOf(path: string): Promise<number | null> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

/** On NTFS and FAT `A.ukey` and `a.ukey` are one file, which must have one lock. */
function sameOnEveryDisk(name: string): string {
  return name.normalize().toLowerCase();
}
