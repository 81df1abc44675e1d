// Programs of the system that are asked, never told: found by name in the system's own folders only, with a time
// limit, in the plain locale so that their answers can be read.

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { Obstacle, Probed } from '../../../core/environment/probe.ts';
import { err, ok } from '../../../core/errors/result.ts';

export interface ToolAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Tools {
  readonly run: (name: string, args: readonly string[], input?: string) => Probed<ToolAnswer>;
}

const SYSTEM_FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];
const LIMIT_MS = 4000;
const MAX_OUTPUT = 8 * 1024 * 1024;

export function createTools(signal: AbortSignal | null, folders: readonly string[] = SYSTEM_FOLDERS): Tools {
  return {
    async run(name, args, input = '') {
      const path = await find(name, folders);
      if (path === null) return err({ reason: 'toolMissing', what: name });
      return runProgram(path, name, args, input, signal);
    },
  };
}

async function find(name: string, folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

function runProgram(
  path: string,
  name: string,
  args: readonly string[],
  input: string,
  signal: AbortSignal | null,
): Probed<ToolAnswer> {
  return new Promise((resolve) => {
    const options = {
      timeout: LIMIT_MS,
      maxBuffer: MAX_OUTPUT,
      killSignal: 'SIGKILL' as const,
      env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
      ...(signal === null ? {} : { signal }),
    };
    const child = execFile(path, args, options, (failure, stdout, stderr) => {
      if (failure === null) resolve(ok({ code: 0, stdout, stderr }));
      else if (failure.killed === true || failure.name === 'AbortError') resolve(err(late(name)));
      else if (typeof failure.code === 'number') resolve(ok({ code: failure.code, stdout, stderr }));
      else resolve(err({ reason: 'unavailable', what: name }));
    });
    child.stdin?.on('error', () => undefined).end(input);
  });
}

function late(what: string): Obstacle {
  return { reason: 'timeout', what };
}
