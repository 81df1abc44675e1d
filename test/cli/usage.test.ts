// What a person gets for a command line that is wrong, and for drivers that cannot be used.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureShape, listShape } from '../support/ukey-shapes.ts';
import { createUkey, type Ukey } from '../support/ukey.ts';

let ukey: Ukey;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ukey-usage-'));
  await writeFile(join(folder, 'softhsm2.conf'), `directories.tokendir = ${folder}\n`);
  ukey = await createUkey({ SOFTHSM2_CONF: join(folder, 'softhsm2.conf') });
});
afterAll(async () => {
  await ukey.dispose();
  await rm(folder, { recursive: true, force: true });
});

const USAGE = [
  ['dance', '命令写法不对：没有这个命令。可用的命令：list show pin renew'],
  ['list --dance', '命令写法不对：没有这个选项：--dance'],
  ['list --pin=987123', '命令写法不对：没有这个选项：--pin'],
  ['list -987123', '命令写法不对：没有这个选项：-9'],
  ['pin verify 987123', '命令 pin 后面多了内容。密码不能写在命令里'],
  ['list --token T', '命令 list 没有选项 --token'],
  ['show --token', '选项 --token 后面缺少内容'],
  ['show --token --json', '选项 --token 后面缺少内容'],
  ['list --json=yes', '选项 --json 后面不带内容'],
  ['show a --token A --token B', '选项 --token 只能写一次'],
  ['show', '请写明要看哪张证书，例如 ukey show 1a2b3c4d'],
  ['pin', '请写明要做什么：ukey pin verify、ukey pin change 或 ukey pin unblock'],
  ['pin toString', '请写明要做什么：ukey pin verify、ukey pin change 或 ukey pin unblock'],
  ['renew --token T', '请用 --gateway 写明颁发机构的服务地址'],
  ['renew --gateway http://127.0.0.1:1 --mode fast', '--mode 只能是：new same inplace'],
  ['resume --wait soon', '--wait 要写成 0 到 604800 之间的整数'],
  ['resume --form phone', '--form 要写成 名称=内容'],
  ['sandbox dance', '没有这个操作。可用的操作：'],
  ['sandbox --port 70000', '--port 要写成 0 到 65535 之间的整数'],
  ['sandbox provision --token T', '请用 --days-left 写明证书还有多少天'],
  ['sandbox provision --days-left 3 --algorithm DES', '--algorithm 只能是：RSA-2048'],
  ['sandbox set dance=1', '设置要写成 名称=内容'],
  ['sandbox prepare', '请用 --common-name 写明持有人'],
  ['sandbox prepare --common-name A --items SM2,DES', '--items 要写成一到四个算法'],
  ['decrypt --out a', '请用 --in 写明要打开的加密文件'],
  ['decrypt --in a', '请用 --out 写明打开后的内容放在哪里'],
  ['decrypt --in a --out ./a', '--out 不能是原来的文件'],
  ['softkey', '请写明要做什么。可用的操作：create remove import export backup restore'],
  ['softkey toString', '请写明要做什么'],
  ['softkey create', '请用 --label 写明软证书的名称'],
  ['softkey create --label A --keystore a --keystore b', '--keystore 这里只能写一个'],
  ['softkey import a.pfx', '请用 --keystore 写明软证书文件'],
  ['softkey create 987123 --label A', '这个操作后面多了内容'],
  ['demo --algorithm toString', '--algorithm 只能是：rsa、sm2、both'],
] as const;

describe('a command line that is wrong', () => {
  it.each(USAGE)('ukey %s', async (line, sentence) => {
    const { code, stdout, stderr } = await ukey.run(line.split(' '));
    expect({ code, text: stdout + stderr }).toEqual({
      code: 2,
      text: expect.stringContaining(sentence) as string,
    });
    expect(stdout + stderr).not.toContain('987123');
  });

  it('is one JSON object with --json', async () => {
    const { code, json } = await ukey.run(['list', '--dance', '--json']);
    expect({ code, error: failureShape.parse(json()).error.code }).toEqual({
      code: 2,
      error: 'usage.invalid',
    });
  });
});

describe('without a key', () => {
  it('says so', async () => {
    expect(await ukey.run(['list'])).toMatchObject({ code: 3, stdout: '没有检测到UKey。\n', stderr: '' });
    const { code, json } = await ukey.run(['list', '--json']);
    expect({ code, list: listShape.parse(json()) }).toEqual({ code: 3, list: { tokens: [], problems: [] } });
  });

  it.each(['show 1a2b3c4d', 'pin verify --pin-stdin', 'renew --gateway http://127.0.0.1:1', 'clean'])(
    'ukey %s finds none',
    async (line) => {
      const { code, stderr } = await ukey.run(line.split(' '));
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: '错误 1017：没有检测到UKey。\n请插入UKey，等几秒后再试。\n',
      });
    },
  );

  it('resume knows no renewal', async () => {
    const { code, json } = await ukey.run(['resume', '--json']);
    expect({ code, ...failureShape.parse(json()) }).toMatchObject({
      code: 3,
      error: { code: 'renewal.notFound' },
      resumable: false,
    });
  });
});

describe('a driver that cannot be used', () => {
  it.each([
    ['/nowhere/driver.so', 'driver.notFound'],
    ['driver.so', 'driver.relativePath'],
    ['./driver.so', 'driver.relativePath'],
    [process.execPath, 'driver.invalid'],
    ['/etc/passwd', 'driver.invalid'],
    ['/usr/lib', 'driver.invalid'],
  ])('%s is %s', async (module, problem) => {
    const { code, json } = await ukey.run(['list', '--module', module, '--json']);
    const { tokens, problems } = listShape.parse(json());
    expect({ code, tokens, problems: problems.map((found) => [found.code, found.module]) }).toEqual({
      code: 7,
      tokens: [],
      problems: [[problem, module]],
    });
  });

  it('for another architecture names both', async () => {
    const other = join(folder, 'other.so');
    const header = Buffer.alloc(64);
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    header.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
    await writeFile(other, header);
    const { code, stderr } = await ukey.run(['list', '--module', other]);
    expect({ code, stderr }).toEqual({
      code: 7,
      stderr: expect.stringMatching(/驱动 .*other\.so 是 (arm64|x64)，需要 (x64|arm64)。/) as string,
    });
  });

  it('is what a command answers that needs its key', async () => {
    const { code, json } = await ukey.run(['show', '1a2b', '--module', '/nowhere/driver.so', '--json']);
    expect({ code, error: failureShape.parse(json()).error.code }).toEqual({
      code: 7,
      error: 'driver.notFound',
    });
  });
});

describe('help', () => {
  it.each([
    ['', '用法：ukey 命令 ［选项］'],
    ['--help', '用法：ukey 命令 ［选项］'],
    ['renew --help', '用法：ukey renew'],
    ['help sandbox', '用法：ukey sandbox'],
    ['--version', '智能证书助手 '],
  ])('ukey %s', async (line, text) => {
    const { code, stdout } = await ukey.run(line.split(' ').filter((word) => word !== ''));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(text) as string });
  });
});
