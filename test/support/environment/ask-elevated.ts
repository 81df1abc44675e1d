import { join } from 'node:path';
import { createChangeMaker } from '../../../src/app/adapters/os/change-maker.ts';
import { createSystemView } from '../../../src/app/adapters/os/system-view.ts';
import { createRepairRecords } from '../../../src/app/adapters/repair-records.ts';
import { runElevated } from '../../../src/app/services/environment/elevated-repairs.ts';
import { createRepairWork } from '../../../src/app/services/environment/repair-work.ts';

/** What the elevated helper answers on a computer below `root`. */
export function askHelper(root: string, request: unknown): ReturnType<typeof runElevated> {
  const records = createRepairRecords(join(root, 'system-records'));
  const work = createRepairWork({ records, maker: createChangeMaker({ root }) });
  const vendors = [{ vendor: '龙脉 Longmai', ids: ['055c:e618'] }];
  return runElevated(JSON.stringify(request), createSystemView(root, vendors), work);
}
