// The old SM2 pair of a key under test: its public keys and something that openssl encrypted to it, kept beside
// the key, so that openssl can judge later whether both private keys are still there.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TokenProvider } from '../../src/core/token/provider.ts';
import type { KeyUse } from '../../src/core/token/token.ts';
import { must, OLD_CONTAINER } from '../support/renewal-rig.ts';
import type { TokenUnderPreparation } from './cell-token.ts';

const run = promisify(execFile);
const MESSAGE = 'still there';

const FILES = {
  signing: 'old-signing.pem',
  encryption: 'old-encryption.pem',
  wrapped: 'old-wrapped',
  sealed: 'old-sealed',
  iv: 'old-iv',
} as const;

/** Writes down the pair in the old container, and an envelope to it made by openssl. */
export async function noteOldKeys(folder: string, provider: TokenProvider): Promise<void> {
  const [token] = must(await provider.listTokens());
  const containers = must(await provider.listContainers(token?.id ?? ''));
  const keys = containers.find(({ id }) => id === OLD_CONTAINER)?.keys ?? [];
  for (const use of ['signing', 'encryption'] satisfies KeyUse[]) {
    const spki = keys.find((key) => key.use === use)?.publicKey;
    if (spki == null) throw new Error(`no ${use} key`);
    const text = Buffer.from(spki).toString('base64');
    await writeFile(
      join(folder, FILES[use]),
      `-----BEGIN PUBLIC KEY-----\n${text}\n-----END PUBLIC KEY-----\n`,
    );
  }
  const [key, iv] = [randomBytes(16), randomBytes(16)];
  const [keyFile, messageFile] = [join(folder, 'content-key'), join(folder, 'message')];
  await Promise.all([
    writeFile(keyFile, key),
    writeFile(messageFile, MESSAGE),
    writeFile(join(folder, FILES.iv), iv),
  ]);
  await run('openssl', [
    ...['pkeyutl', '-encrypt', '-pubin', '-inkey', join(folder, FILES.encryption)],
    ...['-in', keyFile, '-out', join(folder, FILES.wrapped)],
  ]);
  await run('openssl', [
    ...['enc', '-sm4-cbc', '-K', key.toString('hex'), '-iv', iv.toString('hex')],
    ...['-in', messageFile, '-out', join(folder, FILES.sealed)],
  ]);
}

/** Signs and decrypts with the old container; openssl says whether the signature is right. */
export async function oldKeysWork(
  folder: string,
  { provider, pin }: TokenUnderPreparation,
): Promise<boolean> {
  const [token] = must(await provider.listTokens());
  if (token === undefined) return false;
  must(await provider.login(token.id, Buffer.from(pin), { acceptLastTry: false }));
  const signature = await provider.sign(token.id, OLD_CONTAINER, 'SM3', Buffer.from(MESSAGE));
  const [wrappedKey, iv, content] = await Promise.all(
    [FILES.wrapped, FILES.iv, FILES.sealed].map((name) => readFile(join(folder, name))),
  );
  const opened = await provider.decrypt(token.id, OLD_CONTAINER, 'encryption', {
    keyTransport: 'SM2',
    wrappedKey: wrappedKey ?? new Uint8Array(),
    cipher: 'SM4-CBC',
    iv: iv ?? new Uint8Array(),
    content: content ?? new Uint8Array(),
  });
  if (!signature.ok || !opened.ok || Buffer.from(opened.value).toString() !== MESSAGE) return false;
  const [message, signed] = [join(folder, 'message'), join(folder, 'signature')];
  await writeFile(signed, signature.value);
  const { stdout } = await run('openssl', [
    ...['dgst', '-sm3', '-sigopt', 'distid:1234567812345678'],
    ...['-verify', join(folder, FILES.signing), '-signature', signed, message],
  ]);
  return stdout.includes('Verified OK');
}
