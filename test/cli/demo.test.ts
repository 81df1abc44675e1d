// The demonstration from beginning to end, judged by openssl and pkcs11-tool; and where nothing is installed.

import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

// Two renewals from nothing in one program: seconds on an idle computer, longer on a busy one.
describe('ukey demo', { timeout: 90_000 }, () => {
  it('leaves a renewed key and its papers that other programs accept', async () => {
    const kept = join(temporary, 'kept');
    const ended = await ukey.run(['demo', '--json', '--keep', kept]);
    expect(ended.code).toBe(0);
    const report = demoShape.parse(ended.json());
    const [sm2, rsa] = report.stories;
    expect(report).toMatchObject({
      mode: 'new',
      oldRevoked: true,
      keep: kept,
      journal: join(kept, 'journal.jsonl'),
    });
    expect(rsa).toMatchObject({
      name: 'rsa',
      provider: 'pkcs11',
      after: report.after,
      sealTest: { ok: true, kind: 'seal' },
      before: report.before,
    });
    expect(sm2).toMatchObject({
      ...{ name: 'sm2', provider: 'software', algorithm: 'SM2', journal: join(kept, 'sm2', 'journal.jsonl') },
      certificates: [{ use: 'signing' }, { use: 'encryption' }],
      seal: { state: 'written', name: '演练单位（演练章）' },
      sealTest: { ok: true, kind: 'seal' },
    });
    expect((await readdir(kept)).toSorted()).toEqual([
      'PIN.txt',
      'chain.pem',
      'journal.jsonl',
      'new.pem',
      'old.pem',
      'root.pem',
      'sealed.pdf',
      'sm2',
      'softhsm2.conf',
      'tokens',
    ]);
    await expectSm2Papers(join(kept, 'sm2'));
    expect(serialOf(join(kept, 'sm2'), 'new.pem')).toBe(sm2?.after.serial);
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
    const sm2 = (await readFile(join(kept, 'sm2', 'PIN.txt'), 'utf8')).trim();
    expect(sm2).not.toBe(pin);
    expect(await ukey.filesWith(sm2)).toEqual([]);
    const names = ['chain.pem', 'journal.jsonl', 'new.pem', 'old.pem', 'softhsm2.conf'];
    const contents = await Promise.all(names.map((name) => readFile(join(kept, name), 'utf8')));
    expect(contents.filter((content) => content.includes(pin))).toEqual([]);
    expect(await ukey.filesWith(pin)).toEqual([]);
  });

  it('tells its story in Chinese and removes everything', async () => {
    const { code, stdout, stderr } = await ukey.run(['demo', '--algorithm', 'rsa']);
    expect({ code, stderr, left: await leftovers() }).toEqual({ code: 0, stderr: '', left: [] });
    expect(stdout).toMatch(
      /^演示：.*\n做了一把临时UKey.*\n启动了练习用CA.*\nUKey里有一张证书，到 .* 为止，只剩 12 天。\n/,
    );
    expect(stdout).toMatch(/旧证书 .*\n新证书 .*\n已从UKey读回.*\n旧证书已被颁发机构吊销/);
  });

  it('needs nothing installed: without a PKCS#11 component the SM2 story is told, and what the other lacks', async () => {
    const bare = join(temporary, 'bare');
    await cp(fileURLToPath(new URL('../../out', import.meta.url)), bare, { recursive: true });
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [join(bare, 'ukey.mjs'), 'demo', ...args], {
        env: { ...process.env, TMPDIR: join(temporary, 'tmp') },
        encoding: 'utf8',
      });
    const kept = join(temporary, 'kept-bare');
    const both = run('--keep', kept);
    expect({ code: both.status, stdout: both.stdout, stderr: both.stderr, top: await readdir(kept) }).toEqual(
      {
        code: 0,
        stdout: expect.stringMatching(
          /第一个故事：国密SM2双证书[^]*旧证书已被颁发机构吊销[^]*第二个故事/,
        ) as string,
        stderr: expect.stringContaining('这台电脑上还不能讲第二个故事') as string,
        top: ['sm2'],
      },
    );
    const rsa = run('--algorithm', 'rsa', '--json');
    const { error } = failureShape.parse(JSON.parse(rsa.stdout));
    expect({ code: rsa.status, error: error.code, left: await leftovers() }).toEqual({
      code: 7,
      error: 'driver.unavailable',
      left: [],
    });
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

/** One signature at a time: openssl takes the identifier for the certificates it is given, not for their path. */
async function expectSm2Papers(folder: string): Promise<void> {
  expect((await readdir(folder)).toSorted()).toEqual([
    'PIN.txt',
    'chain.pem',
    'demo.ukey',
    'demo.ukey.bak',
    'journal.jsonl',
    'new-enc.pem',
    'new.pem',
    'old.pem',
    'root.pem',
    'sealed.pdf',
  ]);
  const id = ['-vfyopt', 'distid:1234567812345678'];
  const names = ['new.pem', 'new-enc.pem', 'old.pem'];
  expect(openssl(folder, 'verify', ...id, '-partial_chain', '-trusted', 'chain.pem', ...names)).toBe(
    names.map((name) => `${name}: OK\n`).join(''),
  );
  expect(openssl(folder, 'verify', ...id, '-CAfile', 'root.pem', 'chain.pem')).toBe('chain.pem: OK\n');
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
