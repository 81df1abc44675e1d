// A key with a seal in a file, and documents to sign with it, for benchmarks of whole processes. Made while it is
// being imported.

import { createSoftwareProvider } from '../../../src/native/software/provider.ts';
import { createSoftwareKeyBench, PIN } from '../software-key.ts';
import { makePdf } from './pdf.ts';
import { fillSealedKey } from './sealed-key.ts';

const bench = await createSoftwareKeyBench();
const keystore = bench.fresh();
await fillSealedKey(createSoftwareProvider(keystore), bench.token, Date.now());

export const LARGE = 50 * 1_048_576;

export const stage = {
  keystore,
  token: bench.token,
  pin: PIN,
  small: await makePdf(),
  large: await makePdf({ ballast: LARGE }),
  dispose: () => bench.dispose(),
};
