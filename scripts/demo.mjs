// `npm run demo`: sets up, builds and runs the demonstration; arguments are passed on to `ukey demo`.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { setup } from './setup.mjs';

const args = process.argv.slice(2);
const isOnly = (name) => args.join(' ').replaceAll('=', ' ').includes(`--algorithm ${name}`);
const missing = setup(isOnly('sm2') ? 'demo-sm2' : 'demo');
// What is missing, only the RSA story needs; the other one is told, with a word about it.
if (missing.length > 0 && isOnly('rsa')) process.exit(2);
await build();

const command = fileURLToPath(new URL('../out/ukey.mjs', import.meta.url));
const child = spawn(process.execPath, [command, 'demo', ...args], { stdio: 'inherit' });
// Ctrl-C reaches the child too, which holds it off during a write; this process waits for its answer.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
