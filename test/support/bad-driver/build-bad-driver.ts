import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('driver.c', import.meta.url));

/** Compiles driver.c into the folder; answers the module's path. */
export async function buildBadDriver(folder: string, trouble: 'hangs' | 'crashes'): Promise<string> {
  const library = join(folder, `${trouble}.so`);
  const flags = trouble === 'hangs' ? ['-DHANG'] : [];
  await promisify(execFile)('cc', ['-shared', '-fPIC', '-Wall', '-Werror', ...flags, '-o', library, source]);
  return library;
}
