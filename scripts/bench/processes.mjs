// Whole processes: the start of `ukey list`, and what the application and its driver host keep in memory.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../load-source.mjs';
import { medians, processMs } from './measure.mjs';

/** Loaded into application and host alike: on exit each appends its name and its peak memory in KiB.
 * Not from getrusage: there a child starts with its parent's peak. */
export const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(`
  import { appendFileSync, readFileSync } from 'node:fs';
  process.on('exit', () => appendFileSync(
    process.env.BENCH_MEMORY,
    process.argv[1].split('/').at(-1) + ' ' + /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status'))[1] + '\\n',
  ));
`)}`;

export async function processRows(createSoftHsm) {
  const hsm = await createSoftHsm();
  const folder = await mkdtemp(join(tmpdir(), 'ukey-bench-'));
  try {
    await hsm.addToken('bench');
    const list = [join(root, 'bin/ukey.mjs'), 'list', '--json', '--module', hsm.module, '--data-dir', folder];
    const [bare, ukey] = await medians(
      [
        () => processMs(process.execPath, ['-e', '0'], hsm.env),
        () => processMs(process.execPath, list, hsm.env),
      ],
      15,
    );
    const memory = join(folder, 'memory');
    const env = { ...hsm.env, BENCH_MEMORY: memory, NODE_OPTIONS: `--import=${REPORT_MEMORY}` };
    await processMs(process.execPath, list, env);
    const peaks = new Map(
      (await readFile(memory, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split(' ')),
    );
    const megabytes = (name) => Number(peaks.get(name)) / 1024;
    return [
      { name: 'ukey list ÷ node -e 0', value: ukey / bare, limit: 3 },
      { name: 'peak memory of the application', value: megabytes('ukey.mjs'), limit: null, unit: ' MB' },
      { name: 'peak memory of a driver host', value: megabytes('host.mjs'), limit: null, unit: ' MB' },
    ];
  } finally {
    await hsm.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}
