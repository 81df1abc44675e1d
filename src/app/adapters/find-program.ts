// Where a program of this computer is. Relative entries of PATH are passed over: they depend on where we were started.

import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

export interface ProgramEnvironment {
  readonly platform: NodeJS.Platform;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * The first that is there and may be run, as an absolute path; null: none.
 * @param programs absolute paths, which may begin with `%VARIABLE%`, or names to look for in PATH
 */
export async function findProgram(
  programs: readonly string[],
  environment: ProgramEnvironment,
): Promise<string | null> {
  for (const path of programs.flatMap((program) => placesOf(program, environment))) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

/** Absolute paths a program may be at; none where a variable in it is not set. */
function placesOf(program: string, { variables }: ProgramEnvironment): readonly string[] {
  const variable = /^%([^%]+)%/.exec(program)?.[1];
  if (variable !== undefined) {
    const value = variables[variable];
    return value === undefined || value === '' ? [] : [program.replace(`%${variable}%`, () => value)];
  }
  if (isAbsolute(program)) return [program];
  const folders = (variables['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, program));
}
