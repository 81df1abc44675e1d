// A PKCS#11 module as a TokenProvider. Synchronous inside and only for the driver host: a call may block for
// minutes or take the process down.

import type { AppError, ErrorCode } from '../../core/errors/codes.ts';
import { err, type Result } from '../../core/errors/result.ts';
import type { TokenProvider } from '../../core/token/provider.ts';
import type { Capacity, ContainerId, Token, TokenId } from '../../core/token/token.ts';
import {
  Refusal,
  DRIVER_CODES,
  PIN_CODES,
  READ_CODES,
  USE_CODES,
  WRITE_CODES,
  type FailureContext,
} from '../driver-failures.ts';
import { isUnavailable } from './abi.ts';
import { readCertificate, writeCertificate } from './certificates.ts';
import { toContainers } from './containers.ts';
import type { Cryptoki } from './cryptoki.ts';
import { deleteDataObject, listDataObjects, readDataObject, writeDataObject } from './data-objects.ts';
import { settle } from './failures.ts';
import { generateKeyPair, supportedSpec } from './key-generation.ts';
import { isCkaId, readContainerObjects, readObjects } from './objects.ts';
import { changePin, login, pinStatusOf, unblockPin, type PinDriver } from './pin.ts';
import { sign } from './signing.ts';
import { offersSm2 } from './sm2-mechanisms.ts';
import { orNull, type SeenToken } from './token-scan.ts';
import { createTokens, type OpenToken } from './tokens.ts';

/** Names that `createContainer` takes (see the port). */
const NEW_CONTAINER = /^([0-9a-f]{2}){1,16}$/;

/** `close` ends every session, which logs out; afterwards nothing may be called. */
export function createPkcs11Provider(
  module: string,
  driver: PinDriver,
): { readonly provider: TokenProvider; readonly close: () => void } {
  const { cryptoki } = driver;
  const tokens = createTokens(cryptoki);

  const contextOf = (operation: string, id: TokenId | null): FailureContext => ({
    module,
    operation,
    isTokenThere: () => id === null || tokens.isPresent(id),
    dropSession: () => id !== null && tokens.forget(id),
  });

  function onToken<T, const C extends ErrorCode>(
    operation: keyof TokenProvider,
    id: TokenId,
    codes: readonly C[],
    work: (token: OpenToken) => T,
  ): Result<T, AppError<C> | AppError<'driver.failed'>> {
    return settle(contextOf(operation, id), codes, () => work(tokens.open(id)));
  }

  return {
    provider: {
      async listTokens() {
        return settle(contextOf('listTokens', null), DRIVER_CODES, () =>
          tokens.list().map((token) => toToken(cryptoki, token)),
        );
      },
      async glance() {
        return settle(contextOf('glance', null), DRIVER_CODES, tokens.glance);
      },
      async listContainers(id) {
        return onToken('listContainers', id, READ_CODES, (token) =>
          toContainers(readObjects(cryptoki, token.session, []), token.isLoggedIn || token.needsNoLogin),
        );
      },
      async readPinStatus(id) {
        return onToken('readPinStatus', id, READ_CODES, (token) => pinStatusOf(token.info));
      },
      async readCapacity(id) {
        return onToken('readCapacity', id, READ_CODES, capacityOf);
      },
      async login(id, pin, options) {
        return zeroing([pin], () =>
          onToken('login', id, PIN_CODES, (token) => login(driver, token, pin, options)),
        );
      },
      async logout(id) {
        return settle(contextOf('logout', id), READ_CODES, () => tokens.logout(id));
      },
      async changePin(id, oldPin, newPin, options) {
        return zeroing([oldPin, newPin], () =>
          onToken('changePin', id, PIN_CODES, (token) => changePin(driver, token, oldPin, newPin, options)),
        );
      },
      async unblockPin(id, adminPin, newPin, options) {
        return zeroing([adminPin, newPin], () =>
          onToken('unblockPin', id, PIN_CODES, (token) =>
            unblockPin(driver, token, adminPin, newPin, options),
          ),
        );
      },
      async createContainer(id, container) {
        return onToken('createContainer', id, [...WRITE_CODES, 'container.exists'], (token) => {
          requireLogin(token);
          if (!NEW_CONTAINER.test(container)) refuseName('createContainer');
          if (objectCount(cryptoki, token, container) > 0) {
            throw new Refusal({ code: 'container.exists', container });
          }
        });
      },
      async generateKeyPair(id, container, algorithm, label) {
        return onToken('generateKeyPair', id, [...WRITE_CODES, 'key.unsupported'], (token) => {
          requireLogin(token);
          if (!isCkaId(container)) refuseName('generateKeyPair');
          supportedSpec(cryptoki, token, algorithm);
          destroyContainer(cryptoki, token, container);
          return generateKeyPair(cryptoki, token, container, algorithm, label);
        });
      },
      /** No SM2 and no envelope import in PKCS#11 as published; SKF libraries have it. */
      async importEncryptionKey() {
        return err({ code: 'driver.unsupported', operation: 'importEncryptionKey' });
      },
      async writeCertificate(id, container, use, der) {
        return onToken('writeCertificate', id, WRITE_CODES, (token) => {
          requireLogin(token);
          writeCertificate(cryptoki, token, container, use, der);
        });
      },
      async readCertificate(id, container, use) {
        return onToken('readCertificate', id, [...USE_CODES, 'certificate.missing'], (token) =>
          readCertificate(cryptoki, token, container, use),
        );
      },
      async deleteContainer(id, container) {
        return onToken('deleteContainer', id, WRITE_CODES, (token) => {
          requireLogin(token);
          destroyContainer(cryptoki, token, container);
        });
      },
      async sign(id, container, hash, message) {
        return onToken(
          'sign',
          id,
          [...USE_CODES, 'key.notFound', 'key.unsupported', 'key.signatureInvalid'],
          (token) => sign(cryptoki, token, container, hash, message),
        );
      },
      async decrypt(id, container, use, envelope) {
        // Its ciphers take longer to load than a token takes to be listed.
        const { decrypt } = await import('./decryption.ts');
        return onToken(
          'decrypt',
          id,
          [...USE_CODES, 'key.notFound', 'key.unsupported', 'key.decryptionFailed'],
          (token) => decrypt(cryptoki, token, container, use, envelope),
        );
      },
      async listDataObjects(id) {
        return onToken('listDataObjects', id, READ_CODES, (token) => listDataObjects(cryptoki, token));
      },
      async readDataObject(id, name) {
        return onToken('readDataObject', id, [...USE_CODES, 'data.notFound'], (token) =>
          readDataObject(cryptoki, token, name),
        );
      },
      async writeDataObject(id, name, content) {
        return onToken('writeDataObject', id, WRITE_CODES, (token) => {
          requireLogin(token);
          writeDataObject(cryptoki, token, name, content);
        });
      },
      async deleteDataObject(id, name) {
        return onToken('deleteDataObject', id, [...WRITE_CODES, 'data.notFound'], (token) => {
          requireLogin(token);
          deleteDataObject(cryptoki, token, name);
        });
      },
    },
    close: () => tokens.close(),
  };
}

function toToken(cryptoki: Cryptoki, { id, serialClash, face, slot, info }: SeenToken): Token {
  const mechanisms = orNull(() => cryptoki.mechanisms(slot)) ?? new Set();
  const sm2 = offersSm2(mechanisms) ? 'readOnly' : 'none';
  return { id, serialClash, ...face, pin: pinStatusOf(info), sm2 };
}

/** Public and private memory may be one or two; the smaller one is what can be relied on. */
function capacityOf({ info }: OpenToken): Capacity {
  // pkcs11js answers BigInt, whatever its types say.
  const sizes = [info.freePublicMemory, info.freePrivateMemory].map((size) => BigInt(size));
  const known = sizes.filter((size) => !isUnavailable(size)).map(Number);
  return { freeContainers: null, freeBytes: known.length === 0 ? null : Math.min(...known) };
}

function requireLogin({ isLoggedIn, needsNoLogin }: OpenToken): void {
  if (!isLoggedIn && !needsNoLogin) throw new Refusal({ code: 'pin.required' });
}

function refuseName(operation: string): never {
  throw new Refusal({ code: 'driver.unsupported', operation });
}

function objectCount(cryptoki: Cryptoki, token: OpenToken, container: ContainerId): number {
  const { certificates, publicKeys, privateKeys } = readContainerObjects(cryptoki, token.session, container);
  return certificates.length + publicKeys.length + privateKeys.length;
}

/** Private keys first: what an interruption leaves is then never taken for a key that can be used. */
function destroyContainer(cryptoki: Cryptoki, token: OpenToken, container: ContainerId): void {
  const { certificates, publicKeys, privateKeys } = readContainerObjects(cryptoki, token.session, container);
  for (const { handle } of [...privateKeys, ...publicKeys, ...certificates]) {
    cryptoki.destroy(token.session, handle);
  }
}

function zeroing<T>(secrets: readonly Uint8Array[], work: () => T): T {
  try {
    return work();
  } finally {
    for (const secret of secrets) secret.fill(0);
  }
}
