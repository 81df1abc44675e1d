// The provider suite on a software key: through the real host, and in process.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenProvider } from '../../src/core/token/provider.ts';
import { createSoftwareKey } from '../../src/native/software/create.ts';
import { createSoftwareProvider } from '../../src/native/software/provider.ts';
import { hostSoftwareKey } from '../support/hosted.ts';
import { describeTokenProvider, type OpenedProvider, type ProviderTraits } from './token-provider.ts';

const PIN = '123456';
const ADMIN_PIN = '87654321';

const TRAITS: ProviderTraits = {
  algorithms: [
    'SM2',
    'RSA-2048',
    'EC-P256',
    'EC-P384',
    ...(process.env['UKEY_TEST_SLOW'] === undefined ? [] : (['RSA-3072', 'RSA-4096'] as const)),
  ],
  unsupported: null,
  decryptsWith: ['RSA-PKCS1', 'RSA-OAEP-SHA256'],
  dual: ['SM2', 'RSA-2048'],
  wrongPin: '654321',
};

async function openOn(
  start: (path: string) => { provider: TokenProvider; end: () => Promise<void> },
): Promise<OpenedProvider> {
  const folder = mkdtempSync(join(tmpdir(), 'software-contract-'));
  const path = join(folder, 'contract.ukey');
  const made = await createSoftwareKey(path, {
    label: 'contract',
    pin: Buffer.from(PIN),
    adminPin: Buffer.from(ADMIN_PIN),
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const { provider, end } = start(path);
  return {
    provider,
    pin: PIN,
    adminPin: ADMIN_PIN,
    async dispose() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describeTokenProvider('software key, in its host', TRAITS, () =>
  openOn((path) => {
    const provider = hostSoftwareKey(path);
    return { provider, end: () => provider.dispose() };
  }),
);

// The same code without its process: for the debugger, and to tell the host's part from the provider's.
if (process.env['UKEY_TEST_SLOW'] !== undefined) {
  describeTokenProvider('software key, in process', TRAITS, () =>
    openOn((path) => ({ provider: createSoftwareProvider(path), end: () => Promise.resolve() })),
  );
}
