import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Milliseconds of one whole process; it must end with 0. */
export async function processMs(command, args, env) {
  const started = performance.now();
  await execute(command, args, { env, maxBuffer: 64 << 20 });
  return performance.now() - started;
}

/** Median milliseconds of each task; taken in turns, so that a busy moment hits all of them. */
export async function medians(tasks, rounds) {
  const times = tasks.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, task] of tasks.entries()) times[index].push(await task());
  }
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]);
}
