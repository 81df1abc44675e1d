// One session through the real host with a library that AddressSanitizer watches: it ends the host at the first
// byte that either side reads or writes outside its memory, lies of the library included.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostedProvider } from '../../../src/native/host/host-client.ts';
import { hostSkf } from '../../support/hosted-skf.ts';
import { deliverEncryptionKey } from '../../support/key-centre.ts';
import {
  buildSoftskf,
  createSoftskfBench,
  sanitizerRuntime,
  type SoftskfBench,
} from '../../support/softskf.ts';
import { pin, value } from './bench.ts';

const TOKEN = 'SKEY1';
const NOT_LAST = { acceptLastTry: false };

let bench: SoftskfBench;
let reports: string;

beforeEach(() => {
  bench = createSoftskfBench();
  reports = mkdtempSync(join(tmpdir(), 'sanitizer-'));
  bench.addDevice('key1', { max_containers: 8 });
  bench.addApplication('key1', 'GMAPP');
  Object.assign(process.env, bench.environment, {
    LD_PRELOAD: sanitizerRuntime(),
    // Node itself frees nothing at its end; koffi's own stacks are no threads' stacks.
    ASAN_OPTIONS: `detect_leaks=0:detect_stack_use_after_return=0:log_path=${join(reports, 'report')}`,
  });
});
afterEach(() => {
  delete process.env['LD_PRELOAD'];
  delete process.env['ASAN_OPTIONS'];
  bench.control();
  bench.dispose();
  rmSync(reports, { recursive: true, force: true });
});

function report(): string {
  return readdirSync(reports)
    .map((name) => readFileSync(join(reports, name), 'utf8'))
    .join('\n');
}

const SM2 = [['a1', 'SM2']] as const;
const BOTH = [...SM2, ['b1', 'RSA-2048']] as const;

async function session(provider: HostedProvider, keys: typeof SM2 | typeof BOTH): Promise<void> {
  await provider.listTokens();
  await provider.readPinStatus(TOKEN);
  await provider.login(TOKEN, pin('000000'), NOT_LAST);
  await provider.login(TOKEN, pin(), NOT_LAST);
  for (const [container, algorithm] of keys) {
    await provider.createContainer(TOKEN, container);
    const key = await provider.generateKeyPair(TOKEN, container, algorithm, '');
    if (key.ok) {
      const delivery = deliverEncryptionKey(algorithm, key.value);
      await provider.importEncryptionKey(TOKEN, container, delivery.envelope);
      await provider.decrypt(TOKEN, container, 'encryption', delivery.message(Buffer.from('bid')));
    }
    await provider.sign(TOKEN, container, algorithm === 'SM2' ? 'SM3' : 'SHA-256', Buffer.from('x'));
    for (const use of ['signing', 'encryption'] as const) {
      await provider.writeCertificate(TOKEN, container, use, new Uint8Array(1500).fill(0x30));
      await provider.readCertificate(TOKEN, container, use);
    }
  }
  await provider.listContainers(TOKEN);
  await provider.writeDataObject(TOKEN, 'seal', new Uint8Array(3000).fill(1));
  await provider.readDataObject(TOKEN, 'seal');
  await provider.listDataObjects(TOKEN);
  await provider.readCapacity(TOKEN);
  await provider.logout(TOKEN);
}

/** Not for all calls at once: a list of devices that is refused keeps every later call from being made. */
const LIES = [
  ['* * wide'],
  ['ExportCertificate', 'ExportPublicKey', 'Decrypt', 'ReadFile', 'GetPINInfo', 'GetFileInfo'].map(
    (call) => `SKF_${call} * rubbish`,
  ),
  ['SKF_EnumContainer * rubbish', 'SKF_EnumFiles * rubbish'],
  ['SKF_EnumContainer * unterminated', 'SKF_EnumFiles * unterminated'],
  ['SKF_EnumDev * unterminated'],
  ['GenECCKeyPair', 'ECCSignData', 'ExportPublicKey', 'ExportCertificate', 'GetDevInfo'].map(
    (call) => `SKF_${call} * skip`,
  ),
] as const;

it.each([
  { ulong: 4, packed: true, vendorDecrypt: true },
  { ulong: 8, packed: false, vendorDecrypt: true },
] as const)('touches nothing outside its memory, ULONG of $ulong bytes', async (shape) => {
  const provider = hostSkf(buildSoftskf({ ...shape, sanitize: true }));
  const pids: (number | null)[] = [];
  await session(provider, BOTH);
  for (const lies of LIES) {
    bench.control(...lies);
    await session(provider, SM2);
    pids.push(provider.hostPid());
  }
  bench.control();
  expect(value(await provider.listTokens()).map(({ id }) => id)).toEqual([TOKEN]);
  await provider.dispose();
  expect(report()).toBe('');
  // One host lived through all of it.
  expect(new Set(pids).size).toBe(1);
  expect(pids[0]).not.toBe(null);
});

it('would be caught: the sanitizer sees a library that writes beyond our memory', async () => {
  const provider = hostSkf(buildSoftskf({ ulong: 4, packed: true, sanitize: true }));
  bench.control('SKF_GetDevInfo 1 overrun');
  expect(await provider.listTokens()).toMatchObject({ ok: false, error: { code: 'driver.crashed' } });
  await provider.dispose();
  expect(report()).toContain('AddressSanitizer');
});
