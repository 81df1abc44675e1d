// The built browser shell as a person starts it: one program per data folder, and how it ends.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../out/webshell.mjs', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  /** The address it says, once it does. */
  readonly address: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

function start(...args: readonly string[]): Started {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const address = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [found] = /http:\/\/\S+/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
    }
  });
  return {
    child,
    address,
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, said }))),
  };
}

describe('the browser shell', () => {
  let folder: string;
  let first: Started;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'webshell-'));
    first = start('--no-open', '--data-dir', folder);
    await first.address;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says an address with a code, and leaves the way to itself to its owner only', async () => {
    expect(await first.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#open=[\w-]{43}$/);
    expect(statSync(join(folder, 'window.json')).mode & 0o777).toBe(0o600);
  });

  it('answers a second start in its data folder with the same address, which ends', async () => {
    const second = await start('--data-dir', folder).ended;
    const address = await first.address;
    expect(second).toEqual({
      code: 0,
      said: `智能证书助手已经在运行（进程 ${String(first.child.pid)}）。请用本机的浏览器打开：\n${address}\n`,
    });
  });

  it('refuses a port that is taken, and arguments it does not know', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const other = join(folder, 'other');
    const refused = await start('--port', String(port), '--data-dir', other).ended;
    taken.close();
    expect(refused).toEqual({
      code: 2,
      said: `端口 ${String(port)} 已被其他程序占用。请换一个端口，或者不指定端口。\n`,
    });
    const misused = await start('--what').ended;
    expect({ ...misused, said: misused.said.slice(0, 3) }).toEqual({ code: 2, said: '用法：' });
  });

  it('ends when told', async () => {
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
  });
});
