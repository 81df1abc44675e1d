import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from './log.ts';
import { acquireTokenLock } from './token-lock.ts';

let locks: string;
let broken: number[];
const log: Log = {
  write: (_level, event, fields) => broken.push(event === 'lock.broken' ? (fields?.pid ?? 0) : -1),
};

beforeEach(async () => {
  locks = await mkdtemp(join(tmpdir(), 'locks-'));
  broken = [];
});
afterEach(() => rm(locks, { recursive: true, force: true }));

async function hold(token = 'T1') {
  const lock = await acquireTokenLock({ locks }, token, log);
  if (!lock.ok) throw new Error(lock.error.code);
  return lock.value;
}

/** Leaves a claim for T1 as another process would. */
async function leaveClaim(claim: object | string): Promise<void> {
  const own = await hold();
  const [name = ''] = await readdir(locks);
  await own.release();
  const content = typeof claim === 'string' ? claim : JSON.stringify(claim);
  await writeFile(join(locks, `${name.split('.')[0] ?? ''}.left-behind`), content);
}

describe('the lock of a token', () => {
  it('is held by one, named to the next, and free again after release', async () => {
    const first = await hold();
    expect(await acquireTokenLock({ locks }, 'T1', log)).toEqual({
      ok: false,
      error: { code: 'token.busy', pid: process.pid },
    });
    await first.release();
    await first.release();
    await (await hold()).release();
    expect(await readdir(locks)).toEqual([]);
  });

  it('does not stand in the way of another token', async () => {
    const locksHeld = [await hold('T1'), await hold('T2')];
    expect(await readdir(locks)).toHaveLength(2);
    for (const lock of locksHeld) await lock.release();
  });

  it('is given to at most one of many that come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => acquireTokenLock({ locks }, 'T1', log)),
    );
    expect(answers.filter((answer) => answer.ok).length).toBeLessThanOrEqual(1);
    expect(await readdir(locks)).toHaveLength(answers.filter((answer) => answer.ok).length);
  });

  it('of a process that is gone is broken and logged', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await leaveClaim({ pid: child.pid, startedAt: null });
    await (await hold()).release();
    expect(broken).toEqual([child.pid]);
    expect(await readdir(locks)).toEqual([]);
  });

  it('of a living process is respected', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    await once(child, 'spawn');
    await leaveClaim({ pid: child.pid, startedAt: null });
    expect(await acquireTokenLock({ locks }, 'T1', log)).toEqual({
      ok: false,
      error: { code: 'token.busy', pid: child.pid },
    });
    child.kill();
    await once(child, 'exit');
  });

  it.runIf(process.platform === 'linux')('of an earlier process with the same pid is broken', async () => {
    await leaveClaim({ pid: process.pid, startedAt: 'another boot 1' });
    await (await hold()).release();
    expect(broken).toEqual([process.pid]);
  });

  it.each(['', '{"pid":"x"}', '{"pid":-1}', 'null'])('that holds rubbish (%j) is broken', async (content) => {
    await leaveClaim(content);
    await (await hold()).release();
    expect(broken).toEqual([0]);
  });

  it('names a folder that cannot be used', async () => {
    const path = join(locks, 'file');
    await writeFile(path, '');
    expect(await acquireTokenLock({ locks: path }, 'T1', log)).toMatchObject({
      ok: false,
      error: { code: 'storage.damaged' },
    });
    expect(await readFile(path, 'utf8')).toBe('');
  });
});
