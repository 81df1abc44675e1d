// Asks the administrator once, through pkexec, for the helper program with a list of named repairs on its standard
// input. Only a helper that no ordinary user could have written is ever started with the administrator's rights.

import { spawn } from 'node:child_process';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, err, type Result } from '../../../core/errors/result.ts';
import type { Elevate } from '../../services/environment/repairs.ts';

const PKEXEC = '/usr/bin/pkexec';
/** pkexec(1): the person dismissed the dialog; nobody could be asked. */
const DECLINED = new Set([126, 127]);
const MAX_ANSWER = 64 * 1024;

/** How the helper is started; it takes no arguments of whoever asks. */
export interface ElevatedProgram {
  /** Absolute. */
  readonly command: readonly [string, ...string[]];
  /** The files it runs; each must be changeable by root alone. */
  readonly files: readonly string[];
}

/** `elevated-repair.mjs` of the folder of built programs, in plain Node. */
export function plainHelper(out: string): ElevatedProgram {
  const helper = join(out, 'elevated-repair.mjs');
  return { command: [process.execPath, helper], files: [process.execPath, helper] };
}

/** The installed package: its own program, by the wrapper among its resources (resources/linux/repair-helper). */
export function packagedHelper(resources: string): ElevatedProgram {
  const wrapper = join(resources, 'repair-helper');
  return { command: [wrapper], files: [wrapper, process.execPath] };
}

/** On Windows the installed program itself, by an early branch of its own. */
export function windowsHelper(resources: string): ElevatedProgram {
  const command = [process.execPath, '--elevated-repair'] as const;
  return { command, files: [process.execPath, join(resources, 'app.asar')] };
}

/** @param program null: there is none that the administrator could start */
export function createElevate(program: ElevatedProgram | null): Elevate {
  return async (request) => {
    if (program === null) return unavailable('helper');
    const isThere = await access(PKEXEC, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!isThere) return unavailable('pkexec');
    for (const file of program.files) {
      const loose = await looseFile(file);
      if (loose !== null) return unavailable(loose);
    }
    return run(program.command, JSON.stringify(request));
  };
}

function unavailable(reason: string): Result<never, AppError> {
  return err({ code: 'repair.unavailable', reason });
}

/** The first of a file and its folders that somebody other than root may change; null: none. */
async function looseFile(path: string): Promise<string | null> {
  let at = await realpath(path).catch(() => null);
  if (at === null) return path;
  for (;;) {
    const info = await stat(at);
    const isSticky = (info.mode & 0o1000) !== 0;
    if (info.uid !== 0 || ((info.mode & 0o022) !== 0 && !isSticky)) return at;
    const parent = dirname(at);
    if (parent === at) return null;
    at = parent;
  }
}

function run(command: readonly string[], input: string): Promise<Result<void, AppError>> {
  return new Promise((resolve) => {
    const child = spawn(PKEXEC, command, { stdio: ['pipe', 'pipe', 'ignore'] });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer = (answer + text).slice(0, MAX_ANSWER);
    });
    child.on('error', () => resolve(unavailable('pkexec')));
    child.stdin.on('error', () => undefined).end(input);
    child.on('close', (code) => resolve(readAnswer(code, answer)));
  });
}

/** @param code what the helper, or who started it, ended with */
export function readAnswer(code: number | null, answer: string): Result<void, AppError> {
  if (code !== null && DECLINED.has(code)) return err({ code: 'repair.declined' });
  try {
    const parsed = JSON.parse(answer) as
      { readonly ok: true } | { readonly ok: false; readonly error: AppError };
    return parsed.ok ? done : err(parsed.error);
  } catch {
    return unavailable(`exit ${String(code)}`);
  }
}
