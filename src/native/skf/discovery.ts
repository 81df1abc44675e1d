// Where SKF libraries lie on this computer: what installers wrote into the Windows registry, then the vendors'
// usual places. Absolute paths only. Several versions of one library may be found; which of them lists the key
// is seen by asking each.

import { candidates, VENDORS } from '../vendors/modules.ts';

/** One subkey per vendor, value `path`. */
const REGISTRY_KEY = String.raw`HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\SKF`;

const SYSTEM_FOLDER = String.raw`C:\Windows\System32`;

/** Runs a program of the system and answers its standard output; rejects where it fails or is missing. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

/** Paths registered on Windows; none where there is no such key. Only those for the architecture of `arch`. */
export async function registeredSkfLibraries(run: RunProgram, arch: string): Promise<readonly string[]> {
  const view = arch === 'ia32' ? '/reg:32' : '/reg:64';
  try {
    const reg = `${SYSTEM_FOLDER}\\reg.exe`;
    return parseRegistry(await run(reg, ['query', REGISTRY_KEY, '/s', '/v', 'path', view]));
  } catch {
    return [];
  }
}

/** From the output of `reg query … /s /v path`. A bare file name stands for one in the system folder. */
export function parseRegistry(output: string): readonly string[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const value = /^\s+path\s+REG_(?:EXPAND_)?SZ\s+(.+?)\s*$/i.exec(line)?.[1]?.replace(/^"|"$/g, '');
    if (value === undefined) return [];
    const path = value.replace(/^%(?:SystemRoot|windir)%/i, String.raw`C:\Windows`);
    if (/^[A-Za-z]:\\/.test(path)) return [path];
    return /^[^\\/:%]+$/.test(path) ? [`${SYSTEM_FOLDER}\\${path}`] : [];
  });
}

/** Absolute paths of the libraries that exist here, each once; `registered` before the usual places. */
export function skfLibraries(
  platform: NodeJS.Platform,
  arch: string,
  exists: (path: string) => boolean,
  registered: readonly string[],
): readonly string[] {
  const usual = VENDORS.flatMap(({ libraries }) => libraries)
    .filter((library) => library.kind === 'skf' && library.platform === platform)
    .flatMap((library) => candidates(library, arch))
    .flatMap((paths) => paths.find(exists) ?? []);
  const found = [...registered.filter(exists), ...usual];
  // Windows paths differ in case only by accident.
  const nameOf = (path: string): string => (platform === 'win32' ? path.toLowerCase() : path);
  return found.filter((path, index) => found.findIndex((other) => nameOf(other) === nameOf(path)) === index);
}
