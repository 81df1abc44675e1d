// What runs with the administrator's rights: told named repairs on standard input, answers one JSON object. Takes no
// arguments. Plain Node starts it by cli/elevated-repair.ts, the package by an early branch of its own program.

import type { VendorUsb } from '../core/environment/probe.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, type Result } from '../core/errors/result.ts';
import { createChangeMaker } from './adapters/os/change-maker.ts';
import { createSystemView } from './adapters/os/system-view.ts';
import { createRepairRecords, ELEVATED_RECORDS } from './adapters/repair-records.ts';
import { runElevated } from './services/environment/elevated-repairs.ts';
import { createRepairWork } from './services/environment/repair-work.ts';

const MAX_INPUT = 1024 * 1024;

/** Reads the request, does it, writes the answer. @returns the exit code */
export async function answerElevatedRepair(vendors: readonly VendorUsb[]): Promise<number> {
  const answer = await work(vendors);
  await new Promise((resolve) => process.stdout.write(`${JSON.stringify(answer)}\n`, resolve));
  return answer.ok ? 0 : 1;
}

async function work(vendors: readonly VendorUsb[]): Promise<Result<void, AppError>> {
  if (process.getuid?.() !== 0) return err({ code: 'repair.unavailable', reason: 'uid' });
  process.umask(0o022);
  const repairs = createRepairWork({
    records: createRepairRecords(ELEVATED_RECORDS, { isShared: true }),
    maker: createChangeMaker({ root: '/', elevated: true }),
  });
  return runElevated(await readInput(), createSystemView('/', vendors), repairs);
}

async function readInput(): Promise<string> {
  let input = '';
  for await (const part of process.stdin.setEncoding('utf8') as AsyncIterable<string>) {
    input += part;
    if (input.length > MAX_INPUT) return '';
  }
  return input;
}
