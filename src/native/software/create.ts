// Making a new software key. Never over a file that is there.

import { randomBytes } from 'node:crypto';
import { isAbsolute } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { PinError } from '../../core/token/provider.ts';
import type { TokenId } from '../../core/token/token.ts';
import { withKeyFileLock } from './key-file-lock.ts';
import { readBounded, writeKeyFile, type FileError } from './key-file-access.ts';
import { authenticated, LIMITS } from './key-file.ts';
import { checkLength } from './pin-check.ts';
import { encodeRecords } from './private-records.ts';
import { newDataKey, seal, wipe, wrapDataKey } from './sealing.ts';

export interface NewSoftwareKey {
  /** At most 64 characters. */
  readonly label: string;
  /** UTF-8, 6 to 32 bytes. Taken over and zeroed. */
  readonly pin: Uint8Array;
  /** null: a locked PIN can never be unblocked. Taken over and zeroed. */
  readonly adminPin: Uint8Array | null;
}

/** Wrong PINs in a row until the lock. */
const MAX_TRIES = 10;

export type CreateError = FileError | PinError | AppError<'file.exists' | 'request.invalid'>;

/** Makes the file with its first backup; answers the new token's identity. */
export async function createSoftwareKey(
  path: string,
  { label, pin, adminPin }: NewSoftwareKey,
): Promise<Result<TokenId, CreateError>> {
  const dataKey = newDataKey();
  try {
    if (!isAbsolute(path)) return err({ code: 'driver.relativePath', module: path });
    if (!/^[^\p{Cc}]{0,64}$/u.test(label)) return err({ code: 'request.invalid', reason: 'label' });
    for (const secret of adminPin === null ? [pin] : [pin, adminPin]) {
      const length = checkLength(secret);
      if (!length.ok) return length;
    }
    const serial = randomBytes(8).toString('hex').toUpperCase();
    const file = {
      serial,
      label,
      generation: 1,
      user: await wrapDataKey(dataKey, pin, 'user', MAX_TRIES),
      admin: adminPin && (await wrapDataKey(dataKey, adminPin, 'admin', MAX_TRIES)),
      containers: [],
      data: [],
    };
    const secret = seal(encodeRecords(new Map()), dataKey, authenticated(file));
    return await withKeyFileLock(path, 0, async (): Promise<Result<TokenId, CreateError>> => {
      const existing = await readBounded(path, LIMITS.fileBytes);
      if (!existing.ok || existing.value !== null) return err({ code: 'file.exists', path });
      const written = await writeKeyFile(path, { ...file, secret }, 'follow');
      return written.ok ? ok(serial) : written;
    });
  } finally {
    wipe(dataKey, pin, adminPin);
  }
}
