// The command line over an SKF library, as most keys in this country have one.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealEnvelope } from '../../src/app/adapters/seal-envelope.ts';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import { assembleCmsEnvelope } from '../../src/core/certificate/cms-envelope.ts';
import { decodePem } from '../../src/core/certificate/pem.ts';
import { buildSoftskf, createSoftskfBench, USER_PIN, type SoftskfBench } from '../support/softskf.ts';
import { listShape } from '../support/ukey-shapes.ts';
import { createUkey, type Ukey } from '../support/ukey.ts';

let bench: SoftskfBench;
let folder: string;
let ukey: Ukey;
let skf: readonly ['--skf', string];

beforeAll(async () => {
  bench = createSoftskfBench();
  bench.addDevice('key1');
  bench.addApplication('key1', 'GMAPP');
  skf = ['--skf', buildSoftskf({ ulong: 4, packed: true })];
  // Where there is a SoftHSM2, it shows nothing.
  folder = await mkdtemp(join(tmpdir(), 'ukey-skf-'));
  const config = join(folder, 'softhsm2.conf');
  await writeFile(config, `directories.tokendir = ${folder}\n`);
  ukey = await createUkey({ ...bench.environment, SOFTHSM2_CONF: config });
});
afterAll(async () => {
  await ukey.dispose();
  bench.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('an SKF key', () => {
  it('gets a pair of practice certificates and opens what was encrypted to it, and the trace tells no PIN', async () => {
    const trace = join(ukey.folder, 'trace.jsonl');
    const options = ['--days-left', '12', '--algorithm', 'SM2', '--pin-stdin', '--trace', trace];
    const provisioned = await ukey.run(['sandbox', 'provision', ...options, ...skf], [USER_PIN]);
    expect(provisioned).toMatchObject({ code: 0, stderr: '' });
    const { tokens } = listShape.parse((await ukey.run(['list', '--json', ...skf])).json());
    const [token] = tokens;
    const uses = token?.certificates.map(({ use }) => use).toSorted();
    expect({ provider: token?.provider, uses }).toEqual({ provider: 'skf', uses: ['encryption', 'signing'] });

    const encryption = token?.certificates.find(({ use }) => use === 'encryption');
    const { stdout } = await ukey.run(['show', encryption?.sha256 ?? '', '--pem', ...skf]);
    const certificate = parseCertificate(decodePem(stdout)[0]?.der ?? new Uint8Array());
    const envelope = certificate.ok ? sealEnvelope(certificate.value.spki, Buffer.from('投标文件')) : null;
    if (!certificate.ok || envelope === null) throw new Error('no envelope');
    const [message, out] = [join(ukey.folder, 'message.p7'), join(ukey.folder, 'message.txt')];
    await writeFile(message, assembleCmsEnvelope(envelope, certificate.value));
    const opened = await ukey.run(
      ['decrypt', '--in', message, '--out', out, '--pin-stdin', '--json', ...skf],
      [USER_PIN],
    );
    expect(opened.json()).toMatchObject({ ok: true, family: 'gm', state: 'current' });
    expect(await readFile(out, 'utf8')).toBe('投标文件');
    expect(await readFile(trace, 'utf8')).toContain('SKF_VerifyPIN');
    expect(await ukey.filesWith(USER_PIN)).toEqual([]);
  });
});
