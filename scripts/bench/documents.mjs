// Seals and documents: wall time against the digests and signatures inside it, in the same run, and how much
// memory a large document takes beyond a small one.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSource, root } from '../load-source.mjs';
import { REPORT_MEMORY } from './processes.mjs';

export async function documentRows() {
  const { measurements } = await loadSource('test/support/seal/document-bench.ts');
  const rows = measurements.flatMap(({ name, runs }) => {
    const isLarge = name.includes('50 MB');
    const ratio = median(runs.map(({ wall, raw }) => wall / raw));
    // The least of the rounds: what other programs take away is none of it.
    const overhead = Math.min(...runs.map(({ wall, raw }) => wall - raw));
    const whole = { name: `${name} ÷ its digests and signatures`, value: ratio, limit: isLarge ? 1.5 : null };
    const beyond = { name: `${name}, beyond them`, value: overhead, limit: 30, unit: ' ms' };
    return isLarge ? [whole] : [whole, beyond];
  });
  return [...rows, ...(await memoryRows())];
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** `ukey sign` verifies what it signed, so it is the most that a document takes. */
async function memoryRows() {
  const { LARGE, stage } = await loadSource('test/support/seal/signing-stage.ts');
  const folder = await mkdtemp(join(tmpdir(), 'ukey-bench-'));
  try {
    const [small, large] = [
      await peakOf(stage, folder, stage.small),
      await peakOf(stage, folder, stage.large),
    ];
    const value = (large - small) / LARGE;
    return [{ name: 'memory to sign and verify a 50 MB PDF ÷ its size', value, limit: 2.5 }];
  } finally {
    stage.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes. */
async function peakOf({ keystore, token, pin }, folder, pdf) {
  const [input, memory] = [join(folder, 'in.pdf'), join(folder, `memory-${pdf.length}`)];
  await writeFile(input, pdf);
  const args = ['sign', input, '--out', join(folder, 'out.pdf'), '--keystore', keystore];
  const more = ['--token', token, '--pin-stdin', '--data-dir', folder];
  const env = { ...process.env, BENCH_MEMORY: memory, NODE_OPTIONS: `--import=${REPORT_MEMORY}` };
  let noise = '';
  const child = spawn(process.execPath, [join(root, 'bin/ukey.mjs'), ...args, ...more], { env });
  child.stderr.on('data', (data) => (noise += data));
  child.stdin.end(`${pin}\n`);
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`ukey sign ended with ${code}: ${noise}`);
  const kilobytes = /^ukey\.mjs (\d+)$/m.exec(await readFile(memory, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
