import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'make-folder-'));

afterEach(() => rmSync(root, { recursive: true, force: true }));

it('makes a folder with its parents for this person only, and is content when it is there', () => {
  const path = join(root, 'a', 'b', 'c');
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

it.runIf(process.platform === 'linux')('gives up where the system allows no folder', () => {
  expect(() => makeFolder('/proc/nowhere/log')).toThrow(/ENOENT|EACCES|EPERM/);
});

it('does not take a file for a folder', () => {
  makeFolder(root);
  const path = join(root, 'file');
  writeFileSync(path, '');
  expect(() => makeFolder(path)).toThrow(/EEXIST/);
});
