// The demonstration from beginning to end, judged by openssl and pkcs11-tool.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { softhsmModule } from '../support/softhsm.ts';
import { demoShape, failureShape } from '../support/ukey-shapes.ts';
import { createUkey, type Ukey } from '../support/ukey.ts';

let ukey: Ukey;
let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'ukey-demo-test-'));
  ukey = await createUkey({ TMPDIR: join(temporary, 'tmp') });
  await mkdir(join(temporary, 'tmp'));
});
afterAll(async () => {
  await ukey.dispose();
  await rm(temporary, { recursive: true, force: true });
});

const leftovers = () => readdir(join(temporary, 'tmp'));

describe('ukey demo', () => {
  it('leaves a renewed key and its papers that other programs accept', async () => {
    const kept = join(temporary, 'kept');
    const ended = await ukey.run(['demo', '--json', '--keep', kept]);
    expect(ended.code).toBe(0);
    const report = demoShape.parse(ended.json());
    const [story] = report.stories;
    expect(report).toMatchObject({
      mode: 'new',
      oldRevoked: true,
      keep: kept,
      journal: join(kept, 'journal.jsonl'),
    });
    expect(story).toMatchObject({
      name: 'rsa',
      provider: 'pkcs11',
      after: report.after,
      before: report.before,
    });
    expect((await readdir(kept)).toSorted()).toEqual([
      'PIN.txt',
      'chain.pem',
      'journal.jsonl',
      'new.pem',
      'old.pem',
      'root.pem',
      'softhsm2.conf',
      'tokens',
    ]);
    expect(((await stat(join(kept, 'PIN.txt'))).mode & 0o777).toString(8)).toBe('600');
    expect(openssl(kept, 'verify', '-CAfile', 'root.pem', '-untrusted', 'chain.pem', 'new.pem')).toBe(
      'new.pem: OK\n',
    );
    expect(serialOf(kept, 'old.pem')).toBe(report.before.serial);
    expect(serialOf(kept, 'new.pem')).toBe(report.after.serial);
    await expectSignature(kept);
    expect(await leftovers()).toEqual([]);
  });

  it('keeps its PIN out of everything but PIN.txt', async () => {
    const kept = join(temporary, 'kept');
    const pin = (await readFile(join(kept, 'PIN.txt'), 'utf8')).trim();
    const names = ['chain.pem', 'journal.jsonl', 'new.pem', 'old.pem', 'softhsm2.conf'];
    const contents = await Promise.all(names.map((name) => readFile(join(kept, name), 'utf8')));
    expect(contents.filter((content) => content.includes(pin))).toEqual([]);
    expect(await ukey.filesWith(pin)).toEqual([]);
  });

  it('tells its story in Chinese and removes everything', async () => {
    const { code, stdout, stderr } = await ukey.run(['demo']);
    expect({ code, stderr, left: await leftovers() }).toEqual({ code: 0, stderr: '', left: [] });
    expect(stdout).toMatch(
      /^演示：.*\n做了一把临时UKey.*\n启动了练习用CA.*\nUKey里有一张证书，到 .* 为止，只剩 12 天。\n/,
    );
    expect(stdout).toMatch(/旧证书 .*\n新证书 .*\n已从UKey读回.*\n旧证书已被颁发机构吊销/);
  });

  it('removes everything on Ctrl-C', async () => {
    const running = ukey.start(['demo', '--json']);
    await running.printed('正在UKey里生成新密钥');
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect({
      code: ended.code,
      error: failureShape.parse(ended.json()).error.code,
      left: await leftovers(),
    }).toEqual({
      code: 130,
      error: 'renewal.interrupted',
      left: [],
    });
  });

  it('does not write into a folder that holds something', async () => {
    const full = join(temporary, 'full');
    await mkdir(full);
    await writeFile(join(full, 'mine.txt'), 'mine');
    const { code, stderr } = await ukey.run(['demo', '--keep', full]);
    expect({ code, stderr, left: await readdir(full) }).toEqual({
      code: 2,
      stderr: expect.stringContaining('文件夹不是空的') as string,
      left: ['mine.txt'],
    });
  });
});

function openssl(cwd: string, ...args: readonly string[]): string {
  return execFileSync('openssl', args, { cwd, encoding: 'utf8' });
}

function serialOf(folder: string, name: string): string {
  return openssl(folder, 'x509', '-in', name, '-noout', '-serial').trim().replace('serial=', '');
}

/** Signs with the new key through pkcs11-tool and verifies with the new certificate. */
async function expectSignature(folder: string): Promise<void> {
  const pin = (await readFile(join(folder, 'PIN.txt'), 'utf8')).trim();
  const journal = await readFile(join(folder, 'journal.jsonl'), 'utf8');
  const container =
    /"type":"containerChosen","item":"[^"]*","container":"([0-9a-f]+)"/.exec(journal)?.[1] ?? '';
  await writeFile(join(folder, 'message'), 'message');
  execFileSync(
    'pkcs11-tool',
    [
      ...['--module', softhsmModule(), '--login', '--pin', pin, '--sign', '--id', container],
      ...['--mechanism', 'SHA256-RSA-PKCS', '--input-file', 'message', '--output-file', 'signature'],
    ],
    { cwd: folder, env: { ...process.env, SOFTHSM2_CONF: join(folder, 'softhsm2.conf') }, stdio: 'ignore' },
  );
  await writeFile(join(folder, 'key.pem'), openssl(folder, 'x509', '-in', 'new.pem', '-noout', '-pubkey'));
  const verified = openssl(
    folder,
    'dgst',
    '-sha256',
    '-verify',
    'key.pem',
    '-signature',
    'signature',
    'message',
  );
  expect(verified).toBe('Verified OK\n');
}
