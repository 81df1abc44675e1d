// `npm run fuzz -- [SECONDS] [SEED]`: mutated seals and documents against the verifier, for a time. Ends with 1
// and the seed when it throws, hangs or accepts what was changed. What is asked is in test/support/seal/fuzz.ts.

import { loadSource } from './load-source.mjs';

const { outcome } = await loadSource('test/support/seal/fuzz-run.ts');
if (outcome instanceof Error) {
  process.stdout.write(`${outcome.stack}\n${outcome.cause?.stack ?? ''}\n`);
  process.exitCode = 1;
} else {
  const { runs, accepted, slowestMs } = outcome;
  process.stdout.write(
    `${runs} runs, ${accepted} accepted and unchanged, slowest ${slowestMs.toFixed(0)} ms\n`,
  );
}
