// Tells a process from every other there was or will be: by its number, when it started, in which boot of which
// computer. As text it is made of digits, letters and hyphens, so that it can stand in a file name anywhere.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { errnoOf } from './storage-error.ts';

export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks after boot; null where the system does not say. */
  readonly started: string | null;
  /** Eight hex digits of the boot's id; null where the system has none. */
  readonly boot: string | null;
  /** Eight hex digits of the computer's name, hashed. */
  readonly computer: string;
}

export async function ownMark(): Promise<ProcessMark> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null);
  return {
    pid: process.pid,
    started: await startOf(process.pid),
    boot: boot === null ? null : boot.slice(0, 8),
    computer: createHash('sha256').update(hostname()).digest('hex').slice(0, 8),
  };
}

const UNKNOWN = 'x';
const MARK = /^([1-9]\d{0,9})-(\d+|x)-([0-9a-f]{8}|x)-([0-9a-f]{8})$/;

/** `<pid>-<started>-<boot>-<computer>`, `x` for what is not known. */
export function markToText({ pid, started, boot, computer }: ProcessMark): string {
  return [pid, started ?? UNKNOWN, boot ?? UNKNOWN, computer].join('-');
}

export function markFromText(text: string): ProcessMark | null {
  const [, pid, started, boot, computer] = MARK.exec(text) ?? [];
  if (pid === undefined || started === undefined || boot === undefined || computer === undefined) return null;
  const known = (value: string) => (value === UNKNOWN ? null : value);
  return { pid: Number(pid), started: known(started), boot: known(boot), computer };
}

/**
 * `unsure`: there is a process of that number, but no telling whether it is this one. `elsewhere`: not here, and
 * it may be one of another computer.
 */
export type Fate = 'running' | 'ended' | 'unsure' | 'elsewhere';

export async function fateOf(mark: ProcessMark, own: ProcessMark): Promise<Fate> {
  const isSameName = mark.computer === own.computer;
  // A computer may be renamed while it runs, and containers of one boot have names and pids of their own.
  const gone = isSameName ? 'ended' : 'elsewhere';
  if (mark.boot !== own.boot || (mark.boot === null && !isSameName)) return gone;
  try {
    process.kill(mark.pid, 0);
  } catch (thrown) {
    if (errnoOf(thrown) === 'ESRCH') return gone;
  }
  const started = await startOf(mark.pid);
  if (started === 'ended') return gone;
  if (started === null || mark.started === null) return 'unsure';
  return started === mark.started ? 'running' : gone;
}

/** Field 22 of /proc/<pid>/stat (proc(5)). `ended`: killed, and only waiting for its parent to notice. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The name in field 2 may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[19] ?? null);
}
