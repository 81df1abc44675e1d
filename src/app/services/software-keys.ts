// 软证书 as files, for every face: make, remove, import, export, back up, restore. Files that only carry a key
// under a password are read and written here; private keys stay in the driver host.

import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { PinOptions, TokenProvider } from '../../core/token/provider.ts';
import type { ImportOptions, ImportedContainer, SoftwareKeyStore } from '../../core/token/software-keys.ts';
import type { ContainerId, KeyUse, TokenId } from '../../core/token/token.ts';
import { writeDurably } from '../../storage/durable-file.ts';
import { errnoOf } from '../../storage/storage-error.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';

/** A driver host for one key file. */
export interface OpenKeyFile extends Pick<TokenProvider, 'listTokens'> {
  readonly softwareKeys: SoftwareKeyStore;
  dispose(): Promise<void>;
}

export interface SoftwareKeyServiceDeps {
  /** @param keystore absolute path; the file may be missing */
  open(keystore: string): OpenKeyFile;
  /** One writer per token, across processes. */
  lock(token: TokenId): Promise<Result<TokenLock, TokenLockError>>;
}

/** Paths are absolute. PINs and passwords are UTF-8; every call takes them over and zeroes them. */
export interface SoftwareKeyService {
  create(
    keystore: string,
    label: string,
    pin: Uint8Array,
    adminPin: Uint8Array | null,
  ): Promise<Result<TokenId, AppError>>;
  /** With every key in it, and its backup. The caller has shown what is lost. */
  remove(keystore: string): Promise<Result<void, AppError>>;
  /** `file`: PKCS#12 (.pfx, .p12) or CFCA (.sm2). */
  importFrom(
    keystore: string,
    file: string,
    password: Uint8Array,
    pin: Uint8Array,
    options: ImportOptions,
  ): Promise<Result<readonly ImportedContainer[], AppError>>;
  /** PKCS#12 into `target`, which must not be there; mode 0600. */
  exportTo(
    keystore: string,
    key: { readonly container: ContainerId; readonly use: KeyUse },
    target: string,
    password: Uint8Array,
    pin: Uint8Array,
    options: PinOptions,
  ): Promise<Result<void, AppError>>;
  /** A sealed copy with the PIN of this moment. `target` must not be there. */
  backUp(keystore: string, target: string): Promise<Result<void, AppError>>;
  /** `source` null: the backup kept beside the file. Only where the file is damaged or gone. */
  restore(keystore: string, source: string | null): Promise<Result<TokenId, AppError>>;
}

/** As in the driver host; what is larger is no key file. */
const MAX_KEY_FILE_BYTES = 1_048_576;

export function createSoftwareKeyService(deps: SoftwareKeyServiceDeps): SoftwareKeyService {
  /** Opens a host for the file, runs `work`, ends the host; the secrets are zeroed whatever happens. */
  async function withKeyFile<T>(
    keystore: string,
    secrets: readonly (Uint8Array | null)[],
    work: (keyFile: OpenKeyFile) => Promise<Result<T, AppError>>,
  ): Promise<Result<T, AppError>> {
    try {
      if (!isAbsolute(keystore)) return err({ code: 'driver.relativePath', module: keystore });
      const keyFile = deps.open(keystore);
      try {
        return await work(keyFile);
      } finally {
        await keyFile.dispose();
      }
    } finally {
      for (const secret of secrets) secret?.fill(0);
    }
  }

  /** While no other process works with the token. A file that shows no token has none to protect. */
  async function locked<T>(
    keyFile: OpenKeyFile,
    work: () => Promise<Result<T, AppError>>,
  ): Promise<Result<T, AppError>> {
    const listed = await keyFile.listTokens();
    const token = listed.ok ? listed.value[0] : undefined;
    if (token === undefined) return work();
    const held = await deps.lock(token.id);
    if (!held.ok) return held;
    try {
      return await work();
    } finally {
      await held.value.release();
    }
  }

  return {
    create: (keystore, label, pin, adminPin) =>
      withKeyFile(keystore, [pin, adminPin], ({ softwareKeys }) =>
        softwareKeys.createKey(label, pin, adminPin),
      ),

    remove: (keystore) =>
      withKeyFile(keystore, [], (keyFile) => locked(keyFile, () => keyFile.softwareKeys.removeKey())),

    importFrom: (keystore, file, password, pin, options) =>
      withKeyFile(keystore, [password, pin], async (keyFile) => {
        const content = await readKeyFile(file);
        if (!content.ok) return content;
        return locked(keyFile, () => keyFile.softwareKeys.importKeys(content.value, password, pin, options));
      }),

    exportTo: (keystore, { container, use }, target, password, pin, options) =>
      withKeyFile(keystore, [password, pin], async (keyFile) => {
        if (await isThere(target)) return err({ code: 'file.exists', path: target });
        const exported = await locked(keyFile, () =>
          keyFile.softwareKeys.exportKey(container, use, password, pin, options),
        );
        return exported.ok ? writeDurably(target, exported.value) : exported;
      }),

    backUp: (keystore, target) =>
      withKeyFile(keystore, [], ({ softwareKeys }) => softwareKeys.backUp(target)),

    restore: (keystore, source) =>
      withKeyFile(keystore, [], ({ softwareKeys }) => softwareKeys.restore(source)),
  };
}

async function readKeyFile(path: string): Promise<Result<Uint8Array, AppError>> {
  try {
    const { size, isOrdinary } = await stat(path).then((found) => ({
      size: found.size,
      isOrdinary: found.isFile(),
    }));
    if (!isOrdinary) return err({ code: 'file.unreadable', path });
    if (size > MAX_KEY_FILE_BYTES) return err({ code: 'keyFile.invalid', reason: 'too large' });
    return ok(await readFile(path));
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown;
    return err({ code: errnoOf(thrown) === 'ENOENT' ? 'file.missing' : 'file.unreadable', path });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
