import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeLeftovers, replaceDurably, writeDurably } from './durable-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-file-'));
  path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const done = { ok: true, value: undefined };
const modeOf = (name: string) => statSync(name).mode & 0o777;

describe('a file written durably', () => {
  it.each([
    ['text', '证书'],
    ['bytes', Buffer.from('证书')],
    ['parts', [Buffer.from('证'), new Uint8Array(), Buffer.from('书')]],
  ])('has its new content from %s, one name, and one reader', async (_name, content) => {
    writeFileSync(path, 'the content before, which is longer', { mode: 0o644 });
    expect(await writeDurably(path, content)).toEqual(done);
    expect([readFileSync(path, 'utf8'), readdirSync(folder), modeOf(path)]).toEqual([
      '证书',
      ['file'],
      0o600,
    ]);
  });

  it('has the mode that was asked for, as far as the umask leaves it', async () => {
    await writeDurably(path, 'x', 0o666);
    writeFileSync(join(folder, 'ordinary'), 'x');
    expect(modeOf(path)).toBe(modeOf(join(folder, 'ordinary')));
  });

  it('is never seen half written by those who read it meanwhile', async () => {
    const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(300_000));
    await writeDurably(path, contents[0] ?? '');
    const writing = Promise.all(contents.map((content) => writeDurably(path, content)));
    const seen: string[] = [];
    for (let isWriting = true; isWriting;) {
      isWriting = await Promise.race([
        writing.then(() => false),
        new Promise<true>((go) => setImmediate(go, true)),
      ]);
      seen.push(readFileSync(path, 'utf8'));
    }
    expect(await writing).toEqual(contents.map(() => done));
    expect(seen.filter((content) => !contents.includes(content))).toEqual([]);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('leaves what was there, and nothing else, when it cannot take its place', async () => {
    mkdirSync(path);
    expect(await writeDurably(path, 'x')).toMatchObject({
      ok: false,
      error: { code: 'storage.damaged', path },
    });
    await expect(replaceDurably(path, 'x')).rejects.toMatchObject({ syscall: 'rename' });
    expect([readdirSync(folder), statSync(path).isDirectory()]).toEqual([['file'], true]);
  });

  it('is named when its folder is gone', async () => {
    const lost = join(folder, 'none', 'file');
    expect(await writeDurably(lost, 'x')).toEqual({
      ok: false,
      error: { code: 'storage.readOnly', path: lost },
    });
  });
});

describe('what a killed writer left', () => {
  it('is removed, and no file of anybody else', async () => {
    const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
    const left = [`file.${uuid}.tmp`, `file.bak.${uuid}.tmp`];
    const kept = [
      'file',
      'file.bak',
      `file2.${uuid}.tmp`,
      'file.mine.tmp',
      `file.${uuid}`,
      `my-file.${uuid}.tmp`,
    ];
    for (const name of [...left, ...kept]) writeFileSync(join(folder, name), '');
    await removeLeftovers(path, `${path}.bak`);
    expect(readdirSync(folder).sort()).toEqual([...kept].sort());
  });

  it('stops nobody in a folder that cannot be read', async () => {
    await expect(removeLeftovers(join(folder, 'none', 'file'))).resolves.toBeUndefined();
  });
});
