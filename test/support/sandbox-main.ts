// The rehearsal CA as a process of its own, for tests that kill it: `node sandbox-main.mjs FOLDER`.

import { randomBytes } from 'node:crypto';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import { openSandbox } from '../../src/sandbox/sandbox.ts';

const sandbox = await openSandbox({
  folder: process.argv[2] ?? '',
  clock: Date.now,
  random: randomBytes,
  verifier: createSignatureVerifier(),
});
const started = sandbox.ok ? await sandbox.value.start(0) : sandbox;
process.stdout.write(`${JSON.stringify(started)}\n`);
