// Software keys for tests: one is made once and copied, because stretching a PIN takes its time.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenId } from '../../src/core/token/token.ts';
import { createSoftwareKey } from '../../src/native/software/create.ts';
import {
  authenticated,
  parseKeyFile,
  serialiseKeyFile,
  type KeyFile,
} from '../../src/native/software/key-file.ts';
import { newKdf, seal, unseal, unwrapDataKey, wrapDataKey } from '../../src/native/software/sealing.ts';

export const PIN = '123456';
export const ADMIN_PIN = '87654321';
export const NOT_LAST = { acceptLastTry: false };

/** A fresh buffer every time: whoever gets it zeroes it. */
export function secret(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

export interface SoftwareKeyBench {
  readonly folder: string;
  /** Identity of the key in every copy. */
  readonly token: TokenId;
  /** A copy of the empty key in a folder of its own; its path. @param triesLeft of the user PIN */
  fresh(triesLeft?: number): string;
  dispose(): void;
}

export async function createSoftwareKeyBench(): Promise<SoftwareKeyBench> {
  const folder = mkdtempSync(join(tmpdir(), 'software-key-'));
  const original = join(folder, 'original.ukey');
  const made = await createSoftwareKey(original, {
    label: '张三',
    pin: secret(PIN),
    adminPin: secret(ADMIN_PIN),
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const file = goodFile(original);
  return {
    folder,
    token: made.value,
    fresh(triesLeft = 10) {
      const path = join(mkdtempSync(join(folder, 'copy-')), 'key.ukey');
      writeFileSync(path, serialiseKeyFile({ ...file, user: { ...file.user, triesLeft } }), { mode: 0o600 });
      return path;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The user's PIN stretched with the least memory that a key file may have: half the time of each login. */
export async function lighten(path: string, pin: string): Promise<void> {
  const file = goodFile(path);
  const dataKey = await unwrapDataKey(file.user, secret(pin), 'user');
  const content = dataKey && unseal(file.secret, dataKey, authenticated(file));
  if (dataKey === null || content === null) throw new Error(`${path}: not its PIN`);
  const kdf = { ...newKdf(), cost: 65_536 };
  const user = await wrapDataKey(dataKey, secret(pin), 'user', file.user.maxTries, kdf);
  const lighter = { ...file, user };
  const sealed = { ...lighter, secret: seal(content, dataKey, authenticated(lighter)) };
  writeFileSync(path, serialiseKeyFile(sealed), { mode: 0o600 });
}

/** Reads a key file that must be good. */
export function goodFile(path: string): KeyFile {
  const parsed = parseKeyFile(readFileSync(path));
  if (parsed.state !== 'good') throw new Error(`${path}: ${parsed.state}`);
  return parsed.file;
}

/** The value of a result that must be good. */
export function valueOf<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
