// Runs while it is being imported: the loader of scripts/fuzz.mjs cannot import anything after that.

import { fuzz } from './fuzz.ts';

const [, , seconds = '60', seed = String(Date.now() % 1_000_000_007)] = process.argv;
process.stdout.write(`seed ${seed}, ${seconds} s\n`);

export const outcome = await fuzz(Number(seconds) * 1000, Number(seed)).catch((error: unknown) => error);
