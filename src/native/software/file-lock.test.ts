import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../core/errors/result.ts';
import { withFileLock } from './file-lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-lock-'));
  path = join(folder, 'key.ukey');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const holder = (fields: object): string =>
  JSON.stringify({ host: hostname(), pid: process.pid, started: '1', nonce: 'n', ...fields });
const startOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
const enter = (waitMs: number) => withFileLock(path, waitMs, async () => ok('inside'));

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('lock of a key file', () => {
  it('lets one in after another, never two at once', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      return ok(inside);
    };
    await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, 10_000, work)));
    expect(most).toBe(1);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('names the living process that holds it', async () => {
    writeFileSync(`${path}.lock`, holder({ started: startOf(process.pid) }));
    expect(await enter(0)).toEqual({ ok: false, error: { code: 'token.busy', pid: process.pid } });
  });

  it('is broken when its holder has ended', async () => {
    writeFileSync(`${path}.lock`, holder({ pid: await endedProcess() }));
    expect(await enter(1_000)).toEqual(ok('inside'));
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('is broken when another process has the number of its holder now', async () => {
    writeFileSync(`${path}.lock`, holder({ started: '1' }));
    expect(await enter(1_000)).toEqual(ok('inside'));
  });

  it.each([
    ['of another computer', () => holder({ host: 'elsewhere' }), 61],
    ['that was never written to the end', () => '', 6],
  ])('%s is given up when it is old, and respected before', async (_name, text, seconds) => {
    writeFileSync(`${path}.lock`, text());
    expect(await enter(0)).toMatchObject({ ok: false, error: { code: 'token.busy' } });
    const then = Date.now() / 1_000 - seconds;
    utimesSync(`${path}.lock`, then, then);
    expect(await enter(1_000)).toEqual(ok('inside'));
  });

  it('goes when the work throws', async () => {
    const thrown = withFileLock(path, 0, () => Promise.reject(new Error('bug')));
    await expect(thrown).rejects.toThrow('bug');
    expect(await enter(0)).toEqual(ok('inside'));
  });

  it('that many find broken at once is still taken by one after another', async () => {
    writeFileSync(`${path}.lock`, holder({ pid: await endedProcess() }));
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      return ok(inside);
    };
    const all = await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, 10_000, work)));
    expect([most, all.every(({ ok: isOk }) => isOk)]).toEqual([1, true]);
  });
});
