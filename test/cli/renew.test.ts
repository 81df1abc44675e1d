// The main job on the command line: renewal, waiting, stopping, going on, cleaning up.

import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRehearsal, PIN, type Rehearsal } from '../support/rehearsal.ts';
import { failureShape, listShape, renewalShape } from '../support/ukey-shapes.ts';
import type { Ended } from '../support/ukey.ts';

let auto: Rehearsal;
let manual: Rehearsal;
beforeAll(async () => {
  [auto, manual] = await Promise.all([createRehearsal(), createRehearsal('--manual')]);
});
afterAll(() => Promise.all([auto.dispose(), manual.dispose()]));

const renewal = ({ gateway }: Rehearsal, token: string, ...more: readonly string[]) => [
  ...['renew', '--token', token, '--gateway', gateway, '--yes', '--pin-stdin', '--json'],
  ...more,
];
const failure = (ended: Ended) => {
  const { error, resumable } = failureShape.parse(ended.json());
  return { code: ended.code, error: error.code, resumable };
};
async function statesOn({ ukey }: Rehearsal, token: string): Promise<readonly string[]> {
  const { tokens } = listShape.parse((await ukey.run(['list', '--json'])).json());
  const certificates = tokens.find(({ label }) => label === token)?.certificates ?? [];
  return certificates.map(({ state }) => state).toSorted();
}

describe('renew', () => {
  it('ends with a new certificate that other programs can use, and with one line of PIN', async () => {
    const token = await auto.addKey('RSA', { algorithm: 'RSA-2048' });
    const ended = await auto.ukey.run(renewal(auto, token), [PIN]);
    expect(ended.code).toBe(0);
    const report = renewalShape.parse(ended.json());
    expect(report).toMatchObject({
      mode: 'new',
      oldRevoked: true,
      selfTest: { sign: true, verify: true },
      certificates: [{ use: 'both', ...report.after }],
    });
    expect(await statesOn(auto, token)).toEqual(['current', 'history']);
    await expectUsable(auto, token, report.after.sha256);
    expect(await readFile(report.journal ?? '', 'utf8')).toContain('"type":"started"');
    expect(await auto.ukey.filesWith(PIN)).toEqual([]);
  });

  it('trusts the root the person names, and refuses what leads elsewhere before writing', async () => {
    const token = await auto.addKey('ROOT');
    const other = join(auto.ukey.folder, 'other.pem');
    await writeFile(other, await readFile(manual.root));
    const refused = failure(await auto.ukey.run(renewal(auto, token, '--root', other), [PIN]));
    const states = await statesOn(auto, token);
    expect({ refused, states }).toEqual({
      refused: { code: 5, error: 'certificate.untrusted', resumable: true },
      states: ['current'],
    });
    const token2 = await auto.addKey('ROOT2');
    const trusted = await auto.ukey.run(renewal(auto, token2, '--root', auto.root), [PIN]);
    expect(trusted.code).toBe(0);
  });

  it.each([
    ['without consent', ['--gateway', 'GATEWAY'], [PIN], 5, 'renewal.consentNeeded'],
    ['with a wrong PIN', ['--gateway', 'GATEWAY', '--yes'], ['999999', PIN], 4, 'pin.incorrect'],
    ['without a PIN', ['--gateway', 'GATEWAY', '--yes'], [], 4, 'pin.required'],
    ['without encryption', ['--gateway', 'http://example.cn', '--yes'], [PIN], 2, 'gateway.insecure'],
    [
      'without a gateway there',
      ['--gateway', 'http://127.0.0.1:9', '--yes'],
      [PIN],
      6,
      'gateway.unreachable',
    ],
    [
      'for an unknown certificate',
      ['--gateway', 'GATEWAY', '--certificate', 'ffff'],
      [],
      3,
      'certificate.notFound',
    ],
    ['with a root that is no file', ['--gateway', 'GATEWAY', '--root', '/nowhere'], [], 2, 'file.unreadable'],
  ] as const)('%s stops with an error', async (title, options, lines, code, error) => {
    const token = await auto.addKey(title.slice(-30));
    const args = options.map((option) => (option === 'GATEWAY' ? auto.gateway : option));
    const ended = await auto.ukey.run(['renew', '--token', token, '--pin-stdin', '--json', ...args], lines);
    expect({ ...failure(ended), states: await statesOn(auto, token) }).toMatchObject({
      code,
      error,
      states: ['current'],
    });
  });
});

describe('a renewal that has to wait', () => {
  it('stays open with the PIN it was given until the order is paid and approved', async () => {
    const token = await manual.addKey('WAITS');
    const running = manual.ukey.start(renewal(manual, token), [PIN]);
    await running.printed('等待支付');
    const paid = [await manual.sandbox('pay'), await manual.sandbox('pay')];
    const approved = [await manual.sandbox('approve'), await manual.sandbox('approve')];
    expect([...paid, ...approved].map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const ended = await running.ended;
    expect({ code: ended.code, report: renewalShape.parse(ended.json()).mode }).toEqual({
      code: 0,
      report: 'new',
    });
  });

  it('stops on Ctrl-C without losing anything and goes on later, never paid twice', async () => {
    const token = await manual.addKey('STOPS');
    const running = manual.ukey.start(renewal(manual, token), [PIN]);
    await running.printed('等待支付');
    running.child.kill('SIGINT');
    expect(failure(await running.ended)).toEqual({ code: 9, error: 'renewal.interrupted', resumable: true });
    expect(await statesOn(manual, token)).toEqual(['current']);
    const again = await manual.ukey.run(renewal(manual, token), [PIN]);
    expect(failure(again)).toEqual({ code: 9, error: 'renewal.unfinished', resumable: false });
    await manual.sandbox('pay');
    await manual.sandbox('approve');
    const resumed = await manual.ukey.run(['resume', '--yes', '--pin-stdin', '--json'], [PIN]);
    expect({ code: resumed.code, tested: renewalShape.parse(resumed.json()).selfTest }).toEqual({
      code: 0,
      tested: { sign: true, verify: true },
    });
    expect(await statesOn(manual, token)).toEqual(['current', 'history']);
  });

  it('gives up after --wait seconds, and tells how to go on', async () => {
    const token = await manual.addKey('SHORT');
    const ended = await manual.ukey.run(renewal(manual, token, '--wait', '0'), [PIN]);
    expect(failure(ended)).toEqual({ code: 9, error: 'order.unpaid', resumable: true });
    expect(ended.stderr).toContain('以后继续，请运行：ukey resume --renewal ');
  });

  it('ends with the words of a CA that rejects it', async () => {
    const token = await manual.addKey('REJECTED');
    const running = manual.ukey.start(renewal(manual, token), [PIN]);
    await running.printed('等待支付');
    const order = running.said(/[A-Za-z0-9-]+(?=：等待支付)/);
    await manual.sandbox('pay', order);
    await manual.sandbox('reject', order, '--reason', '营业执照过期');
    const ended = await running.ended;
    expect(failure(ended)).toMatchObject({ code: 6, error: 'order.rejected' });
    expect(ended.stderr).toContain('营业执照过期');
  });
});

describe('clean', () => {
  it('says what would be lost and deletes only what was named', async () => {
    const token = await auto.addKey('CLEAN', { algorithm: 'RSA-2048' });
    await auto.ukey.run(renewal(auto, token), [PIN]);
    const listed = listShape.parse((await auto.ukey.run(['list', '--json'])).json());
    const containers = listed.tokens.find(({ label }) => label === token)?.containers ?? [];
    const [history, current] = ['history', 'current'].map(
      (state) => containers.find((container) => container.state === state)?.id ?? '',
    );
    const asked = await auto.ukey.run(['clean', '--token', token]);
    expect(asked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('用这张证书加密过的文件，将再也打不开') as string,
      stderr: expect.stringContaining('--container 容器名 --yes') as string,
    });
    const options = ['clean', '--token', token, '--yes', '--pin-stdin', '--json', '--container'];
    const refused = await auto.ukey.run([...options, current ?? ''], [PIN]);
    expect(failure(refused)).toEqual({ code: 5, error: 'container.inUse', resumable: false });
    const cleaned = await auto.ukey.run([...options, history ?? ''], [PIN]);
    expect({ code: cleaned.code, deleted: cleaned.json()['deleted'] }).toEqual({
      code: 0,
      deleted: [history],
    });
    expect(await statesOn(auto, token)).toEqual(['current']);
  });
});

/** Signs with pkcs11-tool and verifies with openssl and the certificate on the key. */
async function expectUsable({ hsm, ukey }: Rehearsal, token: string, sha256: string): Promise<void> {
  const shown = (await ukey.run(['show', sha256, '--json'])).json() as { container: string; pem: string };
  const path = (name: string) => join(ukey.folder, name);
  await writeFile(path('message'), 'message');
  await writeFile(path('new.pem'), shown.pem);
  const sign = ['--sign', '--mechanism', 'SHA256-RSA-PKCS', '--id', shown.container];
  await hsm.pkcs11Tool(
    ...['--token-label', token, '--login', '--pin', PIN, ...sign],
    ...['--input-file', path('message'), '--output-file', path('signature')],
  );
  const key = execFileSync('openssl', ['x509', '-in', path('new.pem'), '-noout', '-pubkey']);
  await writeFile(path('key.pem'), key);
  const verify = [
    'dgst',
    '-sha256',
    '-verify',
    path('key.pem'),
    '-signature',
    path('signature'),
    path('message'),
  ];
  expect(execFileSync('openssl', verify, { encoding: 'utf8' })).toBe('Verified OK\n');
}
