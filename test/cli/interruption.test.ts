// Ctrl-C in the middle of a write, a second process, a terminal, and places that cannot be written.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createProxy, type Proxy } from '../support/pkcs11-proxy/proxy.ts';
import { createRehearsal, PIN, type Rehearsal } from '../support/rehearsal.ts';
import { failureShape, renewalShape } from '../support/ukey-shapes.ts';
import { createUkey, type Ended, type Running, type Ukey } from '../support/ukey.ts';

let rehearsal: Rehearsal;
let proxy: Proxy;
/** Same data folder, tokens and CA, but through the proxy. */
let ukey: Ukey;
beforeAll(async () => {
  rehearsal = await createRehearsal();
  proxy = await createProxy(rehearsal.hsm.module, rehearsal.hsm.folder);
  ukey = await createUkey({ SOFTHSM2_CONF: rehearsal.hsm.env['SOFTHSM2_CONF'], ...proxy.env });
});
afterAll(async () => {
  await ukey.dispose();
  await rehearsal.dispose();
});

beforeEach(() => proxy.clearTrace());

const failure = (ended: Ended) => {
  const { error, resumable } = failureShape.parse(ended.json());
  return { code: ended.code, error: error.code, resumable };
};
function startRenewal(token: string): Running {
  const options = [
    '--module',
    proxy.module,
    '--gateway',
    rehearsal.gateway,
    '--yes',
    '--pin-stdin',
    '--json',
  ];
  return ukey.start(['renew', '--token', token, ...options], [PIN]);
}
const resume = () => ukey.run(['resume', '--module', proxy.module, '--yes', '--pin-stdin', '--json'], [PIN]);

describe('Ctrl-C while the key is writing', () => {
  it('waits for the key, stops there, and the renewal goes on later', async () => {
    const token = await rehearsal.addKey('WRITES');
    await proxy.control('pause C_GenerateKeyPair 2');
    const running = startRenewal(token);
    await proxy.waitFor('paused');
    running.child.kill('SIGINT');
    await running.printed('收到停止请求，正在等当前一步完成，请不要拔出UKey。');
    await proxy.control();
    expect(failure(await running.ended)).toEqual({ code: 9, error: 'renewal.interrupted', resumable: true });
    const resumed = await resume();
    expect({ code: resumed.code, mode: renewalShape.parse(resumed.json()).mode }).toEqual({
      code: 0,
      mode: 'new',
    });
  });

  it('leaves at once when it is pressed again, and nothing is lost', async () => {
    const token = await rehearsal.addKey('LEAVES');
    await proxy.control('pause C_CreateObject 1');
    const running = startRenewal(token);
    await proxy.waitFor('paused');
    running.child.kill('SIGINT');
    await running.printed('收到停止请求');
    running.child.kill('SIGINT');
    const ended = await running.ended;
    await proxy.control();
    expect(ended).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('已立即退出。UKey可能还在写入') as string,
    });
    const resumed = await resume();
    expect({ code: resumed.code, tested: renewalShape.parse(resumed.json()).selfTest }).toEqual({
      code: 0,
      tested: { sign: true, verify: true },
    });
  });
});

describe('a second process', () => {
  it('is told who is working with the key', async () => {
    const token = await rehearsal.addKey('BUSY');
    await proxy.control('pause C_GenerateKeyPair 1');
    const running = startRenewal(token);
    await proxy.waitFor('paused');
    const verify = ['pin', 'verify', '--token', token, '--pin-stdin', '--json'];
    const second = await ukey.run(verify, [PIN]);
    const { error } = failureShape.parse(second.json());
    await proxy.control();
    expect({ code: second.code, error: error.code, pid: error['pid'] }).toEqual({
      code: 5,
      error: 'token.busy',
      pid: running.child.pid,
    });
    expect((await running.ended).code).toBe(0);
  });
});

describe('a key that is pulled', () => {
  it('ends with its own exit code, and the renewal goes on when it is back', async () => {
    const token = await rehearsal.addKey('PULLED');
    await proxy.control('remove C_GenerateKeyPair 2');
    const ended = await startRenewal(token).ended;
    await proxy.control();
    expect(failure(ended)).toEqual({ code: 8, error: 'token.removed', resumable: true });
    expect((await resume()).code).toBe(0);
  });
});

describe('a folder that cannot be used', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ukey-folder-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['comes from a newer version', '{"schema":99}', 'storage.newerSchema'],
    ['is damaged', '{', 'storage.damaged'],
  ])('because it %s', async (_title, content, code) => {
    await writeFile(join(folder, 'schema.json'), content);
    expect(failure(await runIn(folder, ['resume', '--json']))).toEqual({
      code: 1,
      error: code,
      resumable: false,
    });
  });

  it('does not keep anybody from looking at the key', async () => {
    await writeFile(join(folder, 'file'), '');
    const ended = await runIn(join(folder, 'file'), ['list']);
    expect(ended.code).toBe(0);
  });

  async function runIn(dataDir: string, args: readonly string[]): Promise<Ended> {
    const other = await createUkey({ SOFTHSM2_CONF: rehearsal.hsm.env['SOFTHSM2_CONF'] }, dataDir);
    return other.run(args);
  }
});

describe('a reader that goes away', () => {
  it('is no error', () => {
    const program = fileURLToPath(new URL('../../out/ukey.mjs', import.meta.url));
    const line = `${process.execPath} ${program} list --data-dir ${ukey.folder} | true; echo ended`;
    const env = { ...process.env, SOFTHSM2_CONF: rehearsal.hsm.env['SOFTHSM2_CONF'] };
    expect(execFileSync('/bin/sh', ['-c', `${line} 2>&1`], { env, encoding: 'utf8' })).toBe('ended\n');
  });
});

const SCRIPT = '/usr/bin/script';

describe.runIf(existsSync(SCRIPT))('on a terminal', () => {
  it('a PIN is typed without echo', async () => {
    const token = await rehearsal.addKey('TYPED');
    const screen = await typed(['pin', 'verify', '--token', token], [['的密码：', `99\u007f\u007f${PIN}\r`]]);
    expect(screen).toBe('请输入UKey“TYPED”的密码：\n密码正确。\n');
  });

  it('a wrong PIN is asked for again in a renewal, because the person types it again', async () => {
    const token = await rehearsal.addKey('AGAIN');
    const screen = await typed(
      ['renew', '--token', token, '--gateway', rehearsal.gateway],
      [
        ['的密码：', '999999\r'],
        ['还可以再试|错误 2002', ''],
        ['的密码：', `${PIN}\r`],
        ['请输入“同意”：', '同意\r'],
        ['请输入“同意”：', '同意\r'],
        ['经办人', '\r'],
        ['手机号码', '\r'],
        ['发票领取方式', '\r'],
      ],
    );
    expect(screen).toContain('更新完成（方式：新容器）。');
    expect(screen).not.toContain(PIN);
  });

  it('Ctrl-C at the prompt leaves the terminal as it was', async () => {
    const token = await rehearsal.addKey('BREAKS');
    const screen = await typed(['pin', 'verify', '--token', token], [['的密码：', '12\u0003']]);
    expect(screen).not.toContain('12');
  });

  /** Runs ukey under a pseudo terminal; types each answer once its question is on the screen. */
  async function typed(
    args: readonly string[],
    answers: readonly (readonly [question: string, answer: string])[],
  ): Promise<string> {
    const program = fileURLToPath(new URL('../../out/ukey.mjs', import.meta.url));
    const words = [process.execPath, program, '--data-dir', rehearsal.ukey.folder, ...args];
    const env = { ...process.env, SOFTHSM2_CONF: rehearsal.hsm.env['SOFTHSM2_CONF'] };
    const child = spawn(SCRIPT, ['-qefc', words.join(' '), '/dev/null'], { env, stdio: 'pipe' });
    let screen = '';
    let seen = 0;
    const left = [...answers];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      for (let [next] = left; next !== undefined; [next] = left) {
        const found = new RegExp(next[0]).exec(screen.slice(seen));
        if (found === null) return;
        seen += found.index + found[0].length;
        left.shift();
        if (next[1] !== '') child.stdin.write(next[1]);
      }
    });
    await new Promise((resolve) => child.on('close', resolve));
    // eslint-disable-next-line no-control-regex -- what a terminal shows, without its commands
    return screen.replace(/\x1b\[[0-9;?]*[A-Za-z]|\r/g, '');
  }
});

it('leaves no lock behind', async () => {
  expect(await readdir(join(ukey.folder, 'locks'))).toEqual([]);
});
