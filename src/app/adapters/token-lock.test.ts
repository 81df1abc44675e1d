import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from './log.ts';
import { acquireTokenLock, isTokenLocked } from './token-lock.ts';

let locks: string;
let logged: unknown[];
const log: Log = { write: (...line) => logged.push(line) };

beforeEach(async () => {
  locks = await mkdtemp(join(tmpdir(), 'locks-'));
  logged = [];
});
afterEach(() => rm(locks, { recursive: true, force: true }));

async function hold(token = 'T1') {
  const lock = await acquireTokenLock({ locks }, token, log);
  if (!lock.ok) throw new Error(lock.error.code);
  return lock.value;
}

describe('the lock of a token', () => {
  it('is held by one and named to the next', async () => {
    const first = await hold();
    expect(await acquireTokenLock({ locks }, 'T1', log)).toEqual({
      ok: false,
      error: { code: 'token.busy', pid: process.pid },
    });
    await first.release();
    await (await hold()).release();
    expect([await readdir(locks), logged]).toEqual([[], []]);
  });

  it('does not stand in the way of another token, and says of neither which it is', async () => {
    const held = [await hold('serial-of-T1'), await hold('serial-of-T2')];
    const names = await readdir(locks);
    expect([names.length, names.filter((name) => name.includes('serial'))]).toEqual([2, []]);
    for (const lock of held) await lock.release();
  });

  it('of a process that is gone is broken, and the log says so', async () => {
    const own = await hold();
    const [name = ''] = await readdir(locks);
    await own.release();
    // Started at another time: it had the same number, and is gone.
    await writeFile(join(locks, name.replace(/(\.lock-\d+)-\w+-/, '$1-1-')), '');
    await (await hold()).release();
    expect([await readdir(locks), logged]).toEqual([[], [['warn', 'lock.broken', { pid: process.pid }]]]);
  });

  it('can be asked for without taking it, and counts only while its process runs', async () => {
    const isLocked = () => isTokenLocked({ locks }, 'T1');
    const before = await isLocked();
    const held = await hold();
    const [name = ''] = await readdir(locks);
    const during = await isLocked();
    await held.release();
    await writeFile(join(locks, name.replace(/(\.lock-\d+)-\w+-/, '$1-1-')), '');
    expect([before, during, await isLocked()]).toEqual([false, true, false]);
    expect(await isTokenLocked({ locks: join(locks, 'missing') }, 'T1')).toBe(false);
  });

  it('names a folder that cannot be used', async () => {
    const path = join(locks, 'file');
    await writeFile(path, '');
    expect(await acquireTokenLock({ locks: path }, 'T1', log)).toMatchObject({
      ok: false,
      error: { code: 'storage.damaged' },
    });
  });
});
