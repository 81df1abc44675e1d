// One login to one key file: holds the data key between login and logout and nothing else, and does every
// reading and writing of content with it.

import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { PinError, PinOptions, ReadError, WriteError } from '../../core/token/provider.ts';
import type { TokenId } from '../../core/token/token.ts';
import { healBackup, writeKeyFile, type BackupRule } from './key-file-access.ts';
import type { KeyFile } from './key-file.ts';
import { checkLength, tryPin, type PinRole } from './pin-check.ts';
import { wipe, wrapDataKey } from './sealing.ts';
import { readVault, withContent, withVault, writeContent, type Content } from './vault.ts';

export interface Session {
  isLoggedIn(): boolean;
  /** The file as it is now, when it is that token. */
  read(token: TokenId): Promise<Result<KeyFile, ReadError>>;
  login(token: TokenId, pin: Uint8Array, options: PinOptions): Promise<Result<void, PinError | ReadError>>;
  logout(): void;
  /** Tries `pin` in that role and sets a new user PIN, with a full counter. */
  setUserPin(
    token: TokenId,
    role: PinRole,
    pin: Uint8Array,
    newPin: Uint8Array,
    options: PinOptions,
  ): Promise<Result<void, PinError | ReadError>>;
  /** Private records are wiped after `work`. */
  withContent<T, E>(
    token: TokenId,
    work: (content: Content) => Result<T, E> | Promise<Result<T, E>>,
  ): Promise<Result<T, E | ReadError | AppError<'pin.required'>>>;
  /** Replaces the content by what `change` answers, under the lock. */
  change<E>(
    token: TokenId,
    backup: BackupRule,
    change: (content: Content) => Result<Content, E>,
  ): Promise<Result<void, E | WriteError>>;
}

const pinRequired = err({ code: 'pin.required' } as const);

/** `path` is absolute. */
export function createSession(path: string): Session {
  let dataKey: Uint8Array | null = null;

  function endSession(): void {
    wipe(dataKey);
    dataKey = null;
  }

  function checkToken(file: KeyFile, token: TokenId): Result<KeyFile, AppError<'token.notFound'>> {
    return file.serial === token ? ok(file) : err({ code: 'token.notFound', wanted: token });
  }

  async function read(token: TokenId): Promise<Result<KeyFile, ReadError>> {
    const file = await readVault(path);
    return file.ok ? checkToken(file.value, token) : file;
  }

  /** Tries the PIN and proves that nothing readable was changed behind the seal. */
  async function pass<E>(
    token: TokenId,
    role: PinRole,
    pin: Uint8Array,
    options: PinOptions,
    go: (file: KeyFile, content: Content, key: Uint8Array) => Promise<Result<void, E>>,
  ): Promise<Result<void, E | PinError | ReadError>> {
    return withVault(path, async (file): Promise<Result<void, E | PinError | ReadError>> => {
      const known = checkToken(file, token);
      if (!known.ok) return known;
      const passed = await tryPin(path, file, role, pin, options);
      if (!passed.ok) return passed;
      const { dataKey: key, file: reset } = passed.value;
      const went = await withContent(reset, key, (content) => go(reset, content, key));
      if (went !== null) return went;
      wipe(key);
      return err({ code: 'storage.damaged', path });
    });
  }

  return {
    isLoggedIn: () => dataKey !== null,
    read,
    logout: endSession,

    async login(token, pin, options) {
      endSession();
      return pass(token, 'user', pin, options, async (file, _content, key) => {
        const written = await writeKeyFile(path, file, 'leave');
        await healBackup(path, file);
        if (written.ok) dataKey = key;
        else wipe(key);
        return written;
      });
    },

    async setUserPin(token, role, pin, newPin, options) {
      endSession();
      const length = checkLength(newPin);
      if (!length.ok) return length;
      return pass(token, role, pin, options, async (file, content, key) => {
        try {
          const user = await wrapDataKey(key, newPin, 'user', file.user.maxTries);
          return await writeContent(path, { ...file, user }, content, key, 'followOrGo');
        } finally {
          wipe(key);
        }
      });
    },

    async withContent(token, work) {
      const file = await read(token);
      if (!file.ok) return file;
      if (dataKey === null) return pinRequired;
      const worked = await withContent(file.value, dataKey, work);
      if (worked !== null) return worked;
      endSession();
      return pinRequired;
    },

    async change<E>(
      token: TokenId,
      backup: BackupRule,
      change: (content: Content) => Result<Content, E>,
    ): Promise<Result<void, E | WriteError>> {
      return withVault(path, async (file): Promise<Result<void, E | WriteError>> => {
        const known = checkToken(file, token);
        if (!known.ok) return known;
        const key = dataKey;
        if (key === null) return pinRequired;
        const written = await withContent(
          file,
          key,
          async (content): Promise<Result<void, E | WriteError>> => {
            const changed = change(content);
            return changed.ok ? writeContent(path, file, changed.value, key, backup) : changed;
          },
        );
        if (written !== null) return written;
        endSession();
        return pinRequired;
      });
    },
  };
}
