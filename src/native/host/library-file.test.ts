import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkLibraryFile, libraryArchitecture } from './library-file.ts';

function elf(machine: number, byteOrder: 'little' | 'big' = 'little'): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header[5] = byteOrder === 'little' ? 1 : 2;
  if (byteOrder === 'little') header.writeUInt16LE(machine, 18);
  else header.writeUInt16BE(machine, 18);
  return header;
}

function pe(machine: number): Buffer {
  const header = Buffer.alloc(256);
  header.write('MZ', 'latin1');
  header.writeUInt32LE(128, 0x3c);
  header.write('PE\0\0', 128, 'latin1');
  header.writeUInt16LE(machine, 132);
  return header;
}

describe('a library file before it is loaded', () => {
  it.each([
    ['x64', elf(62)],
    ['arm64', elf(183)],
    ['loong64', elf(258)],
    ['ia32', elf(3)],
    ['mips', elf(8)],
    ['ppc64', elf(21, 'big')],
    ['machine-999', elf(999)],
    ['x64', pe(0x8664)],
    ['ia32', pe(0x014c)],
    ['arm64', pe(0xaa64)],
    [null, Buffer.from('just a text that somebody renamed to .so, long enough to be a header')],
    [null, Buffer.from('MZ, a DOS program without anything that Windows would load, padded a bit')],
    [null, Buffer.alloc(10)],
  ])('is for %s', (architecture, header) => {
    expect(libraryArchitecture(header)).toBe(architecture);
  });

  const folder = mkdtempSync(join(tmpdir(), 'library-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('may be loaded where it is for this architecture', async () => {
    expect(await checkLibraryFile(file('good.so', elf(62)), 'x64')).toBeNull();
  });

  it('is refused by name where its path is relative', async () => {
    expect(await checkLibraryFile('good.so', 'x64')).toEqual({
      code: 'driver.relativePath',
      module: 'good.so',
    });
  });

  it('is refused where it is for another architecture, naming both', async () => {
    const module = file('foreign.so', elf(183));
    expect(await checkLibraryFile(module, 'x64')).toEqual({
      code: 'driver.wrongArchitecture',
      module,
      found: 'arm64',
      needed: 'x64',
    });
  });

  it.each([
    ['is missing', () => join(folder, 'missing.so'), 'driver.notFound'],
    ['is below a file', () => join(file('plain.so', elf(62)), 'x.so'), 'driver.notFound'],
    ['is a folder', () => folder, 'driver.invalid'],
    ['is a text', () => file('text.so', Buffer.from('hello')), 'driver.invalid'],
    ['is empty', () => file('empty.so', Buffer.alloc(0)), 'driver.invalid'],
  ])('is refused where it %s', async (_, path, code) => {
    expect(await checkLibraryFile(path(), 'x64')).toMatchObject({ code });
  });
});
