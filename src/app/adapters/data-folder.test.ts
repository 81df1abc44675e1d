import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultDataFolder, openDataFolder } from './data-folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'data-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the data folder', () => {
  it('is made for its owner only, with its schema, and opens again', async () => {
    const path = join(root, 'new', 'data');
    const first = await openDataFolder(path);
    expect(await openDataFolder(path)).toEqual(first);
    expect(first).toEqual({
      ok: true,
      value: {
        path,
        renewals: join(path, 'renewals'),
        locks: join(path, 'locks'),
        log: join(path, 'log'),
        seen: join(path, 'seen'),
      },
    });
    expect(await readdir(path)).toEqual(['locks', 'log', 'renewals', 'schema.json', 'seen']);
    expect(await readFile(join(path, 'schema.json'), 'utf8')).toBe('{"schema":1}\n');
    expect([await modeOf(path), await modeOf(join(path, 'schema.json'))]).toEqual(['700', '600']);
  });

  it('leaves the mode of a folder alone that the person named', async () => {
    await chmod(root, 0o755);
    expect((await openDataFolder(root)).ok).toBe(true);
    expect(await modeOf(root)).toBe('755');
  });

  it.each([
    ['{"schema":2}', { code: 'storage.newerSchema', found: 2, known: 1 }],
    ['{"schema":"x"}', 'damaged'],
    ['', 'damaged'],
  ])('refuses a folder whose schema is %j', async (content, expected) => {
    const path = join(root, 'schema.json');
    await writeFile(path, content);
    const error = expected === 'damaged' ? { code: 'storage.damaged', path } : expected;
    expect(await openDataFolder(root)).toEqual({ ok: false, error });
  });

  it('names a file that is in the way', async () => {
    const path = join(root, 'file');
    await writeFile(path, '');
    const native = { call: 'mkdir', value: 'EEXIST' };
    expect(await openDataFolder(path)).toEqual({
      ok: false,
      error: { code: 'storage.damaged', path, native },
    });
  });

  it.each([
    ['linux', {}, '/home/li/.local/share/certificate-assistant'],
    ['linux', { XDG_DATA_HOME: '/srv/li' }, '/srv/li/certificate-assistant'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/li/.local/share/certificate-assistant'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/certificate-assistant'],
  ] as const)('is by default on %s with %o at %s', (platform, variables, expected) => {
    expect(defaultDataFolder({ platform, variables, home: '/home/li' })).toBe(expected);
  });
});
