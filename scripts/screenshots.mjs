// `npm run screenshots`: builds, and leaves a picture of every screen in both themes in docs/screenshots.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { setup } from './setup.mjs';

if (setup('test').length > 0) process.exit(2);
await build();
const config = fileURLToPath(new URL('../test/e2e/screenshots.config.ts', import.meta.url));
const child = spawn(
  'npx',
  ['playwright', 'test', '-c', config, '--reporter=list', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
child.on('exit', (code) => process.exit(code ?? 1));
