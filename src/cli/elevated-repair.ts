// The only program of ours that runs with the administrator's rights: started by pkexec, told named repairs on
// standard input, answers one JSON object. Takes no arguments.

import { createChangeMaker } from '../app/adapters/os/change-maker.ts';
import { createSystemView } from '../app/adapters/os/system-view.ts';
import { createRepairRecords } from '../app/adapters/repair-records.ts';
import { runElevated } from '../app/services/environment/elevated-repairs.ts';
import { createRepairWork } from '../app/services/environment/repair-work.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, type Result } from '../core/errors/result.ts';
import { VENDORS } from '../native/vendors/modules.ts';

const RECORDS = '/var/lib/certificate-assistant/repairs';
const MAX_INPUT = 1024 * 1024;

async function main(): Promise<Result<void, AppError>> {
  if (process.getuid?.() !== 0) return err({ code: 'repair.unavailable', reason: 'uid' });
  process.umask(0o022);
  const vendors = VENDORS.map(({ name, usb }) => ({ vendor: name, ids: usb }));
  const work = createRepairWork({
    records: createRepairRecords(RECORDS),
    maker: createChangeMaker({ root: '/' }),
  });
  return runElevated(await readInput(), createSystemView('/', vendors), work);
}

async function readInput(): Promise<string> {
  let input = '';
  for await (const part of process.stdin.setEncoding('utf8') as AsyncIterable<string>) {
    input += part;
    if (input.length > MAX_INPUT) return '';
  }
  return input;
}

const answer = await main();
process.stdout.write(`${JSON.stringify(answer)}\n`);
process.exitCode = answer.ok ? 0 : 1;
