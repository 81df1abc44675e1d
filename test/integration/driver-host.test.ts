// The host process itself: what cannot be loaded, what must not leak, and how it ends.

import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forkChild } from '../../src/native/host/fork-channel.ts';
import { createHostedProvider } from '../../src/native/host/host-client.ts';
import { hostPath, hostPkcs11 } from '../support/hosted.ts';
import { createProxy } from '../support/pkcs11-proxy/proxy.ts';
import { createSoftHsm, type SoftHsm } from '../support/softhsm.ts';

const run = promisify(execFile);
let folder: string;
let hsm: SoftHsm;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driver-host-'));
  hsm = await createSoftHsm();
  await hsm.addToken('host');
  process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
});
afterAll(async () => {
  await hsm.dispose();
  await rm(folder, { recursive: true });
});

async function library(name: string, source: string): Promise<string> {
  const file = join(folder, `${name}.c`);
  const module = join(folder, `${name}.so`);
  await writeFile(file, source);
  await run('cc', ['-shared', '-fPIC', '-o', module, file]);
  return module;
}

async function listOnce(module: string, kind = 'pkcs11'): Promise<unknown> {
  const provider = createHostedProvider({
    start: { kind, module },
    openChannel: () => forkChild(hostPath, () => undefined),
  });
  const listed = await provider.listTokens();
  await provider.dispose();
  return listed;
}

describe('a module that cannot be used', () => {
  it('is refused where its path is relative', async () => {
    expect(await listOnce('libsofthsm2.so')).toEqual({
      ok: false,
      error: { code: 'driver.relativePath', module: 'libsofthsm2.so' },
    });
  });

  it('is refused where it does not exist', async () => {
    const module = join(folder, 'none.so');
    expect(await listOnce(module)).toEqual({ ok: false, error: { code: 'driver.notFound', module } });
  });

  it('is refused where it is no library', async () => {
    const module = join(folder, 'text.so');
    await writeFile(module, 'this is not a library');
    expect(await listOnce(module)).toMatchObject({ ok: false, error: { code: 'driver.invalid', module } });
  });

  it('is refused where it is cut short after its header', async () => {
    const module = join(folder, 'cut.so');
    await writeFile(module, (await readFile(hsm.module)).subarray(0, 4096));
    expect(await listOnce(module)).toMatchObject({ ok: false, error: { code: 'driver.invalid', module } });
  });

  it('is refused where it is a library of another kind', async () => {
    const module = await library('other', 'int answer(void) { return 42; }');
    expect(await listOnce(module)).toMatchObject({
      ok: false,
      error: {
        code: 'driver.invalid',
        module,
        reason: expect.stringContaining('C_GetFunctionList') as string,
      },
    });
  });

  it('is refused where it is for another architecture', async () => {
    const module = join(folder, 'foreign.so');
    const foreign = await readFile(hsm.module);
    foreign.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
    await writeFile(module, foreign);
    expect(await listOnce(module)).toEqual({
      ok: false,
      error: {
        code: 'driver.wrongArchitecture',
        module,
        found: process.arch === 'arm64' ? 'x64' : 'arm64',
        needed: process.arch,
      },
    });
  });

  it('is an error value where it crashes while it is loaded', async () => {
    const module = await library(
      'bomb',
      '__attribute__((constructor)) void b(void) { *(volatile int *)0 = 1; }',
    );
    expect(await listOnce(module)).toEqual({
      ok: false,
      error: { code: 'driver.crashed', module, call: 'listTokens' },
    });
  });

  it('is refused where no driver of its kind exists', async () => {
    expect(await listOnce(hsm.module, 'unknown')).toMatchObject({
      ok: false,
      error: { code: 'driver.unavailable', module: hsm.module },
    });
  });

  it('is unavailable where the PKCS#11 binding could not be built', async () => {
    const bare = join(folder, 'bare');
    await mkdir(bare);
    await cp(hostPath, join(bare, 'host.mjs'));
    await cp(join(dirname(hostPath), 'chunks'), join(bare, 'chunks'), { recursive: true });
    const provider = createHostedProvider({
      start: { kind: 'pkcs11', module: hsm.module },
      openChannel: () => forkChild(join(bare, 'host.mjs'), () => undefined),
    });
    expect(await provider.listTokens()).toMatchObject({
      ok: false,
      error: { code: 'driver.unavailable', module: hsm.module },
    });
    await provider.dispose();
  });

  it('is given up where the host itself cannot start', async () => {
    const provider = createHostedProvider({
      start: { kind: 'pkcs11', module: hsm.module },
      openChannel: () => forkChild(join(folder, 'no-host.mjs'), () => undefined),
    });
    expect(await provider.listTokens()).toEqual({
      ok: false,
      error: { code: 'driver.crashed', module: hsm.module, call: 'listTokens' },
    });
    await provider.dispose();
  });
});

describe('the driver host', () => {
  it('keeps what a driver prints away from our standard output', async () => {
    const module = await library(
      'noisy',
      '#include <stdio.h>\nint C_GetFunctionList(void **l) { puts("NOISE"); fflush(stdout); fputs("MORE", stderr); return 5; }',
    );
    const heard: string[] = [];
    const provider = hostPkcs11(module, { onNoise: (text) => heard.push(text) });
    expect(await provider.listTokens()).toMatchObject({ ok: false, error: { code: 'driver.invalid' } });
    await provider.dispose();
    expect(heard.join('')).toContain('NOISE');
    expect(heard.join('')).toContain('MORE');
  });

  it('finds a library through a link, under the name it was given', async () => {
    const module = join(folder, 'link.so');
    await symlink(hsm.module, module);
    expect(await listOnce(module)).toMatchObject({ ok: true, value: [{ label: 'host' }] });
  });

  it('finishes its call and ends by itself when the terminal is closed', async () => {
    const proxy = await createProxy(hsm.module, folder);
    const application = join(folder, 'application.mjs');
    await writeFile(application, APPLICATION);
    const child = spawn(process.execPath, [application], {
      env: { ...process.env, ...proxy.env, HOST: hostPath, MODULE: proxy.module },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const hostPid = Number(await firstLine(child.stdout));
    await proxy.control('pause C_FindObjectsInit 1');
    child.kill('SIGUSR2');
    await proxy.waitFor('paused');
    // As a closing terminal does: every process of the group hears it.
    const exited = new Promise((resolve) => child.once('exit', resolve));
    // The host holds the same standard output: it closes when both are gone.
    const bothGone = new Promise((resolve) => child.once('close', resolve));
    process.kill(-(child.pid ?? 0), 'SIGINT');
    process.kill(-(child.pid ?? 0), 'SIGHUP');
    await exited;
    expect(isRunning(hostPid)).toBe(true);
    await proxy.control();
    await proxy.waitFor('0x00000000');
    await bothGone;
    expect((await proxy.calls()).map(({ name }) => name)).toContain('C_Finalize');
  });
});

/** Stands for the application: starts a host, lists, and reads containers when it hears SIGUSR2. */
const APPLICATION = `
  import { fork } from 'node:child_process';
  const host = fork(process.env.HOST, [], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  host.send({ start: { kind: 'pkcs11', module: process.env.MODULE } });
  host.send({ request: { id: 1, method: 'listTokens', args: [] } });
  let token;
  host.on('message', ({ id, result }) => {
    if (id !== 1) return;
    token = result.value[0].id;
    console.log(host.pid);
  });
  process.on('SIGUSR2', () => host.send({ request: { id: 2, method: 'listContainers', args: [token] } }));
`;

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    stream.setEncoding('utf8');
    stream.once('data', (text: string) => resolve(text.trim()));
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
