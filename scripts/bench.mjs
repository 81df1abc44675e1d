// `npm run bench`: speed and memory as ratios measured in one run, so that a slow or busy machine does not
// change them much. Prints every row with its limit; a miss is shown and ends with 1.

import { build } from './build.mjs';
import { documentRows } from './bench/documents.mjs';
import { enumerationRows } from './bench/enumeration.mjs';
import { environmentRows } from './bench/environment.mjs';
import { presenceRows } from './bench/presence.mjs';
import { processRows } from './bench/processes.mjs';
import { renewalRows } from './bench/renewal.mjs';
import { skfRows } from './bench/skf.mjs';
import { sm2Rows } from './bench/sm2.mjs';
import { windowRows } from './bench/window.mjs';
import { loadSource } from './load-source.mjs';
import { setup } from './setup.mjs';

if (setup('test').length > 0) process.exit(2);
await build();

const { createSoftHsm } = await loadSource('test/support/softhsm.ts');
for (const rows of [
  enumerationRows,
  skfRows,
  sm2Rows,
  documentRows,
  processRows,
  presenceRows,
  environmentRows,
  renewalRows,
  windowRows,
]) {
  for (const { name, value, limit, unit = '' } of await rows(createSoftHsm)) {
    const isMet = limit === null || value <= limit;
    const bound = limit === null ? '' : ` (limit ${limit}${unit})`;
    process.stdout.write(`${isMet ? 'ok  ' : 'MISS'} ${name}: ${value.toFixed(2)}${unit}${bound}\n`);
    if (!isMet) process.exitCode = 1;
  }
}
