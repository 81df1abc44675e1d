import { spawn } from 'node:child_process';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, type Result } from '../../core/errors/result.ts';
import { findProgram, type ProgramEnvironment } from './find-program.ts';

const VIEWERS: Partial<Record<NodeJS.Platform, string>> = {
  win32: String.raw`%SystemRoot%\explorer.exe`,
  darwin: '/usr/bin/open',
};

/** The program that shows folders to the person; null: none. */
export function folderViewer(environment: ProgramEnvironment): Promise<string | null> {
  return findProgram([VIEWERS[environment.platform] ?? 'xdg-open'], environment);
}

/** `software.missing`: there is no program that shows folders. @param path absolute */
export async function openFolder(
  viewer: string | null,
  path: string,
): Promise<Result<void, AppError<'software.missing'>>> {
  const missing = err({
    code: 'software.missing',
    packages: 'xdg-open',
    command: 'apt-get install xdg-utils',
  } as const);
  if (viewer === null) return missing;
  const child = spawn(viewer, [path], { detached: true, stdio: 'ignore' });
  child.unref();
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(done));
    child.once('error', () => resolve(missing));
  });
}
