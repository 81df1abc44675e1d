// 陪同续期 on the command line, with the CA's part played by the rehearsal CA and pkcs11-tool.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { createRehearsal, PIN, type Rehearsal } from '../support/rehearsal.ts';
import { failureShape } from '../support/ukey-shapes.ts';
import type { Ended } from '../support/ukey.ts';

let rehearsal: Rehearsal;
let trusted: readonly string[];
beforeAll(async () => {
  rehearsal = await createRehearsal();
  // A key carries none of the CA's certificates, so the one between is named too.
  const issuing = await (await fetch(`${rehearsal.gateway}/ca/issuing.cer`)).arrayBuffer();
  const file = join(rehearsal.ukey.folder, 'issuing.pem');
  await writeFile(file, encodePem('CERTIFICATE', new Uint8Array(issuing)));
  trusted = ['--root', rehearsal.root, '--root', file];
});
afterAll(() => rehearsal.dispose());

/** One look and no more. */
const AT_ONCE = ['--wait', '0'];

const begin = (token: string, ...more: readonly string[]) => [
  ...['accompany', '--token', token, ...trusted, '--yes', '--no-browser', ...more],
];
const resume = (id: string, ...more: readonly string[]) => ['accompany', 'resume', id, ...more];
const idIn = ({ stderr }: Ended) => /ukey accompany resume ([0-9a-f]{16})/.exec(stderr)?.[1] ?? '';

/** The CA's assistant writes a new key and certificate beside the old ones. */
async function caWrites(token: string): Promise<void> {
  const options = ['--token', token, '--days-left', '377', '--algorithm', 'EC-P256', '--pin-stdin'];
  const written = await rehearsal.ukey.run(['sandbox', 'provision', ...options], [PIN]);
  if (written.code !== 0) throw new Error(written.stderr);
}

describe('ukey accompany', () => {
  it('goes from the first look over the portal and the days of waiting to the whole proof', async () => {
    const { ukey } = rehearsal;
    const token = await rehearsal.addKey('ACCOMPANY');
    const begun = await ukey.run(begin(token, '--profile', 'sdca-non-tax', ...AT_ONCE));
    expect({ code: begun.code, stdout: begun.stdout }).toEqual({ code: 9, stdout: '' });
    const said = begun.stderr.split('\n');
    for (const line of [
      '【检查UKey和电脑】',
      '  可以续期（还有 12 天到期）',
      '【记录更新前的证书】',
      '  1 张签名证书、0 张加密证书、1 个密钥、1 枚印章',
      '【在网厅办理】',
      '  网厅：山东省数字证书认证服务平台自助页面，http://221.214.5.66:59205/sdca/zizhu/index.php',
      '  这个网厅的网址没有加密（http），请核对网址再填写。',
      '【等待CA写入新证书】',
      '  新证书还没有写入。',
    ]) {
      expect(said).toContain(line);
    }
    const id = idIn(begun);
    const listed = (await ukey.run(['accompany', 'list'])).stdout;
    expect(listed).toContain(`编号 ${id}：山东CA 非税收入和票据，证书 `);
    await caWrites(token);
    const judged = await ukey.run(resume(id, '--pin-stdin', ...AT_ONCE), [PIN]);
    // The seal on the key still lists the old certificate alone, and that is all there is to be told.
    expect({ code: judged.code, first: judged.stdout.split('\n')[0] }).toEqual({
      code: 12,
      first: '没有发现问题，但有的项目没有条件检验，或者需要留意，见下面。',
    });
    expect(judged.stdout.split('\n').filter((line) => line.startsWith('  注意'))).toEqual([
      '  注意  印章可以和新证书一起使用',
    ]);
    expect(judged.stdout).toContain('印章的名单里没有新证书，需要重新制章或更新印章');
    expect(judged.stdout).toContain('  通过  试签名并验签\n');
    expect((await ukey.run(['accompany', 'list'])).stdout).toBe('没有正在陪同的续期。\n');
    expect(await ukey.filesWith(PIN)).toEqual([]);
  });

  it('names what is wrong, says whom to tell, and ends with 11', async () => {
    const { ukey, hsm } = rehearsal;
    const token = await rehearsal.addKey('WRONG');
    const id = idIn(await ukey.run(begin(token, ...AT_ONCE)));
    const assistant = ['--token-label', token, '--login', '--pin', PIN];
    const listed = await hsm.pkcs11Tool(...assistant, '--list-objects', '--type', 'privkey');
    const oldId = /ID:\s+([0-9a-f]+)/.exec(listed)?.[1] ?? '';
    await caWrites(token);
    for (const type of ['privkey', 'pubkey', 'cert']) {
      await hsm.pkcs11Tool(...assistant, '--delete-object', '--type', type, '--id', oldId);
    }
    const text = await ukey.run(resume(id, ...AT_ONCE));
    expect(text.code).toBe(11);
    expect(text.stdout).toContain('  没有通过  原有证书都在\n    UKey里原有的证书不见了：');
    expect(text.stdout).toContain('（3018）');
    expect(text.stdout).toContain('  没有通过  原有密钥都在\n    UKey里原有的 1 个密钥不见了，对应证书 ');
    expect(text.stdout).toContain('请不要再操作这把UKey，也不要重复缴费');
    expect((await ukey.run(['accompany', 'abandon', id])).stdout).toContain(`已不再陪同：${id}`);
  });

  it('that was killed while waiting goes on as if nothing had happened', async () => {
    const { ukey } = rehearsal;
    const token = await rehearsal.addKey('KILLED');
    const running = ukey.start(begin(token));
    await running.printed('新证书还没有写入');
    running.child.kill('SIGKILL');
    await running.ended;
    await caWrites(token);
    const judged = await ukey.run(['accompany', 'resume', '--pin-stdin', '--json', ...AT_ONCE], [PIN]);
    expect({ code: judged.code, verdict: judged.json()['verdict'] }).toEqual({
      code: 12,
      verdict: 'incomplete',
    });
  });

  it('leaves at the first Ctrl-C and can go on', async () => {
    const token = await rehearsal.addKey('STOPPED');
    const running = rehearsal.ukey.start(begin(token, '--json'));
    await running.printed('新证书还没有写入');
    running.child.kill('SIGINT');
    const ended = await running.ended;
    const { error, resumable } = failureShape.parse(ended.json());
    expect({ code: ended.code, error: error.code, resumable }).toEqual({
      ...{ code: 9, error: 'accompaniment.waiting', resumable: true },
    });
  });

  it.each([
    ['an unknown action', ['accompany', 'go'], 2, 'usage.invalid'],
    ['bids without an opening', ['accompany', '--token', 'KILLED', '--uploaded', 'late'], 2, 'usage.invalid'],
    [
      'an opening that is no time',
      ['accompany', '--token', 'KILLED', '--opening', '明天'],
      2,
      'usage.invalid',
    ],
    ['nobody to ask about bids', ['accompany', '--token', 'KILLED'], 5, 'renewal.consentNeeded'],
    ['an id that is not open', ['accompany', 'resume', '0000'], 3, 'accompaniment.notFound'],
    ['no id to give up', ['accompany', 'abandon'], 3, 'accompaniment.notFound'],
  ] as const)('%s is an error that says so', async (_title, args, code, expected) => {
    const ended = await rehearsal.ukey.run([...args, '--no-browser', '--json']);
    const { error } = failureShape.parse(ended.json());
    expect({ code: ended.code, error: error.code }).toEqual({ code, error: expected });
  });
});
