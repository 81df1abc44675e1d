import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Vitest calls this once before the tests that start the built programs in out/. */
export function setup(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url))], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
