import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const source = fileURLToPath(new URL('shim.c', import.meta.url));
const builds = fileURLToPath(new URL('../../../out/test-support', import.meta.url));

/** Compiles shim.c where it has changed; answers the path for LD_PRELOAD. */
export async function buildDiskShim(): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 16);
  const library = join(builds, `disk-shim-${digest}.so`);
  if (existsSync(library)) return library;
  await mkdir(builds, { recursive: true });
  const temporary = `${library}.${process.pid}`;
  await run('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', temporary, source, '-ldl']);
  await rename(temporary, library);
  return library;
}
