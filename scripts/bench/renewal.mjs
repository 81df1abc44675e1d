// A whole renewal against the rehearsal CA in a process of its own. What is left after the token's calls and
// the gateway's answers, both timed inside the same renewal, is ours.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { skfKey, softHsmKey, softwareKey } from './keys.mjs';
import { UKEY, ukey } from './ukey.mjs';

const ROUNDS = 5;

/** SM2 renewals are of pairs: a signing and an encryption certificate. */
const RENEWALS = [
  { name: 'renewal without token and gateway', openKey: softHsmKey, algorithm: 'RSA-2048' },
  { name: 'SM2 renewal over SKF without token and gateway', openKey: skfKey, algorithm: 'SM2' },
  { name: 'SM2 renewal of a software key without key and gateway', openKey: softwareKey, algorithm: 'SM2' },
];

export async function renewalRows(createSoftHsm) {
  const rows = [];
  for (const { name, openKey, algorithm } of RENEWALS) {
    const overheads = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      overheads.push(await overheadOfOne((data) => openKey(createSoftHsm, data), algorithm));
    }
    overheads.sort((a, b) => a - b);
    rows.push({ name, value: overheads[Math.floor(ROUNDS / 2)], limit: 200, unit: ' ms' });
  }
  return rows;
}

async function overheadOfOne(openKey, algorithm) {
  const folder = await mkdtemp(join(tmpdir(), 'ukey-bench-'));
  const data = join(folder, 'data');
  const ca = join(folder, 'ca');
  const key = await openKey(data);
  const sandbox = spawn(process.execPath, [UKEY, 'sandbox', '--json', '--port', '0', '--data', ca], {
    env: key.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [line] = await once(createInterface({ input: sandbox.stdout }), 'line');
    const { url } = JSON.parse(line);
    const token = ['--token', key.label, '--pin-stdin', '--json', ...key.options, '--data-dir', data];
    const expiring = ['--data', ca, '--days-left', '12', '--algorithm', algorithm];
    await ukey(['sandbox', 'provision', ...expiring, ...token], key.pin, key.env);
    const renewed = await ukey(['renew', '--gateway', url, '--yes', ...token], key.pin, key.env);
    const tokenMs = renewed.steps.reduce((sum, step) => sum + step.tokenMs, 0);
    return (await wallMs(join(data, 'renewals'))) - tokenMs - renewed.gatewayMs;
  } finally {
    sandbox.kill();
    if (sandbox.exitCode === null) await once(sandbox, 'exit');
    await key.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the first record of the journal to the last. */
async function wallMs(renewals) {
  const [name] = (await readdir(renewals)).filter((file) => file.endsWith('.jsonl'));
  const lines = (await readFile(join(renewals, name), 'utf8')).trim().split('\n');
  return Date.parse(JSON.parse(lines.at(-1)).at) - Date.parse(JSON.parse(lines[0]).at);
}
