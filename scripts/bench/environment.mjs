// The whole environment check with one token: how far its parts run beside each other, and how long it takes.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { medians } from './measure.mjs';
import { UKEY } from './ukey.mjs';

export async function environmentRows(createSoftHsm) {
  const hsm = await createSoftHsm();
  const folder = await mkdtemp(join(tmpdir(), 'bench-check-'));
  try {
    await hsm.addToken('token');
    const run = () => check(['--data-dir', folder, '--module', hsm.module, 'check', '--json'], hsm.env);
    let last = await run();
    const wall = async () => (last = await run()).ms;
    const ratio = () => last.ms / Math.max(...last.findings.map(({ ms }) => ms));
    const [ms, overlap] = await medians([wall, ratio], 7);
    return [
      { name: 'environment check ÷ its slowest question', value: overlap, limit: 1.3 },
      { name: 'environment check', value: ms, limit: 1500, unit: ' ms' },
    ];
  } finally {
    await hsm.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Any verdict will do: it ends with 0 or 10. */
function check(args, env) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [UKEY, ...args], { env, maxBuffer: 16 << 20 }, (_failure, stdout) => {
      try {
        resolve(JSON.parse(stdout));
      } catch (thrown) {
        reject(thrown);
      }
    });
  });
}
