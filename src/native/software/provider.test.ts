import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyAlgorithm } from '../../core/token/token.ts';
import { createSoftwareKey } from './create.ts';
import { createSoftwareProvider } from './provider.ts';

const PIN = '123456';
const bytes = (text: string): Uint8Array => Buffer.from(text);
const careful = { acceptLastTry: false };

let folder = '';
let path = '';
let token = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'software-key-'));
  path = join(folder, 'key.ukey');
  const made = await createSoftwareKey(path, { label: '张三', pin: bytes(PIN), adminPin: bytes('87654321') });
  if (!made.ok) throw new Error(made.error.code);
  token = made.value;
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('software key', () => {
  it.each(['RSA-2048', 'EC-P256', 'EC-P384'] as const)(
    'signs with a new %s key',
    async (algorithm: KeyAlgorithm) => {
      const provider = createSoftwareProvider(path);
      expect(await provider.login(token, bytes(PIN), careful)).toEqual({ ok: true, value: undefined });
      expect(await provider.createContainer(token, 'a1')).toEqual({ ok: true, value: undefined });
      const made = await provider.generateKeyPair(token, 'a1', algorithm, '我的证书');
      const publicKey = made.ok ? made.value : new Uint8Array();
      const signed = await provider.sign(token, 'a1', 'SHA-256', bytes('hello'));
      const signature = signed.ok ? signed.value : new Uint8Array();
      const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
      expect(verify('sha256', bytes('hello'), key, signature)).toBe(true);
    },
  );
});
