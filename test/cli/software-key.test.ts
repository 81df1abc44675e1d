// Software keys and encrypted files on the command line. No SoftHSM2, no compiler: what every machine can do.

import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealEnvelope } from '../../src/app/adapters/seal-envelope.ts';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import { assembleCmsEnvelope } from '../../src/core/certificate/cms-envelope.ts';
import { decodePem } from '../../src/core/certificate/pem.ts';
import { failureShape, listShape, renewalShape } from '../support/ukey-shapes.ts';
import { createUkey, type Ended, type Running, type Ukey } from '../support/ukey.ts';

const PIN = '123456';
const PASSWORD = 'password-of-the-file';

/** With one key, in its data folder. */
let ukey: Ukey;
/** For copies of the empty key: they are one and the same key to a program that sees two of them. */
let other: Ukey;
let folder: string;
let served: Running;
let gateway: string;
/** In the data folder, with an SM2 pair. */
let token: string;
/** An empty key with the same PIN, to be copied. */
let empty: string;

const path = (name: string) => join(folder, name);
const errorOf = (ended: Ended) => {
  const { error } = failureShape.parse(ended.json());
  return { code: ended.code, error: error.code };
};
const certificatesOn = async (keys: Ukey, ...args: readonly string[]) =>
  listShape
    .parse((await keys.run(['list', '--json', ...args])).json())
    .tokens.flatMap((found) => found.certificates);
const openssl = (...args: readonly string[]) =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'software-keys-'));
  // Where there is a SoftHSM2, it shows nothing.
  const environment = { SOFTHSM2_CONF: path('softhsm2.conf') };
  await writeFile(environment.SOFTHSM2_CONF, `directories.tokendir = ${folder}\n`);
  ukey = await createUkey(environment);
  other = await createUkey(environment);
  served = ukey.start(['sandbox']);
  const made = await ukey.run(['softkey', 'create', '--label', '张三', '--pin-stdin', '--json'], [PIN]);
  token = made.json()['token'] as string;
  empty = path('empty.ukey');
  await copyFile(join(ukey.folder, 'keys', '张三.ukey'), empty);
  await served.printed('Ctrl-C');
  gateway = served.said(/http:\/\/127\.0\.0\.1:\d+/);
  const options = ['--token', '张三', '--days-left', '12', '--algorithm', 'SM2', '--pin-stdin'];
  expect(await ukey.run(['sandbox', 'provision', ...options], [PIN])).toMatchObject({ code: 0, stderr: '' });
});
afterAll(async () => {
  served.child.kill('SIGTERM');
  await served.ended;
  await Promise.all([ukey.dispose(), other.dispose()]);
  await rm(folder, { recursive: true, force: true });
});

/** A copy of the empty key, as the option that names it. */
async function emptyKey(name: string): Promise<readonly ['--keystore', string]> {
  const file = path(`${name}.ukey`);
  await copyFile(empty, file);
  return ['--keystore', file];
}

describe('a software key', () => {
  it('in the data folder is a key like any other', async () => {
    const { stdout } = await ukey.run(['list']);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^【张三】编号 [0-9A-F]{16}，软证书，驱动 \/.*张三\.ukey$/) as string,
      expect.stringMatching(/^ {2}[0-9a-f]{8} {2}演练用户，加密证书，SM2，/) as string,
      expect.stringMatching(/^ {2}[0-9a-f]{8} {2}演练用户，签名证书，SM2，/) as string,
    ]);
  });

  it.each([
    [['create', '--label', '张三'], [PIN], 2, 'file.exists'],
    [['create', '--label', 'a/b'], [PIN], 2, 'usage.invalid'],
    [['create', '--label', '李四'], ['123'], 4, 'pin.tooShort'],
    [['dance'], [], 2, 'usage.invalid'],
    [['backup'], [], 2, 'usage.invalid'],
    [['export', '--container', '01'], [], 2, 'usage.invalid'],
    [['import', 'nothing.pfx'], [PASSWORD, PIN], 2, 'file.missing'],
    [['restore'], [], 2, 'file.exists'],
    [['remove'], [], 5, 'renewal.consentNeeded'],
  ])('%j is refused', async (args, lines, code, error) => {
    const ended = await ukey.run(['softkey', ...args, '--pin-stdin', '--json'], lines);
    expect(errorOf(ended)).toEqual({ code, error });
  });

  it('takes the administrator PIN as a second line', async () => {
    const keystore = ['--keystore', path('second.ukey')] as const;
    const create = ['softkey', 'create', '--label', '二', '--pin-stdin', ...keystore];
    expect(await other.run(create, [PIN, '87654321'])).toMatchObject({ code: 0, stderr: '' });
    const unblock = ['pin', 'unblock', '--token', '二', '--pin-stdin', ...keystore];
    expect((await other.run(unblock, ['87654321', '654321'])).stdout).toBe('密码已解锁，新密码已生效。\n');
    const removed = await other.run(['softkey', 'remove', ...keystore, '--yes', '--json']);
    expect({
      code: removed.code,
      left: (await readdir(folder)).filter((name) => /second/.test(name)),
    }).toEqual({ code: 0, left: [] });
  });

  it('takes in what openssl made and gives out what openssl reads', async () => {
    const keystore = await emptyKey('exchange');
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'rsa.key', '-out', 'rsa.pem', ...RSA);
    openssl('pkcs12', '-export', '-inkey', 'rsa.key', '-in', 'rsa.pem', '-out', 'in.pfx', ...to(PASSWORD));
    const imported = await other.run(
      ['softkey', 'import', path('in.pfx'), ...keystore, '--pin-stdin', '--json'],
      [PASSWORD, PIN],
    );
    const [first] = imported.json()['containers'] as { container: string; uses: string[] }[];
    expect({ code: imported.code, uses: first?.uses }).toEqual({ code: 0, uses: ['signing'] });
    const out = path('out.pfx');
    const options = ['--container', first?.container ?? '', '--out', out];
    const exported = await other.run(
      ['softkey', 'export', ...options, ...keystore, '--pin-stdin'],
      [PASSWORD, PIN],
    );
    expect({ code: exported.code, mode: (await stat(out)).mode & 0o777 }).toEqual({ code: 0, mode: 0o600 });
    const again = openssl('pkcs12', '-in', 'out.pfx', '-nodes', '-nocerts', ...from(PASSWORD));
    expect(modulus(again)).toBe(modulus(await readFile(path('rsa.key'), 'utf8')));
  });

  it('that is damaged is named, and comes back from its backup', async () => {
    const keystore = await emptyKey('damaged');
    const copy = path('copy.ukey');
    const [, file] = keystore;
    expect((await other.run(['softkey', 'backup', '--out', copy, ...keystore])).code).toBe(0);
    await writeFile(file, 'rubbish');
    const listed = listShape.parse((await other.run(['list', '--json', ...keystore])).json());
    const restored = await other.run(['softkey', 'restore', copy, ...keystore, '--json']);
    expect([listed.problems.map(({ code, module }) => [code, module]), restored.code]).toEqual([
      [['storage.damaged', file]],
      0,
    ]);
    expect(await readFile(file)).toEqual(await readFile(copy));
  });
});

describe('a file that was encrypted', () => {
  const secret = '投标文件';
  const decrypt = (...args: readonly string[]) =>
    ukey.run(['decrypt', ...args, '--pin-stdin', '--json'], [PIN]);

  beforeAll(async () => {
    const [encryption] = (await certificatesOn(ukey)).filter(({ use }) => use === 'encryption');
    const { stdout } = await ukey.run(['show', encryption?.sha256 ?? '', '--pem']);
    const certificate = parseCertificate(decodePem(stdout)[0]?.der ?? new Uint8Array());
    if (!certificate.ok) throw new Error('no certificate');
    const envelope = sealEnvelope(certificate.value.spki, Buffer.from(secret));
    if (envelope === null) throw new Error('no envelope');
    await writeFile(path('gm.p7'), assembleCmsEnvelope(envelope, certificate.value));
  });

  it('opens on the key it is for, and is not written over', async () => {
    const options = ['--token', token, '--in', path('gm.p7'), '--out', path('gm.txt')];
    const opened = await decrypt(...options);
    expect(opened.json()).toMatchObject({ ok: true, family: 'gm', state: 'current', size: 12 });
    expect(await readFile(path('gm.txt'), 'utf8')).toBe(secret);
    expect(errorOf(await decrypt(...options))).toEqual({ code: 2, error: 'file.exists' });
    expect((await decrypt(...options, '--yes')).code).toBe(0);
    await rm(path('link.p7'), { force: true });
    execFileSync('ln', [path('gm.p7'), path('link.p7')]);
    const over = await decrypt('--token', token, '--in', path('gm.p7'), '--out', path('link.p7'), '--yes');
    expect(errorOf(over)).toEqual({ code: 2, error: 'file.exists' });
  });

  it.each([
    [
      'is for somebody else',
      'test/fixtures/gm/gmssl-generated/enveloped.p7.pem',
      3,
      'document.otherRecipient',
    ],
    ['is no encrypted file', 'package.json', 2, 'document.unreadable'],
    ['is missing', 'nowhere', 2, 'file.missing'],
    ['is a folder', 'src', 2, 'file.unreadable'],
  ])('that %s is named without a PIN, and nothing is written', async (_title, file, code, error) => {
    const options = ['--token', token, '--in', file, '--out', path('never.txt'), '--json'];
    expect(errorOf(await ukey.run(['decrypt', ...options]))).toEqual({ code, error });
    expect((await readdir(folder)).filter((name) => name.startsWith('never'))).toEqual([]);
  });

  it('whose content was changed is refused', async () => {
    const changed = await readFile(path('gm.p7'));
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await writeFile(path('changed.p7'), changed);
    const ended = await decrypt('--token', token, '--in', path('changed.p7'), '--out', path('changed.txt'));
    expect(errorOf(ended)).toMatchObject({ error: 'key.decryptionFailed' });
  });

  it('still opens after the renewal, with the key of the history', async () => {
    const renew = ['renew', '--token', token, '--gateway', gateway, '--yes', '--pin-stdin', '--json'];
    const renewed = await ukey.run(renew, [PIN]);
    const report = renewalShape.parse(renewed.json());
    expect(report.certificates.map(({ use }) => use)).toEqual(['signing', 'encryption']);
    const opened = await decrypt('--token', token, '--in', path('gm.p7'), '--out', path('history.txt'));
    expect({ opened: opened.json(), text: await readFile(path('history.txt'), 'utf8') }).toMatchObject({
      opened: { ok: true, state: 'history' },
      text: secret,
    });
  });

  it.each([
    ['DER', ['-outform', 'DER']],
    ['PEM', ['-outform', 'PEM']],
    ['S/MIME', []],
    ['key identifier', ['-outform', 'DER', '-keyid']],
    ['SM4', ['-outform', 'DER']],
  ])('by openssl for RSA opens (%s)', async (title, form) => {
    await writeFile(path('message.txt'), secret);
    const cipher = title === 'SM4' ? '-sm4-cbc' : '-aes-256-cbc';
    openssl('cms', '-encrypt', '-binary', cipher, ...form, '-in', 'message.txt', '-out', 'rsa.p7', 'rsa.pem');
    const out = path('rsa.txt');
    const options = ['--keystore', path('exchange.ukey'), '--in', path('rsa.p7'), '--out', out, '--yes'];
    const opened = await other.run(['decrypt', ...options, '--pin-stdin', '--json'], [PIN]);
    expect(opened.json()).toMatchObject({ ok: true, family: 'cms' });
    expect(await readFile(out, 'utf8')).toBe(secret);
  });
});

describe('a first certificate', () => {
  const prepare = async (...items: readonly string[]) => {
    const options = ['--common-name', '李四', '--json', ...items];
    const prepared = await ukey.run(['sandbox', 'prepare', ...options]);
    return prepared.json() as { referenceNumber: string; authorisationCode: string };
  };
  const enroll = (
    on: Ukey,
    { referenceNumber, lines }: { readonly referenceNumber: string; readonly lines: readonly string[] },
    ...options: readonly string[]
  ) => {
    const named = ['--gateway', gateway, '--reference', referenceNumber];
    return on.run(['enroll', ...named, '--pin-stdin', ...options], lines);
  };

  it('comes onto an empty key with number and code, once', async () => {
    const keystore = await emptyKey('enrolled');
    const { referenceNumber, authorisationCode } = await prepare('--items', 'SM2,RSA-2048');
    const guessed = { referenceNumber, lines: ['A'.repeat(20), PIN] };
    const wrong = await enroll(other, guessed, ...keystore, '--json');
    expect(errorOf(wrong)).toEqual({ code: 6, error: 'gateway.refused' });
    const order = { referenceNumber, lines: [authorisationCode, PIN] };
    const ended = await enroll(other, order, ...keystore);
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('证书下载完成。') as string,
      stderr: expect.not.stringContaining('检测到UsbKey') as string,
    });
    const written = await certificatesOn(other, ...keystore);
    expect(written.map(({ use, algorithm }) => `${algorithm} ${use}`).toSorted()).toEqual([
      'RSA-2048 signing',
      'SM2 encryption',
      'SM2 signing',
    ]);
    const again = await enroll(other, order, ...keystore, '--json');
    expect(errorOf(again)).toMatchObject({ code: 6 });
  });

  it('beside others is asked about first, in the words people know', async () => {
    const { referenceNumber, authorisationCode } = await prepare();
    const order = { referenceNumber, lines: [authorisationCode, PIN] };
    const before = await certificatesOn(ukey);
    const refused = await enroll(ukey, order);
    expect({ code: refused.code, stdout: refused.stdout, after: await certificatesOn(ukey) }).toEqual({
      code: 5,
      stdout: '检测到UsbKey中有证书数据，将另存新证书，不删除原有证书，是否继续?\n',
      after: before,
    });
    const agreed = await ukey.run(['resume', '--yes', '--pin-stdin'], order.lines);
    const more = (await certificatesOn(ukey)).length - before.length;
    expect({ code: agreed.code, more }).toEqual({ code: 0, more: 2 });
  });
});

const RSA = ['-days', '30', '-subj', '/CN=RSA', '-addext', 'keyUsage=digitalSignature,keyEncipherment'];
const to = (password: string) => ['-passout', `pass:${password}`];
const from = (password: string) => ['-passin', `pass:${password}`];

function modulus(key: string): string {
  return execFileSync('openssl', ['rsa', '-noout', '-modulus'], { input: key, encoding: 'utf8' });
}
