// Fills the token port with an SKF library. Runs in a driver host only. Containers and data files are those of
// the token's application, under their own names.

import type { AppError, ErrorCode } from '../../core/errors/codes.ts';
import { ok, type Result } from '../../core/errors/result.ts';
import type { TokenProvider } from '../../core/token/provider.ts';
import type { Token, TokenId } from '../../core/token/token.ts';
import { DRIVER_CODES, PIN_CODES, READ_CODES, USE_CODES, WRITE_CODES, refuse } from '../driver-failures.ts';
import {
  createContainer,
  deleteContainer,
  exportCertificate,
  generateKeyPair,
  importCertificate,
  listContainers,
  withContainer,
} from './containers.ts';
import { openEnvelope } from './decryption.ts';
import { settle } from './failures.ts';
import { deleteFile, listAllFiles, readAnyFile, writeFile } from './files.ts';
import { importEncryptionKey } from './key-import.ts';
import type { SkfLibrary } from './library.ts';
import { changePin, clearSecureState, login, readPinStatus, unblockPin } from './pin.ts';
import { signMessage } from './signing.ts';
import { createTokens, type OpenToken, type SeenToken } from './tokens.ts';

export interface SkfProvider {
  readonly provider: TokenProvider;
  readonly close: () => void;
}

/** `module` names the library in errors. */
export function createSkfProvider(module: string, library: SkfLibrary): SkfProvider {
  const tokens = createTokens(library);

  function on<T, const C extends ErrorCode>(
    id: TokenId,
    operation: string,
    codes: readonly C[],
    work: () => T,
  ): Result<T, AppError<C> | AppError<'driver.failed'>> {
    const context = {
      module,
      operation,
      isTokenThere: () => tokens.isPresent(id),
      dropSession: () => tokens.drop(id),
      isLoggedIn: () => tokens.isHeld(id),
    };
    return settle(context, codes, work);
  }

  /** Work that needs the PIN; another program's login is not ours to use. */
  function loggedIn<T>(id: TokenId, work: (application: bigint, token: OpenToken) => T): T {
    const isOurs = tokens.isHeld(id);
    return tokens.use(id, (token) =>
      isOurs ? work(token.application, token) : refuse({ code: 'pin.required' }),
    );
  }

  function inContainer<T>(id: TokenId, container: string, work: (handle: bigint) => T): T {
    return loggedIn(id, (application) => withContainer(library, application, container, work));
  }

  const listing = {
    module,
    operation: 'list',
    isTokenThere: () => true,
    dropSession: () => undefined,
    isLoggedIn: () => false,
  };

  const provider: TokenProvider = {
    async listTokens() {
      return settle(listing, DRIVER_CODES, () => tokens.list().map(toToken));
    },

    async glance() {
      return settle(listing, DRIVER_CODES, tokens.glance);
    },

    async listContainers(token) {
      return on(token, 'list', READ_CODES, () =>
        tokens.use(token, ({ application, confirm }) => {
          const containers = listContainers(library, application);
          confirm();
          return containers;
        }),
      );
    },

    async readPinStatus(token) {
      return on(token, 'pin', READ_CODES, () =>
        tokens.use(token, ({ application }) => readPinStatus(library, application)),
      );
    },

    async readCapacity(token) {
      // The standard tells free bytes only; how many containers fit shows when one more is made.
      return on(token, 'capacity', READ_CODES, () =>
        tokens.use(token, ({ info }) => ({ freeContainers: null, freeBytes: info.freeSpace })),
      );
    },

    async login(token, pin, options) {
      try {
        return on(token, 'login', PIN_CODES, () =>
          tokens.hold(token, ({ application }) => login(library, application, pin, options)),
        );
      } finally {
        pin.fill(0);
      }
    },

    async logout(token) {
      tokens.release(token);
      return ok(undefined);
    },

    async changePin(token, oldPin, newPin, options) {
      try {
        return on(token, 'changePin', PIN_CODES, () =>
          tokens.use(token, ({ application }) => {
            const wasHeld = tokens.isHeld(token);
            try {
              changePin(library, application, oldPin, newPin, options);
            } finally {
              if (!wasHeld) clearSecureState(library, application);
            }
          }),
        );
      } finally {
        oldPin.fill(0);
        newPin.fill(0);
      }
    },

    async unblockPin(token, adminPin, newPin, options) {
      try {
        return on(token, 'unblockPin', PIN_CODES, () =>
          tokens.use(token, ({ application }) => {
            try {
              unblockPin(library, application, adminPin, newPin, options);
            } finally {
              clearSecureState(library, application);
            }
          }),
        );
      } finally {
        adminPin.fill(0);
        newPin.fill(0);
      }
    },

    async createContainer(token, container) {
      return on(token, 'createContainer', [...WRITE_CODES, 'container.exists'], () =>
        loggedIn(token, (application) => createContainer(library, application, container)),
      );
    },

    async generateKeyPair(token, container, algorithm) {
      return on(token, algorithm, [...WRITE_CODES, 'key.unsupported'], () =>
        inContainer(token, container, (handle) => generateKeyPair(library, handle, algorithm)),
      );
    },

    async importEncryptionKey(token, container, envelope) {
      return on(
        token,
        envelope.symmetricAlgorithm,
        [...WRITE_CODES, 'key.unsupported', 'key.decryptionFailed'],
        () => inContainer(token, container, (handle) => importEncryptionKey(library, handle, envelope)),
      );
    },

    async writeCertificate(token, container, use, der) {
      return on(token, 'writeCertificate', WRITE_CODES, () =>
        inContainer(token, container, (handle) => importCertificate(library, handle, use, der)),
      );
    },

    async readCertificate(token, container, use) {
      return on(token, 'readCertificate', [...USE_CODES, 'certificate.missing'], () =>
        tokens.use(token, ({ application, confirm }) => {
          const der = withContainer(library, application, container, (handle) =>
            exportCertificate(library, handle, use),
          );
          if (der === null) confirm();
          return der ?? refuse({ code: 'certificate.missing', use });
        }),
      );
    },

    async deleteContainer(token, container) {
      return on(token, 'deleteContainer', WRITE_CODES, () =>
        loggedIn(token, (application) => deleteContainer(library, application, container)),
      );
    },

    async sign(token, container, hash, message) {
      return on(token, hash, [...USE_CODES, 'key.notFound', 'key.unsupported', 'key.signatureInvalid'], () =>
        inContainer(token, container, (handle) => signMessage(library, handle, hash, message)),
      );
    },

    async decrypt(token, container, use, envelope) {
      const codes = [...USE_CODES, 'key.notFound', 'key.unsupported', 'key.decryptionFailed'] as const;
      return on(token, envelope.cipher, codes, () =>
        inContainer(token, container, (handle) => openEnvelope(library, handle, use, envelope)),
      );
    },

    async listDataObjects(token) {
      return on(token, 'listDataObjects', READ_CODES, () =>
        tokens.use(token, ({ application, others }) => listAllFiles(library, application, others())),
      );
    },

    async readDataObject(token, name) {
      return on(token, 'readDataObject', [...USE_CODES, 'data.notFound'], () =>
        tokens.use(token, ({ application, others }) => readAnyFile(library, application, others, name)),
      );
    },

    async writeDataObject(token, name, content) {
      return on(token, 'writeDataObject', WRITE_CODES, () =>
        loggedIn(token, (application) => writeFile(library, application, name, content)),
      );
    },

    async deleteDataObject(token, name) {
      return on(token, 'deleteDataObject', [...WRITE_CODES, 'data.notFound'], () =>
        loggedIn(token, (application) => deleteFile(library, application, name)),
      );
    },
  };

  return { provider, close: () => tokens.close() };
}

function toToken({ id, serialClash, face, pin }: SeenToken): Token {
  return { id, serialClash, ...face, pin, sm2: 'full' };
}
