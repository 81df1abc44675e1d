// What runs with the administrator's rights on Windows: told where named repairs lie and what their hash is, answers
// one JSON object in a folder of administrators. The request is read once, and what was read is what is hashed.

import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverProbe } from '../core/environment/probe.ts';
import type { WindowsSystem } from '../core/environment/windows-system.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, type Result } from '../core/errors/result.ts';
import { writeDurably } from '../storage/durable-file.ts';
import { createChangeMaker } from './adapters/os/change-maker.ts';
import { elevatedPlace, sha256 } from './adapters/os/windows-elevate.ts';
import { createWindowsView } from './adapters/os/windows-view.ts';
import { createRepairRecords } from './adapters/repair-records.ts';
import { runElevated } from './services/environment/elevated-repairs.ts';
import { createRepairWork } from './services/environment/repair-work.ts';

export interface WindowsHelper {
  /** File of the request, its SHA-256, name of the answer: the latter two in hex. */
  readonly args: readonly string[];
  readonly windows: WindowsSystem;
  readonly drivers: DriverProbe;
}

const MAX_INPUT = 1024 * 1024;
/** Nothing was done, and there is no place to say why. */
const NO_ANSWER = 2;

/** @returns the exit code */
export async function answerWindowsRepair({ args, windows, drivers }: WindowsHelper): Promise<number> {
  const [file = '', hash = '', name = ''] = args;
  if (args.length !== 3 || !/^[0-9a-f]{64}$/.test(hash) || !/^[0-9a-f]{32}$/.test(name)) return NO_ANSWER;
  const [elevated, place] = [await windows.isElevated(), await elevatedPlace(windows)];
  if (!elevated.ok || !elevated.value || !place.ok) return NO_ANSWER;
  const { folder, records, answers } = place.value;
  // Somebody else's folder of that name: what lies there could be theirs.
  if (!(await windows.protectFolder(folder)).ok) return NO_ANSWER;
  mkdirSync(answers, { recursive: true });
  const work = createRepairWork({
    records: createRepairRecords(records, { isShared: true }),
    maker: createChangeMaker({ root: '/', elevated: true, windows }),
  });
  const input = await readRequest(file, hash);
  const answer: Result<void, AppError> =
    input === null
      ? err({ code: 'request.invalid', reason: 'repairs' })
      : await runElevated(input, createWindowsView(windows, drivers, folder), work);
  const written = await writeDurably(join(answers, `${name}.json`), JSON.stringify(answer));
  if (!written.ok) return NO_ANSWER;
  return answer.ok ? 0 : 1;
}

/** null: not there, too long, or not what was agreed to. */
async function readRequest(file: string, hash: string): Promise<string | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const buffer = Buffer.alloc(MAX_INPUT);
    const { bytesRead } = await handle.read(buffer, 0, MAX_INPUT, 0);
    const content = buffer.subarray(0, bytesRead);
    return sha256(content) === hash ? content.toString('utf8') : null;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}
