// A whole renewal against the rehearsal CA in a process of its own. What is left after the token's calls and
// the gateway's answers, both timed inside the same renewal, is ours.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../load-source.mjs';

const UKEY = join(root, 'bin/ukey.mjs');
const ROUNDS = 5;

export async function renewalRows(createSoftHsm) {
  const overheads = [];
  for (let round = 0; round < ROUNDS; round += 1) overheads.push(await overheadOfOne(createSoftHsm));
  overheads.sort((a, b) => a - b);
  return [
    {
      name: 'renewal without token and gateway',
      value: overheads[Math.floor(ROUNDS / 2)],
      limit: 200,
      unit: ' ms',
    },
  ];
}

async function overheadOfOne(createSoftHsm) {
  const hsm = await createSoftHsm();
  const folder = await mkdtemp(join(tmpdir(), 'ukey-bench-'));
  const data = ['--json', '--module', hsm.module, '--data-dir', join(folder, 'data')];
  const ca = join(folder, 'ca');
  const sandbox = spawn(process.execPath, [UKEY, 'sandbox', '--json', '--port', '0', '--data', ca], {
    env: hsm.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const { label, pin } = await hsm.addToken('bench');
    const [line] = await once(createInterface({ input: sandbox.stdout }), 'line');
    const { url } = JSON.parse(line);
    const token = ['--token', label, '--pin-stdin', ...data];
    await ukey(['sandbox', 'provision', '--data', ca, '--days-left', '12', ...token], pin, hsm.env);
    const renewed = await ukey(['renew', '--gateway', url, '--yes', ...token], pin, hsm.env);
    const tokenMs = renewed.steps.reduce((sum, step) => sum + step.tokenMs, 0);
    return (await wallMs(join(folder, 'data/renewals'))) - tokenMs - renewed.gatewayMs;
  } finally {
    sandbox.kill();
    if (sandbox.exitCode === null) await once(sandbox, 'exit');
    await hsm.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs one command with the PIN on standard input and answers the object it prints. */
async function ukey(args, pin, env) {
  const child = execFile(process.execPath, [UKEY, ...args], { env });
  child.stdin.end(`${pin}\n`);
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  await once(child, 'close');
  const answer = JSON.parse(printed);
  if (!answer.ok) throw new Error(printed);
  return answer;
}

/** From the first record of the journal to the last. */
async function wallMs(renewals) {
  const [name] = (await readdir(renewals)).filter((file) => file.endsWith('.jsonl'));
  const lines = (await readFile(join(renewals, name), 'utf8')).trim().split('\n');
  return Date.parse(JSON.parse(lines.at(-1)).at) - Date.parse(JSON.parse(lines[0]).at);
}
