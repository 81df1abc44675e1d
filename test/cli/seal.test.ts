// ukey verify, ukey sign and ukey seal: exit codes, the JSON object, and a software key with a seal from PIN to document.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { createSoftwareProvider } from '../../src/native/software/provider.ts';
import expected from '../fixtures/seal/expected.json' with { type: 'json' };
import type { Party } from '../support/seal/people.ts';
import { fillSealedKey } from '../support/seal/sealed-key.ts';
import { makeOfd } from '../support/seal/ofd.ts';
import { makePdf } from '../support/seal/pdf.ts';
import { createSoftwareKeyBench, PIN, type SoftwareKeyBench } from '../support/software-key.ts';
import { createUkey, type Ukey } from '../support/ukey.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/seal/${name}`, import.meta.url));

interface Entry {
  readonly file: string;
  readonly exit: number;
  readonly at?: string;
  readonly cert?: string;
  readonly failing?: string;
}

let ukey: Ukey;
let bench: SoftwareKeyBench;
beforeAll(async () => {
  ukey = await createUkey();
  bench = await createSoftwareKeyBench();
});
afterAll(async () => {
  bench.dispose();
  await ukey.dispose();
});

describe('ukey verify', () => {
  it.each(expected.verify as readonly Entry[])(
    '$file at $at ends with $exit',
    async ({ file, exit, at, cert, failing }) => {
      const options = [
        ...(at === undefined ? [] : ['--at', at]),
        ...(cert === undefined ? [] : ['--cert', fixture(cert)]),
      ];
      const ended = await ukey.run(['verify', fixture(file), '--json', ...options]);
      const said = ended.json() as { steps: readonly { step: string; status: string }[] };
      const failed = said.steps.find(({ status }) => status === 'failed')?.step;
      expect({ code: ended.code, failed, stderr: ended.stderr }).toEqual({
        code: exit,
        failed: failing,
        stderr: '',
      });
    },
  );

  it('shows the seal in the shape that scripts know', async () => {
    const ended = await ukey.run(['verify', fixture('ofdrw/UserV4.esl'), '--at', '2021-06-01', '--json']);
    expect(ended.json()).toMatchObject({
      kind: 'seal',
      version: 4,
      ok: true,
      verdict: 'incomplete',
      signatures: [],
      seal: {
        id: '51f044b76510434e9bc67a1185c2fba5',
        name: 'OFD R&W 测试用印章',
        maker: 'Test Certificate',
        validFrom: '2020-04-22T02:09:00Z',
        validTo: '2022-04-22T02:09:00Z',
        picture: { type: 'png', width: 40, height: 40 },
      },
    });
  });

  it('says in Chinese what failed, with a mark before each line', async () => {
    const { code, stdout } = await ukey.run(['verify', fixture('ofdrw-generated/digital-sign.ofd')]);
    expect(code).toBe(11);
    expect(stdout).toContain('OFD文件：无效或无法确认，见下面没有通过的项目。');
    expect(stdout).toContain('  ✗ 签名值：无法核对签名：没有签名人的证书。');
    expect(stdout).toContain('  ✓ 签名引用的各个文件');
  });

  it.each([
    [['verify'], 2],
    [['verify', '/nowhere.pdf'], 2],
    [['verify', fixture('ofdrw/h.ofd'), '--at', 'yesterday'], 2],
    [['verify', fixture('ofdrw/h.ofd'), '--root', fixture('ofdrw/h.ofd')], 5],
    [['verify', fixture('expected.json')], 11],
    [['sign', fixture('ofdrw/h.ofd')], 2],
    [['sign', fixture('ofdrw/h.ofd'), '--out', fixture('ofdrw/h.ofd')], 2],
    [['sign', fixture('ofdrw/h.ofd'), '--out', '/tmp/x', '--place', '0,1,1'], 2],
  ])('%j ends with %i', async (args, code) => {
    expect((await ukey.run(args)).code).toBe(code);
  });
});

describe('ukey sign with a seal on a key', () => {
  let keystore: string;
  let root: Party;
  let rootFile: string;
  const folderFile = (name: string) => join(bench.folder, name);

  beforeAll(async () => {
    keystore = bench.fresh();
    ({ root } = await fillSealedKey(createSoftwareProvider(keystore), bench.token, Date.now()));
    rootFile = folderFile('root.pem');
    writeFileSync(rootFile, encodePem('CERTIFICATE', root.certificate.der));
    writeFileSync(folderFile('in.pdf'), await makePdf());
    writeFileSync(folderFile('in.ofd'), makeOfd());
  });

  it.each([
    ['in.pdf', 'out.pdf', []],
    ['in.pdf', 'cms.pdf', ['--as', 'cms', '--place', '1,20,30', '--reason', '检测']],
    ['in.ofd', 'out.ofd', []],
  ])('%s becomes %s, which is valid up to the root', async (from, to, options) => {
    const args = [
      'sign',
      folderFile(from),
      '--out',
      folderFile(to),
      '--keystore',
      keystore,
      '--pin-stdin',
      '--json',
    ];
    const signed = await ukey.run([...args, ...options], [PIN]);
    expect(signed).toMatchObject({ code: 0, stderr: '' });
    expect(signed.json()).toMatchObject({ ok: true, seal: { name: '测试印章' } });
    const verified = await ukey.run(['verify', folderFile(to), '--root', rootFile, '--json']);
    expect({ code: verified.code, said: verified.json() }).toMatchObject({
      code: 0,
      said: { verdict: 'valid' },
    });
  });

  it('writes nothing when the PIN is wrong', async () => {
    const args = [
      'sign',
      folderFile('in.pdf'),
      '--out',
      folderFile('never.pdf'),
      '--keystore',
      keystore,
      '--pin-stdin',
    ];
    expect((await ukey.run(args, ['999999'])).code).toBe(4);
    expect(existsSync(folderFile('never.pdf'))).toBe(false);
  });

  it('its seal is listed, shown, taken out and tested', async () => {
    const key = ['--keystore', keystore, '--json'];
    const shape = { token: bench.token, object: 'seal', id: 'TEST-0001', name: '测试印章', owner: '张三' };
    const seal = { ...shape, maker: '张三', state: 'valid', fitsCurrent: true };
    const listed = await ukey.run(['seal', 'list', ...key]);
    expect({ code: listed.code, said: listed.json() }).toMatchObject({
      code: 0,
      said: { seals: [seal], others: [], problems: [] },
    });
    const shown = await ukey.run(['seal', 'show', 'TEST-0001', '--root', rootFile, ...key]);
    expect({ code: shown.code, said: shown.json() }).toMatchObject({
      code: 0,
      said: { ...seal, signers: [expect.stringContaining('张三')], verification: { verdict: 'valid' } },
    });
    const checked = await ukey.run(['check', '--only', 'key.seal', ...key]);
    expect(checked.json()['findings']).toContainEqual(
      expect.objectContaining({ id: 'key.seal', outcome: 'usable', facts: { count: 1 } }),
    );
    const out = folderFile('out.esl');
    expect((await ukey.run(['seal', 'export', '--out', out, ...key])).json()).toMatchObject({
      ok: true,
      seal,
    });
    expect((await ukey.run(['verify', out, '--root', rootFile])).code).toBe(0);
    const page = folderFile('page.pdf');
    const tested = await ukey.run(['seal', 'test', '--out', page, '--pin-stdin', ...key], [PIN]);
    expect({ code: tested.code, said: tested.json() }).toMatchObject({
      code: 0,
      said: { ok: true, kind: 'seal', seal, out: page, hotline: null },
    });
    expect((await ukey.run(['verify', page, '--root', rootFile])).code).toBe(0);
    expect(await ukey.filesWith('"step":"seal.usable"')).toContainEqual(
      expect.stringContaining('seal-tests.json'),
    );
  });

  it.each([
    [['seal'], 2],
    [['seal', 'export'], 2],
    [['seal', 'export', '--out', '/tmp/x', '--as', 'gif'], 2],
    [['seal', 'show', 'NONE'], 3],
  ])('%j ends with %i', async (args, code) => {
    expect((await ukey.run([...args, '--keystore', keystore])).code).toBe(code);
  });

  it('leaves the original as it is, and begins with it', async () => {
    const original = readFileSync(folderFile('in.pdf'));
    expect(readFileSync(folderFile('out.pdf')).subarray(0, original.length)).toEqual(original);
  });
});
