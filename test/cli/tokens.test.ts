// Listing, showing and PINs on SoftHSM2, also behind a module that shows what SoftHSM2 alone cannot.

import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProxy, type Proxy } from '../support/pkcs11-proxy/proxy.ts';
import { createSoftHsm, type SoftHsm, type SoftHsmToken } from '../support/softhsm.ts';
import { failureShape, listShape } from '../support/ukey-shapes.ts';
import { createUkey, type Ended, type Ukey } from '../support/ukey.ts';

const PIN = '123456';

let hsm: SoftHsm;
let proxy: Proxy;
let token: SoftHsmToken;
let ukey: Ukey;
let id: string;
beforeAll(async () => {
  hsm = await createSoftHsm();
  proxy = await createProxy(hsm.module, hsm.folder);
  token = await hsm.addToken('FIRST');
  ukey = await createUkey({ SOFTHSM2_CONF: hsm.env['SOFTHSM2_CONF'], ...proxy.env });
  id = (await listed()).tokens[0]?.id ?? '';
  const provisioned = await ukey.run(
    ['sandbox', 'provision', '--token', id, '--days-left', '12', '--common-name', '张三', '--pin-stdin'],
    [PIN],
  );
  expect(provisioned).toMatchObject({ code: 0, stderr: '' });
});
afterAll(async () => {
  await ukey.dispose();
  await hsm.dispose();
});

const listed = async (...args: readonly string[]) =>
  listShape.parse((await ukey.run(['list', '--json', ...args])).json());
const errorOf = (ended: Ended) => {
  const { error } = failureShape.parse(ended.json());
  return { code: ended.code, error: error.code };
};

describe('list and show', () => {
  it('tells in Chinese what is on the key', async () => {
    const { code, stdout, stderr } = await ukey.run(['list']);
    expect({ code, stderr, lines: stdout.trimEnd().split('\n') }).toEqual({
      code: 0,
      stderr: '',
      lines: [
        expect.stringMatching(
          /^【FIRST】编号 [0-9A-F]{16}，SoftHSM project SoftHSM v2，驱动 \/.*\.so$/,
        ) as string,
        expect.stringMatching(
          /^ {2}[0-9a-f]{8} {2}张三，签名和加密证书，RSA-2048，\d{4}-\d\d-\d\d 到期（还有 12 天），正在使用$/,
        ) as string,
      ],
    });
  });

  it('says of a certificate what its CA last said, frozen and revoked', async () => {
    const [certificate] = (await listed()).tokens[0]?.certificates ?? [];
    const path = join(ukey.folder, 'seen/revocation.json');
    const told = [certificate?.revocation];
    await mkdir(dirname(path), { recursive: true });
    for (const state of ['frozen', 'revoked'] as const) {
      const entry = { state, at: null, reason: null, source: 'ocsp', until: 0 };
      await writeFile(path, JSON.stringify({ [certificate?.sha256 ?? '']: entry }));
      const shown = await ukey.run(['show', certificate?.id ?? '', '--json']);
      told.push((await listed()).tokens[0]?.certificates[0]?.revocation);
      told.push(shown.json()['revocation'] as typeof state);
    }
    const { stdout } = await ukey.run(['show', certificate?.id ?? '']);
    await rm(path);
    expect(told).toEqual(['unknown', 'frozen', 'frozen', 'revoked', 'revoked']);
    expect(stdout).toContain('正在使用，已吊销');
  });

  it('shows the same certificate as openssl, by id, serial number and SHA-256', async () => {
    const [certificate] = (await listed()).tokens[0]?.certificates ?? [];
    if (certificate === undefined) throw new Error('no certificate');
    const { stdout } = await ukey.run(['show', certificate.id, '--pem']);
    const told = execFileSync('openssl', ['x509', '-noout', '-serial', '-fingerprint', '-sha256'], {
      input: stdout,
      encoding: 'utf8',
    });
    expect(told).toContain(`serial=${certificate.serial}`);
    expect(told.replaceAll(':', '').toLowerCase()).toContain(certificate.sha256);
    for (const name of [certificate.serial, certificate.sha256, certificate.sha256.slice(0, 5)]) {
      const { code, json } = await ukey.run(['show', name, '--json']);
      expect({ code, found: json()['sha256'], pem: json()['pem'] }).toEqual({
        code: 0,
        found: certificate.sha256,
        pem: stdout,
      });
    }
  });

  it('shows a key that two modules reach once, under the module the person named', async () => {
    const { tokens, problems } = await listed('--module', proxy.module);
    expect({ problems, modules: tokens.map(({ module }) => module) }).toEqual({
      problems: [],
      modules: [proxy.module],
    });
  });

  describe("with a module that has SM2 in its vendor's way", () => {
    const advice =
      '国密（SM2）密钥经这个驱动（PKCS#11）只能查看，不能签名、打开文件或更新。请安装这把UKey的SKF驱动，用 --skf 路径 指定它。';
    const told = (stdout: string) => stdout.split('\n').filter((line) => line.trim() === advice).length;

    it('says in its JSON, and in words where asked, that SM2 keys are only shown', async () => {
      await proxy.control('mechanism 0x80008001');
      const offered = await listed('--module', proxy.module);
      const verbose = await ukey.run(['list', '--verbose', '--module', proxy.module]);
      const plain = await ukey.run(['list', '--module', proxy.module]);
      await proxy.control('fail C_GetMechanismList * 0x54');
      const refused = await listed('--module', proxy.module);
      await proxy.control();
      expect({
        json: [offered, refused].map(({ tokens }) => tokens.map(({ sm2 }) => sm2)),
        words: [verbose, plain].map(({ stdout }) => told(stdout)),
      }).toEqual({ json: [['readOnly'], ['none']], words: [1, 0] });
    });

    it('says so unasked beside an SM2 certificate', async () => {
      const der = join(ukey.folder, 'sm2.der');
      const pem = 'test/fixtures/gm/gmsm/smSE-signCert.pem';
      execFileSync('openssl', ['x509', '-in', pem, '-outform', 'DER', '-out', der]);
      const object = ['--type', 'cert', '--id', '77', '--token-label', 'FIRST'];
      await hsm.pkcs11Tool('--login', '--pin', PIN, '--write-object', der, ...object);
      const { stdout: list } = await ukey.run(['list']);
      const certificates = (await listed()).tokens[0]?.certificates ?? [];
      const sm2 = certificates.find(({ algorithm }) => algorithm === 'SM2');
      const { stdout: show } = await ukey.run(['show', sm2?.sha256 ?? '']);
      const shown = (await ukey.run(['show', sm2?.sha256 ?? '', '--json'])).json();
      await hsm.pkcs11Tool('--login', '--pin', PIN, '--delete-object', ...object);
      expect({ list: told(list), show: told(show), json: [shown['algorithm'], shown['sm2']] }).toEqual({
        list: 1,
        show: 1,
        json: ['SM2', 'readOnly'],
      });
    });
  });

  it('goes on with the other modules when one crashes', async () => {
    await proxy.control('crash C_GetSlotList *');
    const { tokens, problems } = await listed('--module', proxy.module);
    await proxy.control();
    expect({ tokens: tokens.map((found) => found.id), problems: problems.map(({ code }) => code) }).toEqual({
      tokens: [id],
      problems: ['driver.crashed'],
    });
  });

  it.each([
    [['show', 'ffffffff', '--json'], 3, 'certificate.notFound'],
    [['show', 'ffffffff', '--token', 'NOBODY', '--json'], 3, 'token.notFound'],
    [['pin', 'verify', '--token', 'NOBODY', '--pin-stdin', '--json'], 3, 'token.notFound'],
  ] as const)('%j ends with %i', async (args, code, error) => {
    expect(errorOf(await ukey.run(args, [PIN]))).toEqual({ code, error });
  });
});

describe('decrypt', () => {
  it.each(['-aes-256-cbc', '-sm4-cbc'])('opens what openssl encrypted to the key with %s', async (cipher) => {
    const [certificate] = (await listed()).tokens[0]?.certificates ?? [];
    const path = (name: string) => join(ukey.folder, name);
    const { stdout } = await ukey.run(['show', certificate?.sha256 ?? '', '--pem']);
    await writeFile(path('holder.pem'), stdout);
    await writeFile(path('message.txt'), 'message');
    const encrypt = ['cms', '-encrypt', '-binary', cipher, '-outform', 'PEM', '-out', path('message.p7')];
    execFileSync('openssl', [...encrypt, '-in', path('message.txt'), path('holder.pem')]);
    const options = ['--token', 'FIRST', '--in', path('message.p7'), '--out', path('opened.txt'), '--yes'];
    const opened = await ukey.run(['decrypt', ...options, '--pin-stdin'], [PIN]);
    expect({ code: opened.code, content: await readFile(path('opened.txt'), 'utf8') }).toEqual({
      code: 0,
      content: 'message',
    });
  });
});

describe('PIN', () => {
  const verify = ['pin', 'verify', '--token', 'FIRST', '--pin-stdin', '--json', '--module'];

  it('is accepted by label, id and the beginning of an id', async () => {
    for (const name of ['FIRST', id, id.slice(0, 6), id.toLowerCase()]) {
      const ended = await ukey.run(['pin', 'verify', '--token', name, '--pin-stdin'], [PIN]);
      expect(ended).toMatchObject({ code: 0, stdout: '密码正确。\n' });
    }
  });

  it.each([
    ['is wrong', ['999999'], 4, 'pin.incorrect'],
    ['is too short, which costs no try', ['12'], 4, 'pin.tooShort'],
    ['is too long, which costs no try', ['1'.repeat(300)], 4, 'pin.tooLong'],
    ['is empty', [''], 4, 'pin.required'],
    ['is missing on standard input', [], 2, 'usage.invalid'],
    ['line never ends', ['1'.repeat(5000)], 2, 'usage.invalid'],
  ])('%s', async (_title, lines, code, error) => {
    expect(errorOf(await ukey.run([...verify, hsm.module], lines))).toEqual({ code, error });
  });

  it('is asked for only on a terminal or with --pin-stdin', async () => {
    const ended = await ukey.run(['pin', 'verify', '--token', 'FIRST', '--json'], [PIN]);
    expect(errorOf(ended)).toEqual({ code: 2, error: 'usage.invalid' });
  });

  it('is not tried when it is the last try, unless the person says so', async () => {
    await proxy.control('flags final');
    await proxy.clearTrace();
    const refused = errorOf(await ukey.run([...verify, proxy.module], [PIN]));
    const logins = (await proxy.calls()).filter(({ name }) => name === 'C_Login').length;
    const accepted = await ukey.run([...verify, proxy.module, '--accept-last-try'], [PIN]);
    await proxy.control();
    expect({ refused, logins, accepted: accepted.code }).toEqual({
      refused: { code: 4, error: 'pin.lastTry' },
      logins: 0,
      accepted: 0,
    });
  });

  it('that is locked is named before and after', async () => {
    await proxy.control('flags locked', 'fail C_Login * 0xa4');
    const { tokens } = await listed('--module', proxy.module);
    const locked = errorOf(await ukey.run([...verify, proxy.module], [PIN]));
    await proxy.control();
    expect({ shown: tokens[0]?.pin.state, locked }).toEqual({
      shown: 'locked',
      locked: { code: 4, error: 'pin.locked' },
    });
  });

  it('is changed and unblocked, each secret on a line of its own', async () => {
    const changed = await ukey.run(['pin', 'change', '--token', 'FIRST', '--pin-stdin'], [PIN, '765432']);
    const unblocked = await ukey.run(
      ['pin', 'unblock', '--token', 'FIRST', '--pin-stdin'],
      [token.adminPin, PIN],
    );
    expect([changed.stdout, unblocked.stdout]).toEqual(['密码已修改。\n', '密码已解锁，新密码已生效。\n']);
    const again = await ukey.run(['pin', 'verify', '--token', 'FIRST', '--pin-stdin'], [PIN]);
    expect(again.code).toBe(0);
  });

  it('is in no file and in nothing that was printed', async () => {
    await ukey.run(['pin', 'verify', '--token', 'FIRST', '--pin-stdin', '--verbose'], ['918273']);
    expect(
      await Promise.all(['918273', '765432', token.adminPin].map((secret) => ukey.filesWith(secret))),
    ).toEqual([[], [], []]);
  });
});

describe('two keys', () => {
  beforeAll(async () => {
    await hsm.addToken('SECOND');
    await hsm.addToken('SECOND');
  });

  it('have to be told apart', async () => {
    const ended = await ukey.run(['pin', 'verify', '--pin-stdin'], [PIN]);
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('请用 --token 选定一把') as string,
    });
  });

  it('with one name are ambiguous', async () => {
    const ended = await ukey.run(['pin', 'verify', '--token', 'SECOND', '--pin-stdin', '--json'], [PIN]);
    expect(errorOf(ended)).toEqual({ code: 2, error: 'token.ambiguous' });
  });
});
