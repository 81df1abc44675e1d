// What one does with a software key (软证书) as a file, beside what every token can: make, remove, fill from
// and write to key files, copy, bring back. Done in the driver host like all work with private keys.

import type { AppError } from '../errors/codes.ts';
import type { Result } from '../errors/result.ts';
import type { PinError, PinOptions, ReadError, UseError, WriteError } from './provider.ts';
import type { ContainerId, KeyUse, TokenId } from './token.ts';

export interface ImportedContainer {
  readonly container: ContainerId;
  readonly label: string;
  readonly uses: readonly KeyUse[];
  /** Uses for which the file also had a certificate. */
  readonly certificates: readonly KeyUse[];
}

export interface ImportOptions extends PinOptions {
  /** An existing container whose missing key this is; null: a new one. */
  readonly container: ContainerId | null;
}

type ExchangeError = AppError<
  'keyFile.invalid' | 'keyFile.passwordIncorrect' | 'keyFile.unsupported' | 'keyFile.passwordTooShort'
>;

/** Every method works on the one file the host was started for. PINs and passwords (UTF-8) are zeroed. */
export interface SoftwareKeyStore {
  /** Makes the file, never over another one. Without an administrator PIN a locked PIN stays locked. */
  createKey(
    label: string,
    pin: Uint8Array,
    adminPin: Uint8Array | null,
  ): Promise<Result<TokenId, ReadError | PinError | AppError<'file.exists' | 'request.invalid'>>>;

  /** Deletes the file and its backup, with every key in it. A file that is no software key is left alone. */
  removeKey(): Promise<Result<void, ReadError>>;

  /**
   * Takes in the keys and certificates of a PKCS#12 or CFCA key file (binary, base64 or PEM, up to 1 MiB). A
   * signing and an encryption key of one file share a container. A key that is here already is refused.
   */
  importKeys(
    content: Uint8Array,
    password: Uint8Array,
    pin: Uint8Array,
    options: ImportOptions,
  ): Promise<
    Result<readonly ImportedContainer[], WriteError | PinError | ExchangeError | AppError<'container.exists'>>
  >;

  /** One key with its certificate as PKCS#12. `password`: at least 8 bytes. */
  exportKey(
    container: ContainerId,
    use: KeyUse,
    password: Uint8Array,
    pin: Uint8Array,
    options: PinOptions,
  ): Promise<
    Result<Uint8Array, UseError | PinError | ExchangeError | AppError<'key.notFound' | 'certificate.missing'>>
  >;

  /** A sealed copy that opens with the PIN of this moment. `target` is absolute and not there yet. */
  backUp(target: string): Promise<Result<void, ReadError | AppError<'file.exists'>>>;

  /**
   * Puts a copy in the place of a damaged or missing file, which is kept as `<file>.damaged`. A file that is
   * good is never replaced (`file.exists`). `source` null: the backup that is kept beside every file.
   */
  restore(source: string | null): Promise<Result<TokenId, ReadError | AppError<'file.exists'>>>;
}

/** As METHOD_KIND: every one of them changes files or derives keys for a while. */
export const SOFTWARE_METHOD_KIND = {
  createKey: 'write',
  removeKey: 'write',
  importKeys: 'write',
  exportKey: 'write',
  backUp: 'write',
  restore: 'write',
} as const satisfies Record<keyof SoftwareKeyStore, 'write'>;
