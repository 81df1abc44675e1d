// What the elevated helper does: repairs it knows by name, planned by itself from facts it checks, with a record of
// its own. It takes no command, no path and no content from whoever asks.

import * as z from 'zod';
import { REPAIRS } from '../../../core/environment/all-repairs.ts';
import { REPAIR_IDS } from '../../../core/environment/repair-ids.ts';
import type { SystemView } from '../../../core/environment/repair.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../../core/errors/result.ts';
import { RECORD_ID, type MadeRepair } from '../../adapters/repair-records.ts';
import type { RepairWork } from './repair-work.ts';
import type { ElevatedRequest, NamedRepair } from './repairs.ts';

const text = z.string().max(200_000);
const facts = z.record(
  z.string().max(64),
  z.union([text, z.number(), z.boolean(), z.null(), z.array(text).max(500)]),
);
const request: z.ZodType<ElevatedRequest> = z.union([
  z.strictObject({
    apply: z.strictObject({
      id: z.string().regex(RECORD_ID),
      at: z.iso.datetime(),
      repairs: z.array(z.strictObject({ repair: z.enum(REPAIR_IDS), facts })).max(REPAIR_IDS.length),
    }),
  }),
  z.strictObject({ undo: z.string().regex(RECORD_ID) }),
]);

/** @param input JSON of an `ElevatedRequest` */
export async function runElevated(
  input: string,
  view: SystemView,
  work: RepairWork,
): Promise<Result<void, AppError>> {
  const parsed = request.safeParse(parseJson(input));
  if (!parsed.success) return err({ code: 'request.invalid', reason: 'repairs' });
  await work.recover();
  if ('undo' in parsed.data) {
    const undone = await work.undo(parsed.data.undo, () => Promise.resolve(done));
    return undone.ok ? done : undone;
  }
  const { id, at, repairs } = parsed.data.apply;
  const planned = await planAll(repairs, view);
  if (!planned.ok) return planned;
  const start = { id, at, repairs: planned.value, elevated: [] };
  return work.apply(start, () => Promise.resolve(done));
}

async function planAll(
  named: readonly NamedRepair[],
  view: SystemView,
): Promise<Result<readonly MadeRepair[], AppError>> {
  const made: MadeRepair[] = [];
  for (const { repair: id, facts: given } of named) {
    const repair = REPAIRS.find((one) => one.id === id && one.admin && one.platforms.includes(view.platform));
    if (repair === undefined) return err({ code: 'repair.notFound', wanted: id });
    const plan = await repair.plan(given, view);
    if (!plan.ok) return err({ code: 'repair.refused', repair: id, ...plan.error });
    made.push({ repair: id, ...plan.value });
  }
  return ok(made);
}

function parseJson(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return null;
  }
}
