// What we write on a token, seen and used by pkcs11-tool and openssl; and what pkcs11-tool writes, seen by us.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenId } from '../../src/core/token/token.ts';
import type { HostedProvider } from '../../src/native/host/host-client.ts';
import { makeCertificate } from '../support/certificate.ts';
import { hostPkcs11 } from '../support/hosted.ts';
import { createSoftHsm, type SoftHsm, type SoftHsmToken } from '../support/softhsm.ts';

const run = promisify(execFile);
let hsm: SoftHsm;
let key: SoftHsmToken;
let provider: HostedProvider;
let token: TokenId;

beforeAll(async () => {
  hsm = await createSoftHsm();
  key = await hsm.addToken('peers');
  process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
  provider = hostPkcs11(hsm.module);
  const listed = await provider.listTokens();
  token = listed.ok ? (listed.value[0]?.id ?? '') : '';
  await provider.login(token, new Uint8Array(Buffer.from(key.pin)), { acceptLastTry: false });
});
afterAll(async () => {
  await provider.dispose();
  await hsm.dispose();
});

const file = (name: string): string => join(hsm.folder, name);
const tool = (...args: readonly string[]): Promise<string> =>
  hsm.pkcs11Tool('--token-label', key.label, '--login', '--pin', key.pin, ...args);

async function generate(container: string, algorithm: 'RSA-2048' | 'EC-P256'): Promise<Uint8Array> {
  const made = await provider.generateKeyPair(token, container, algorithm, `key ${container}`);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  await writeFile(file(`${container}.spki`), made.value);
  return made.value;
}

describe('pkcs11-tool and openssl', () => {
  it.each([
    ['a1', 'RSA-2048', 'SHA256-RSA-PKCS', []],
    // Raw ECDSA: the tool hands over a digest of its own making.
    ['a2', 'EC-P256', 'ECDSA', ['--signature-format', 'openssl']],
  ] as const)(
    'sign with the key of container %s (%s), and openssl verifies',
    async (id, algorithm, mechanism, format) => {
      await generate(id, algorithm);
      const message = Buffer.from('message');
      const input = mechanism === 'ECDSA' ? createHash('sha256').update(message).digest() : message;
      await writeFile(file('message'), message);
      await writeFile(file('input'), input);
      const files = ['--input-file', file('input'), '--output-file', file('signature')];
      await tool('--sign', '--id', id, '--mechanism', mechanism, ...format, ...files);
      const verify = ['-verify', file(`${id}.spki`), '-keyform', 'DER', '-signature', file('signature')];
      const { stdout } = await run('openssl', ['dgst', '-sha256', ...verify, file('message')]);
      expect(stdout.trim()).toBe('Verified OK');
    },
  );

  it('show the private key as never leaving the token', async () => {
    await generate('a3', 'EC-P256');
    const shown = await tool('--list-objects', '--type', 'privkey', '--id', 'a3');
    expect(shown.split('\n').map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        'label:      key a3',
        'ID:         a3',
        'Access:     sensitive, always sensitive, never extractable, local',
      ]),
    );
  });

  it('read the certificate byte for byte, with subject and serial in their attributes', async () => {
    const publicKey = await generate('a4', 'EC-P256');
    const wish = { publicKey, commonName: '张三', serial: 0x1234, use: 'any', years: [2020, 2030] } as const;
    const der = makeCertificate(wish);
    await provider.writeCertificate(token, 'a4', 'signing', der);
    await tool('--read-object', '--type', 'cert', '--id', 'a4', '--output-file', file('read.der'));
    const shown = await tool('--list-objects', '--type', 'cert', '--id', 'a4');
    expect({
      same: (await readFile(file('read.der'))).equals(Buffer.from(der)),
      serial: /serial:\s+(\S+)/.exec(shown)?.[1],
      label: /label:\s+(.+)/.exec(shown)?.[1],
    }).toEqual({ same: true, serial: '1234', label: 'key a4' });
  });

  it('leave keys and certificates that we list, use and delete', async () => {
    await tool('--keypairgen', '--key-type', 'rsa:2048', '--id', 'b1', '--label', 'foreign');
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=other',
      '-keyout',
      file('k'),
      '-outform',
      'DER',
      '-out',
      file('c.der'),
    ]);
    await tool('--write-object', file('c.der'), '--type', 'cert', '--label', 'without id');
    const listed = await provider.listContainers(token);
    const containers = listed.ok ? listed.value : [];
    const lone = containers.find(({ id }) => id.startsWith('cert-'));
    expect(containers.find(({ id }) => id === 'b1')).toMatchObject({
      label: 'foreign',
      keys: [{ algorithm: 'RSA-2048', hasPrivateKey: true }],
    });
    expect(lone).toMatchObject({ label: 'without id', keys: [], certificates: [{ use: null }] });
    expect(await provider.sign(token, 'b1', 'SHA-512', Buffer.from('x'))).toMatchObject({ ok: true });
    expect(await provider.deleteContainer(token, 'b1')).toMatchObject({ ok: true });
    expect(await provider.deleteContainer(token, lone?.id ?? '')).toMatchObject({ ok: true });
    const left = await tool('--list-objects');
    expect([left.includes('foreign'), left.includes('without id')]).toEqual([false, false]);
  });
});
