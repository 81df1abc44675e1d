// What an ELF library asks of a computer, read from its dynamic section without loading it (System V gABI chapter
// 5, and GNU symbol versions of the LSB core specification §10.7).

export interface ElfNeeds {
  /** DT_NEEDED. */
  readonly libraries: readonly string[];
  /** DT_RPATH and DT_RUNPATH, `$ORIGIN` still in it. */
  readonly folders: readonly string[];
  /** Highest `GLIBC_` version it names, for example `2.34`. */
  readonly glibc: string | null;
  /** Names of functions that others may call. */
  readonly exports: ReadonlySet<string>;
}

const SHT = { strings: 3, dynamic: 6, symbols: 11, versionNeeds: 0x6ffffffe } as const;
const DT = { needed: 1, rpath: 15, runpath: 29 } as const;
const MAX_ENTRIES = 100_000;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** null: no ELF file, or one whose tables lie outside of it. */
export function readElfNeeds(bytes: Uint8Array): ElfNeeds | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[5] !== 1) return null;
  try {
    return readTables(file, file[4] === 2);
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

function readTables(file: Buffer, is64: boolean): ElfNeeds {
  const word = (at: number) => (is64 ? Number(file.readBigUInt64LE(at)) : file.readUInt32LE(at));
  const sections = readSections(file, is64, word);
  const dynamic = sections.find(({ type }) => type === SHT.dynamic);
  const width = is64 ? 8 : 4;
  const text = (strings: Section | undefined, offset: number): string => {
    const start = (strings?.offset ?? file.length) + offset;
    const end = file.indexOf(0, start);
    return end < 0 ? '' : file.toString('utf8', start, Math.min(end, start + 4096));
  };
  const entries: (readonly [tag: number, value: number])[] = [];
  for (let at = 0; dynamic !== undefined && at + 2 * width <= dynamic.size; at += 2 * width) {
    entries.push([word(dynamic.offset + at), word(dynamic.offset + at + width)]);
  }
  const strings = dynamic === undefined ? undefined : sections[dynamic.link];
  const named = (...tags: number[]) =>
    entries.flatMap(([tag, value]) => (tags.includes(tag) ? [text(strings, value)] : []));
  return {
    libraries: named(DT.needed),
    folders: named(DT.rpath, DT.runpath).flatMap((list) => list.split(':')),
    glibc: highestGlibc(file, sections, text),
    exports: exportedNames(file, is64, sections, word, text),
  };
}

function readSections(file: Buffer, is64: boolean, word: (at: number) => number): readonly Section[] {
  const table = word(is64 ? 40 : 32);
  const [entrySize, count] = [file.readUInt16LE(is64 ? 58 : 46), file.readUInt16LE(is64 ? 60 : 48)];
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    const [offset, size, link] = is64 ? [at + 24, at + 32, at + 40] : [at + 16, at + 20, at + 24];
    return {
      type: file.readUInt32LE(at + 4),
      offset: word(offset),
      size: word(size),
      link: file.readUInt32LE(link),
    };
  });
}

type ReadText = (strings: Section | undefined, offset: number) => string;

function exportedNames(
  file: Buffer,
  is64: boolean,
  sections: readonly Section[],
  word: (at: number) => number,
  text: ReadText,
): ReadonlySet<string> {
  const symbols = sections.find(({ type }) => type === SHT.symbols);
  const names = new Set<string>();
  if (symbols === undefined) return names;
  const size = is64 ? 24 : 16;
  const count = Math.min(Math.floor(symbols.size / size), MAX_ENTRIES);
  for (let index = 1; index < count; index += 1) {
    const at = symbols.offset + index * size;
    const section = file.readUInt16LE(at + (is64 ? 6 : 14));
    // Section 0: a symbol it wants from others.
    if (section !== 0 && word(at + (is64 ? 8 : 4)) !== 0)
      names.add(text(sections[symbols.link], file.readUInt32LE(at)));
  }
  return names;
}

function highestGlibc(file: Buffer, sections: readonly Section[], text: ReadText): string | null {
  const needs = sections.find(({ type }) => type === SHT.versionNeeds);
  if (needs === undefined) return null;
  const found: string[] = [];
  let library = needs.offset;
  for (let step = 0; step < 1000; step += 1) {
    let entry = library + file.readUInt32LE(library + 8);
    for (let left = file.readUInt16LE(library + 2); left > 0; left -= 1) {
      const version = /^GLIBC_(\d+(?:\.\d+)+)$/.exec(
        text(sections[needs.link], file.readUInt32LE(entry + 8)),
      );
      if (version?.[1] !== undefined) found.push(version[1]);
      entry += file.readUInt32LE(entry + 12);
    }
    const next = file.readUInt32LE(library + 12);
    if (next === 0) break;
    library += next;
  }
  return found.toSorted(compareVersions).at(-1) ?? null;
}

/** Negative where `a` is older. Parts that are no number count as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
