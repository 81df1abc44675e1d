// Presence: from the event of the system to the change the application tells, and what it costs to wait.
// `ukey watch` is the application here; on a USB bus made by umockdev, with a key of the software SKF library.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadSource } from '../load-source.mjs';
import { UKEY } from './ukey.mjs';

const ROUNDS = 15;
/** Until V8 has tidied up after the start. */
const WARM_MS = 20_000;
const IDLE_MS = 20_000;

export async function presenceRows() {
  const { createUsbBed } = await loadSource('test/support/usb-bed/usb-bed.ts');
  const { buildSoftskf, createSoftskfBench } = await loadSource('test/support/softskf.ts');
  const bed = await createUsbBed();
  const key = createSoftskfBench();
  const folder = await mkdtemp(join(tmpdir(), 'ukey-bench-'));
  key.addDevice('K1');
  key.addApplication('K1', 'APP');
  key.unplug('K1');
  const library = buildSoftskf({ ulong: 4, packed: false });
  const watch = spawn(process.execPath, [UKEY, 'watch', '--json', '--skf', library, '--data-dir', folder], {
    env: { ...bed.env, ...key.environment, SOFTHSM2_CONF: '/dev/null' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const printed = linesOf(watch.stdout);
    await printed('watching');
    const times = { appeared: [], removed: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const kind of ['appeared', 'removed']) {
        const told = printed(kind);
        if (kind === 'appeared') key.plug('K1');
        else key.unplug('K1');
        const started = performance.now();
        await (kind === 'appeared' ? bed.attach('1-1', '055c:e618') : bed.detach('1-1'));
        await told;
        times[kind].push(performance.now() - started);
      }
    }
    key.plug('K1');
    await pause(WARM_MS);
    const idle = await idlePercents(watch.pid);
    return [
      { name: 'USB attach → key shown', value: worst(times.appeared), limit: 300, unit: ' ms' },
      { name: 'USB detach → key gone', value: worst(times.removed), limit: 300, unit: ' ms' },
      {
        name: 'idle: application and presence with one key',
        value: (idle.get('ukey.mjs') ?? 0) + (idle.get('presence.mjs') ?? 0),
        limit: 0.1,
        unit: ' % of a core',
      },
      {
        name: 'idle: its driver hosts',
        value: idle.get('host.mjs') ?? 0,
        limit: null,
        unit: ' % of a core',
      },
    ];
  } finally {
    watch.kill('SIGINT');
    await bed.dispose();
    key.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Answers a function that resolves with the next line of that kind. */
function linesOf(stream) {
  const waiting = new Map();
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) waiting.get(JSON.parse(line).kind)?.();
  });
  return (kind) => new Promise((resolve) => waiting.set(kind, resolve));
}

function worst(times) {
  return Math.max(...times);
}

/** Per cent of a core by program: the process and its children, over IDLE_MS. */
async function idlePercents(pid) {
  const pids = [pid, ...(await childrenOf(pid))];
  const before = await Promise.all(pids.map(busyMs));
  await pause(IDLE_MS);
  const after = await Promise.all(pids.map(busyMs));
  const percents = new Map();
  for (const [index, each] of pids.entries()) {
    const name = await programOf(each);
    const percent = ((after[index] - before[index]) / IDLE_MS) * 100;
    percents.set(name, (percents.get(name) ?? 0) + percent);
  }
  return percents;
}

async function childrenOf(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8'));
  return (await Promise.all(lists)).join(' ').split(' ').filter(Boolean).map(Number);
}

/** Of all its threads, in milliseconds; proc(5) has clock ticks only elsewhere. */
async function busyMs(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
  return (await Promise.all(stats)).reduce((sum, stat) => sum + Number(stat.split(' ')[0]) / 1e6, 0);
}

async function programOf(pid) {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  return words[1]?.split('/').at(-1) ?? '';
}
