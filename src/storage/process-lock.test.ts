import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, type LockOptions } from './process-lock.ts';
import { markToText, ownMark, type ProcessMark } from './process-mark.ts';

let folder: string;
let path: string;
let broken: number[];
let child: ChildProcess | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-lock-'));
  path = join(folder, 'key.ukey');
  broken = [];
  child = null;
});
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const take = (options: Partial<LockOptions<string>> = {}, at = path) =>
  acquireLock(at, { busy: (pid) => `busy ${pid}`, onBroken: (pid) => broken.push(pid), ...options });

async function hold(options: Partial<LockOptions<string>> = {}, at = path) {
  const lock = await take(options, at);
  if (!lock.ok) throw new Error(JSON.stringify(lock.error));
  return lock.value;
}

/** Puts down a claim as another process would; answers its path. */
async function leaveClaim(mark: Partial<ProcessMark>, at = path): Promise<string> {
  const claim = `${at}.lock-${markToText({ ...(await ownMark()), ...mark })}-0123456789abcdef`;
  writeFileSync(claim, '');
  return claim;
}

async function endedPid(): Promise<number> {
  const ended = spawn(process.execPath, ['-e', '']);
  await once(ended, 'exit');
  return ended.pid ?? 0;
}

const busy = (pid: number) => ({ ok: false, error: `busy ${pid}` });

describe('a lock', () => {
  it('is held by one, named to the next, and free again after release', async () => {
    const first = await hold();
    expect(await take()).toEqual(busy(process.pid));
    await first.release();
    await first.release();
    await (await hold()).release();
    expect([readdirSync(folder), broken]).toEqual([[], []]);
  });

  it('does not stand in the way of its neighbours', async () => {
    const neighbours = ['key.ukey', 'key.ukey2', 'key', 'key.ukey.bak'];
    const held = await Promise.all(neighbours.map((name) => hold({}, join(folder, name))));
    expect(readdirSync(folder)).toHaveLength(4);
    for (const lock of held) await lock.release();
  });

  it('is one for all spellings of a name that are one file on a USB stick', async () => {
    const held = await hold();
    expect(await take({}, join(folder, 'KEY.ukey'))).toEqual(busy(process.pid));
    await held.release();
  });

  it('lets one in after another, never two at once', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      const lock = await hold({ waitMs: 30_000 });
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect([most, readdirSync(folder)]).toEqual([1, []]);
  });

  it('is given to at most one of many that come at once and do not wait', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => take({ waitMs: 0 })));
    const held = answers.filter((answer) => answer.ok).length;
    expect(held).toBeLessThanOrEqual(1);
    expect(readdirSync(folder)).toHaveLength(held);
  });

  it('is waited for as long as asked, and had when it is released', async () => {
    const first = await hold();
    const second = take({ waitMs: 30_000 });
    await first.release();
    expect(await second).toMatchObject({ ok: true });
  });

  it.each([
    ['is no folder', 'file', 'storage.damaged'],
    ['is not there', 'none', 'storage.readOnly'],
  ])('names what it is for when the place for it %s', async (_name, place, code) => {
    writeFileSync(join(folder, 'file'), '');
    const lost = join(folder, place, 'key.ukey');
    expect(await take({}, lost)).toMatchObject({ ok: false, error: { code, path: lost } });
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('a lock that was left behind', () => {
  it('by a process that has ended is broken, and this is told', async () => {
    const pid = await endedPid();
    await leaveClaim({ pid, started: null });
    await (await hold()).release();
    expect([readdirSync(folder), broken]).toEqual([[], [pid]]);
  });

  it.runIf(process.platform === 'linux')(
    'by a killed process whose parent has not noticed is broken',
    async () => {
      // The shell starts a process, says its number, and becomes one that never asks for it.
      child = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [text] = (await once(child.stdout ?? process.stdin, 'data')) as [Buffer];
      const pid = Number(text.toString());
      await leaveClaim({ pid, started: null });
      expect(await take()).toEqual(busy(pid));
      process.kill(pid, 'SIGKILL');
      await (await hold({ waitMs: 30_000 })).release();
      expect(broken).toEqual([pid]);
    },
  );

  it.runIf(process.platform === 'linux')('by an earlier process of the same number is broken', async () => {
    await leaveClaim({ started: '1' });
    await (await hold()).release();
    expect(broken).toEqual([process.pid]);
  });

  it('before the computer was started again is broken', async () => {
    await leaveClaim({ boot: '00000000' });
    await (await hold()).release();
    expect(broken).toEqual([process.pid]);
  });

  it('is still taken by one after another when many find it at once', async () => {
    await leaveClaim({ pid: await endedPid() });
    let inside = 0;
    let most = 0;
    const work = async () => {
      const lock = await hold({ waitMs: 30_000 });
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect([most, readdirSync(folder)]).toEqual([1, []]);
  });

  it.each([
    'key.ukey.lock',
    'key.ukey.lock-',
    'key.ukey.lock-1-x-x-0badcafe',
    'key.ukey.lock-0-x-x-0badcafe-0123456789abcdef',
    'key.ukey.lock-notes.txt',
  ])('is not what any other file is (%s), which stays', async (name) => {
    writeFileSync(join(folder, name), 'years of work');
    await (await hold()).release();
    expect(readdirSync(folder)).toEqual([name]);
  });
});

describe('the lock of a living process', () => {
  it('is respected, whoever it is', async () => {
    child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    await once(child, 'spawn');
    await leaveClaim({ pid: child.pid ?? 0, started: null });
    expect(await take()).toEqual(busy(child.pid ?? 0));
  });

  it.runIf(process.platform === 'linux')('is respected after the computer got another name', async () => {
    await leaveClaim({ computer: '0badcafe' });
    expect(await take()).toEqual(busy(process.pid));
  });
});

describe('a lock that cannot be checked', () => {
  it.each<[string, Partial<ProcessMark>]>([
    ['of another computer', { computer: '0badcafe', boot: '00000000' }],
    ['of a container on this computer', { computer: '0badcafe', pid: 999_999_999 }],
    ['of a process whose start is not known', { started: null }],
  ])('%s is respected until nobody can hold it any more', async (_name, mark) => {
    const claim = await leaveClaim(mark);
    expect(await take({ longestHoldMs: 60_000 })).toMatchObject({ ok: false });
    const then = Date.now() / 1_000 - 61;
    utimesSync(claim, then, then);
    await (await hold({ longestHoldMs: 60_000 })).release();
    expect([readdirSync(folder), broken.length]).toEqual([[], 1]);
  });

  it('of another computer counts nothing for what is at this one', async () => {
    await leaveClaim({ computer: '0badcafe', boot: '00000000' });
    await (await hold()).release();
    expect(broken).toEqual([process.pid]);
  });
});
