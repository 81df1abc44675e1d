// Every copy of a vendor's library on this computer, looked at as a file: for which architecture, which version,
// what it lacks here. Nothing is loaded.

import { readdirSync, readFileSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LibraryCopy } from '../../core/environment/probe.ts';
import { libraryArchitecture } from '../host/library-file.ts';
import { compareVersions, readElfNeeds, type ElfNeeds } from './elf.ts';
import { candidates, inArchitecture, VENDORS } from './modules.ts';

export interface NamedLibrary {
  readonly path: string;
  readonly kind: 'pkcs11' | 'skf';
}

/** @param named by the person, wherever they lie */
export async function libraryCopies(named: readonly NamedLibrary[]): Promise<readonly LibraryCopy[]> {
  const places = VENDORS.flatMap(({ name, libraries }) =>
    libraries
      .filter(({ platform }) => platform === process.platform)
      .flatMap((library) =>
        candidates(library, process.arch)
          .flat()
          .map((path) => ({ path, vendor: name, kind: library.kind })),
      ),
  );
  const all = [...named.map((library) => ({ ...library, vendor: vendorOf(library.path) })), ...places];
  const copies: LibraryCopy[] = [];
  const seen = new Set<string>();
  for (const { path, vendor, kind } of all) {
    const real = await realpath(path).catch(() => null);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const copy = await describe(path, real, vendor, kind);
    if (copy !== null) copies.push(copy);
  }
  return copies;
}

function vendorOf(path: string): string {
  const name = basename(path);
  return VENDORS.find(({ libraries }) => libraries.some(({ names }) => names.includes(name)))?.name ?? name;
}

const MAX_BYTES = 64 * 1024 * 1024;
const ENTRY = { pkcs11: ['C_GetFunctionList', 'C_GetInterface'], skf: ['SKF_EnumDev'] } as const;

/** null: gone, or no file. */
async function describe(
  path: string,
  real: string,
  vendor: string,
  kind: LibraryCopy['kind'],
): Promise<LibraryCopy | null> {
  const info = await stat(real).catch(() => null);
  if (info?.isFile() !== true) return null;
  const bytes = info.size > MAX_BYTES ? null : await readFile(real).catch(() => null);
  const architecture = bytes === null ? null : libraryArchitecture(bytes.subarray(0, 4096));
  const needs = bytes === null ? null : readElfNeeds(bytes);
  return {
    path,
    vendor,
    kind,
    architecture,
    version: /(?:\.so\.|-)(\d+(?:\.\d+)+)(?:\.so)?$/.exec(real)?.[1] ?? null,
    missing: needs === null ? [] : missingLibraries(needs, dirname(real)),
    glibc: needs === null ? null : tooNew(needs.glibc),
    exports: needs === null || ENTRY[kind].some((name) => needs.exports.has(name)),
  };
}

function tooNew(needed: string | null): string | null {
  const here = systemGlibc();
  return needed !== null && here !== null && compareVersions(needed, here) > 0 ? needed : null;
}

function systemGlibc(): string | null {
  const report = process.report as { excludeNetwork: boolean } & NodeJS.ProcessReport;
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  report.excludeNetwork = before;
  return header.glibcVersionRuntime ?? null;
}

const LOADER_FOLDERS = [
  '/lib/{multiarch}',
  '/usr/lib/{multiarch}',
  '/lib64',
  '/usr/lib64',
  '/lib',
  '/usr/lib',
];

function missingLibraries({ libraries, folders }: ElfNeeds, origin: string): readonly string[] {
  const own = folders.map((folder) => folder.replace(/\$\{?ORIGIN\}?/, origin));
  const loaders = [...inArchitecture(LOADER_FOLDERS, process.arch), ...configuredFolders()];
  const present = new Set([...own, ...loaders].flatMap(namesIn));
  return libraries.filter((name) => !present.has(name));
}

/** What the loader's configuration adds (ld.so.conf). */
function configuredFolders(): readonly string[] {
  const folder = '/etc/ld.so.conf.d';
  return namesIn(folder).flatMap((name) => absoluteLines(join(folder, name)));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function absoluteLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('/'));
  } catch {
    return [];
  }
}
