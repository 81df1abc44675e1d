// `npm run demo`: sets up, builds and runs the demonstration; arguments are passed on to `ukey demo`.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { setup } from './setup.mjs';

if (setup('demo').length > 0) process.exit(2);
await build();

const command = fileURLToPath(new URL('../out/ukey.mjs', import.meta.url));
const child = spawn(process.execPath, [command, 'demo', ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches the child too, which holds it off during a write; this process waits for its answer.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
