// Asks for the administrator's rights once, in Windows' own box, for the helper program with a list of named repairs.
// Nothing can be piped to a program that is started so: the request lies in a file of the person's, its hash stands on
// the command line, and the answer comes from a folder that only administrators may write to.

import { createHash, randomBytes } from 'node:crypto';
import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WindowsSystem } from '../../../core/environment/windows-system.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { Elevate } from '../../services/environment/repairs.ts';
import { readAnswer, type ElevatedProgram } from './elevate.ts';

export interface WindowsElevateOptions {
  /** null: there is none that the administrator could start. */
  readonly program: ElevatedProgram | null;
  readonly windows: WindowsSystem;
  /** Of the person's own. */
  readonly dataFolder: string;
}

export function createWindowsElevate({ program, windows, dataFolder }: WindowsElevateOptions): Elevate {
  return async (request) => {
    if (program === null) return unavailable('helper');
    const loose = await loosePart(program, windows);
    if (loose !== null) return unavailable(loose);
    const place = await elevatedPlace(windows);
    if (!place.ok) return place;
    const answer = randomBytes(16).toString('hex');
    const content = JSON.stringify(request);
    const file = join(dataFolder, `elevated-${answer}.json`);
    try {
      await writeFile(file, content, { mode: 0o600, flag: 'wx' });
      const [exe, ...args] = program.command;
      const started = await windows.runElevated(exe, [...args, file, sha256(content), answer]);
      if (!started.ok && started.error.reason === 'denied') return err({ code: 'repair.declined' });
      if (!started.ok) return unavailable(started.error.what);
      const said = await readFile(join(place.value.answers, `${answer}.json`), 'utf8').catch(() => '');
      return readAnswer(started.value, said);
    } catch {
      return unavailable(file);
    } finally {
      await rm(file, { force: true });
    }
  };
}

/** Where the helper keeps what it did and what it answered; nobody else may write there. */
export async function elevatedPlace(
  windows: Pick<WindowsSystem, 'folder'>,
): Promise<Result<{ folder: string; records: string; answers: string }, AppError<'repair.unavailable'>>> {
  const base = await windows.folder('programData');
  if (!base.ok) return unavailable(base.error.what);
  const folder = join(base.value, 'Certificate Assistant');
  return ok({ folder, records: join(folder, 'repairs'), answers: join(folder, 'answers') });
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function unavailable(reason: string): Result<never, AppError<'repair.unavailable'>> {
  return err({ code: 'repair.unavailable', reason });
}

const ENVIRONMENT = 'HKCU\\Environment';
/** By these a person's settings load code into Node and Electron, elevated ones too. */
const LOADING = /^(NODE|ELECTRON)_/i;

/** The first of the program's files and their folders that this person may change; null: none. */
async function loosePart({ files }: ElevatedProgram, windows: WindowsSystem): Promise<string | null> {
  const variables = await windows.values(ENVIRONMENT);
  if (!variables.ok) return variables.error.what;
  const loading = Object.keys(variables.value ?? {}).find((name) => LOADING.test(name));
  if (loading !== undefined) return loading;
  const parts = new Set<string>();
  for (const file of files) {
    let at = await realpath(file).catch(() => null);
    if (at === null) return file;
    for (; !parts.has(at); at = dirname(at)) parts.add(at);
  }
  for (const part of parts) {
    const granted = await windows.mayChange(part);
    if (!granted.ok || granted.value) return part;
  }
  return null;
}
