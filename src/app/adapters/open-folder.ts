import { spawn } from 'node:child_process';
import { win32 } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, type Result } from '../../core/errors/result.ts';
import type { FolderEnvironment } from './data-folder.ts';
import { findProgram } from './find-program.ts';

/** The program that shows folders to the person; null: none. */
export function folderViewer({ platform, variables }: FolderEnvironment): string | null {
  if (platform === 'win32')
    return win32.join(variables['SystemRoot'] ?? String.raw`C:\Windows`, 'explorer.exe');
  return findProgram(platform === 'darwin' ? 'open' : 'xdg-open', variables['PATH']);
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
