// SKF libraries that lie, hang, crash or lose their device, behind the real host.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TokenProvider } from '../../../src/core/token/provider.ts';
import type { HostedProvider } from '../../../src/native/host/host-client.ts';
import { SKF_FUNCTIONS } from '../../../src/native/skf/functions.ts';
import { loadSkfLibrary } from '../../../src/native/skf/library.ts';
import { SAR } from '../../../src/native/skf/sar.ts';
import { hostSkf } from '../../support/hosted-skf.ts';
import { buildSoftskf, createSoftskfBench, type SoftskfBench } from '../../support/softskf.ts';
import { pin, value } from './bench.ts';

const TOKEN = 'SKEY1';
const NOT_LAST = { acceptLastTry: false };

describe('a library in trouble', () => {
  const module = buildSoftskf({ ulong: 4, packed: true });
  let bench: SoftskfBench;
  let provider: HostedProvider;

  beforeEach(async () => {
    bench = createSoftskfBench();
    bench.addDevice('key1');
    bench.addApplication('key1', 'GMAPP');
    Object.assign(process.env, bench.environment);
    provider = hostSkf(module, { readLimitMs: 2_000 });
    value(await provider.login(TOKEN, pin(), NOT_LAST));
    value(await provider.createContainer(TOKEN, 'a1'));
    value(await provider.generateKeyPair(TOKEN, 'a1', 'SM2', ''));
    value(await provider.writeCertificate(TOKEN, 'a1', 'signing', new Uint8Array(900).fill(0x30)));
  });
  afterEach(async () => {
    bench.control();
    await provider.dispose();
    bench.dispose();
  });

  const certificate = () => provider.readCertificate(TOKEN, 'a1', 'signing');
  const intact = async () => value(await certificate()).length === 900;

  it.each(['SKF_ExportCertificate', 'SKF_EnumContainer', 'SKF_ExportPublicKey'])(
    'is not believed when %s answers an absurd length',
    async (call) => {
      bench.control(`${call} * rubbish`);
      const failed = { ok: false, error: { code: 'driver.failed', native: { call, value: '0x00000000' } } };
      expect(await provider.listContainers(TOKEN)).toMatchObject(failed);
      bench.control();
      expect(await intact()).toBe(true);
    },
  );

  it('is not believed when its list of containers has no end', async () => {
    bench.control('SKF_EnumContainer * unterminated');
    expect(await provider.listContainers(TOKEN)).toMatchObject({
      ok: false,
      error: { code: 'driver.failed' },
    });
    bench.control();
    expect(await intact()).toBe(true);
  });

  it('corrupts nothing when it writes 8 bytes where 4 are promised', async () => {
    bench.control('* * wide');
    expect(await intact()).toBe(true);
    expect(value(await provider.readPinStatus(TOKEN))).toMatchObject({ state: 'ok', attemptsLeft: 10 });
    const signed = await provider.sign(TOKEN, 'a1', 'SM3', Buffer.from('x'));
    expect(signed.ok).toBe(true);
  });

  it('does not get a signature through that does not verify', async () => {
    bench.control('SKF_ECCSignData * skip');
    expect(await provider.sign(TOKEN, 'a1', 'SM3', Buffer.from('x'))).toEqual({
      ok: false,
      error: { code: 'key.signatureInvalid' },
    });
  });

  it.each(['SKF_GetDevInfo', 'SKF_OpenContainer', 'SKF_ExportPublicKey', 'SKF_ECCSignData'])(
    'names a token that was removed at %s',
    async (call) => {
      bench.unplug('key1');
      bench.control(`${call} * removed`);
      expect(await provider.sign(TOKEN, 'a1', 'SM3', Buffer.from('x'))).toMatchObject({
        ok: false,
        error: { code: 'token.removed' },
      });
      bench.control();
      bench.plug('key1');
      expect(await provider.sign(TOKEN, 'a1', 'SM3', Buffer.from('x'))).toMatchObject({
        ok: false,
        error: { code: 'pin.required' },
      });
      expect(await intact()).toBe(true);
    },
  );

  it('crashes and is started anew; the PIN is asked for again', async () => {
    bench.control('SKF_ECCSignData 1 crash');
    expect(await provider.sign(TOKEN, 'a1', 'SM3', Buffer.from('x'))).toMatchObject({
      ok: false,
      error: { code: 'driver.crashed' },
    });
    expect(await provider.sign(TOKEN, 'a1', 'SM3', Buffer.from('x'))).toMatchObject({
      ok: false,
      error: { code: 'pin.required' },
    });
    expect(await intact()).toBe(true);
  });

  it('hangs while reading and is replaced', async () => {
    bench.control('SKF_ExportCertificate 2 hang');
    expect(await certificate()).toMatchObject({ ok: false, error: { code: 'driver.timeout' } });
    expect(await intact()).toBe(true);
  });

  it('may take long to generate: nobody ends it', async () => {
    const short = hostSkf(module, { readLimitMs: 200 });
    bench.setDevice('key1', { generate_ms: 900 });
    try {
      value(await short.login(TOKEN, pin(), NOT_LAST));
      value(await short.createContainer(TOKEN, 'slow'));
      expect(await short.generateKeyPair(TOKEN, 'slow', 'SM2', '')).toMatchObject({ ok: true });
    } finally {
      await short.dispose();
    }
  });

  it.each([
    ['SKF_ImportCertificate 1 fail 0x0A000008', 'token.writeRefused'],
    ['SKF_ImportCertificate 1 fail 0x0A000030', 'token.full'],
    ['SKF_ImportCertificate 1 fail 0x0A00002D', 'pin.required'],
    ['SKF_ImportCertificate 1 fail 0x0A000005', 'pin.required'],
    ['SKF_ImportCertificate 1 fail 0x0A000001', 'driver.failed'],
    ['SKF_ImportCertificate 1 fail 0x0B000021', 'driver.failed'],
    ['SKF_ImportCertificate 1 fail 0x0A000003', 'driver.unsupported'],
  ])('%s is %s, and the old certificate stays', async (line, code) => {
    const [call = '', , , value16 = ''] = line.split(' ');
    bench.control(line.replace(' 1 ', ' * '));
    expect(await provider.writeCertificate(TOKEN, 'a1', 'signing', new Uint8Array(10))).toMatchObject({
      ok: false,
      error: { code, native: { call, value: value16.toLowerCase() } },
    });
    bench.control();
    expect(await intact()).toBe(true);
  });
});

describe('a file given as SKF library', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skf-library-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function listWith(module: string): Promise<Awaited<ReturnType<TokenProvider['listTokens']>>> {
    const provider = hostSkf(module);
    try {
      return await provider.listTokens();
    } finally {
      await provider.dispose();
    }
  }

  it('names the functions that are missing', async () => {
    const source = join(folder, 'half.c');
    const module = join(folder, 'half.so');
    writeFileSync(source, 'int SKF_EnumDev(void){return 0;}\nint SKF_ConnectDev(void){return 0;}\n');
    execFileSync('cc', ['-shared', '-fPIC', '-o', module, source]);
    expect(await listWith(module)).toMatchObject({
      ok: false,
      error: {
        code: 'driver.invalid',
        reason: expect.stringMatching(/missing: SKF_DisConnectDev, SKF_GetDevInfo/) as string,
      },
    });
  });

  it('is usable where all its functions are decorated', async () => {
    const source = join(folder, 'decorated.c');
    const module = join(folder, 'decorated.so');
    const stubs = Object.keys(SKF_FUNCTIONS).map((name) => `unsigned _${name}(void){return 0x0A000023;}`);
    writeFileSync(source, stubs.join('\n'));
    execFileSync('cc', ['-shared', '-fPIC', '-o', module, source]);
    expect(await listWith(module)).toEqual({ ok: true, value: [] });
    const declaredAsStdcall = loadSkfLibrary(module, 'win32', 'ia32');
    expect(declaredAsStdcall.call('SKF_DisConnectDev', 0n)).toBe(SAR.DEVICE_REMOVED);
  });

  it('names both architectures of a library for another one', async () => {
    const module = join(folder, 'other.so');
    const header = Buffer.alloc(128);
    header.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
    header.writeUInt16LE(3, 18);
    writeFileSync(module, header);
    expect(await listWith(module)).toEqual({
      ok: false,
      error: { code: 'driver.wrongArchitecture', module, found: 'ia32', needed: process.arch },
    });
  });
});
