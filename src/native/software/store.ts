// The software key as a file: fills core/token/software-keys.ts. Each method logs in for itself and out again.

import { randomBytes } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { PinError, PinOptions, ReadError } from '../../core/token/provider.ts';
import type { ImportedContainer, SoftwareKeyStore } from '../../core/token/software-keys.ts';
import type { ContainerId, TokenId } from '../../core/token/token.ts';
import { writeDurably } from '../../storage/durable-file.ts';
import { storageErrorOf } from '../../storage/storage-error.ts';
import { createSoftwareKey } from './create.ts';
import { pkcs8Of } from './exchange/pkcs8.ts';
import { writePkcs12 } from './exchange/pkcs12-write.ts';
import type { ImportedKey } from './exchange/read-key-file.ts';
import { withKeyFileLock } from './key-file-lock.ts';
import { findContainer, findKey, type NoKey } from './find-key.ts';
import type { PlannedKey } from './import-plan.ts';
import { backupPath, isOurs, readKeyFile, writeKeyFile, type FileError } from './key-file-access.ts';
import { serialiseKeyFile } from './key-file.ts';
import { wipe } from './sealing.ts';
import { createSession, type Session } from './session.ts';
import { readVault } from './vault.ts';

const LOCK_WAIT_MS = 10_000;
/** In bytes. The exported file can be attacked off line, and its password is all that protects it. */
const MIN_EXPORT_PASSWORD = 8;

/** `path` is absolute. */
export function createSoftwareKeyStore(path: string): SoftwareKeyStore {
  /** One login for one piece of work. */
  async function loggedIn<T, E>(
    pin: Uint8Array,
    options: PinOptions,
    work: (session: Session, token: TokenId) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | PinError | ReadError>> {
    const file = await readVault(path);
    if (!file.ok) return file;
    const session = createSession(path);
    try {
      const login = await session.login(file.value.serial, pin, options);
      return login.ok ? await work(session, file.value.serial) : login;
    } finally {
      session.logout();
    }
  }

  return {
    createKey: (label, pin, adminPin) => createSoftwareKey(path, { label, pin, adminPin }),

    async removeKey() {
      return withKeyFileLock(path, LOCK_WAIT_MS, async (): Promise<Result<void, FileError>> => {
        const file = await readKeyFile(path);
        if (file.ok && file.value === null) return err({ code: 'file.missing', path });
        if (!file.ok && !(await isOurs(path))) return file;
        try {
          await rm(path);
          await rm(backupPath(path), { force: true });
          return ok(undefined);
        } catch (error) {
          return err(storageErrorOf(error, path));
        }
      });
    },

    async importKeys(content, password, pin, options) {
      let opened: readonly ImportedKey[] = [];
      try {
        const [exchange, { planImport, withPlannedKeys }] = await loadImport();
        const read = exchange.readKeyFile(content, password);
        if (!read.ok) return read;
        opened = read.value;
        return await loggedIn(pin, options, async (session, token) => {
          let planned: readonly PlannedKey[] = [];
          const written = await session.change(token, 'follow', (before) => {
            const plan = planImport(read.value, before.containers, options.container, newContainerId);
            if (!plan.ok) return plan;
            planned = plan.value;
            return ok(withPlannedKeys(before, planned));
          });
          return written.ok ? ok(summarise(planned)) : written;
        });
      } finally {
        wipe(password, pin, ...opened.map(({ pair }) => pair.privateKey));
      }
    },

    async exportKey(container, use, password, pin, options) {
      try {
        if (password.length < MIN_EXPORT_PASSWORD)
          return err({ code: 'keyFile.passwordTooShort', min: MIN_EXPORT_PASSWORD });
        return await loggedIn(pin, options, (session, token) =>
          session.withContent(token, (content): Result<Uint8Array, ExportRefusal> => {
            const key = findKey(content, container, use);
            if (!key.ok) return key;
            const found = findContainer(content, container);
            if (!found.ok) return found;
            const certificate = found.value.certificates.find((stored) => stored.use === key.value.use);
            if (certificate === undefined) return err({ code: 'certificate.missing', use });
            const pkcs8 = pkcs8Of(key.value);
            const entry = { pkcs8, certificate: certificate.der, chain: [], label: found.value.label };
            const file = writePkcs12(entry, password);
            wipe(pkcs8);
            return file === null
              ? err({ code: 'keyFile.invalid', reason: 'password is no UTF-8' })
              : ok(file);
          }),
        );
      } finally {
        wipe(password, pin);
      }
    },

    async backUp(target) {
      if (!isAbsolute(target)) return err({ code: 'driver.relativePath', module: target });
      const file = await readVault(path);
      if (!file.ok) return file;
      if (await exists(target)) return err({ code: 'file.exists', path: target });
      return writeDurably(target, serialiseKeyFile(file.value));
    },

    async restore(source) {
      const copy = await readKeyFile(source ?? backupPath(path));
      if (!copy.ok) return copy;
      const file = copy.value;
      if (file === null) return err({ code: 'file.missing', path: source ?? backupPath(path) });
      return withKeyFileLock(
        path,
        LOCK_WAIT_MS,
        async (): Promise<Result<TokenId, FileError | AppError<'file.exists'>>> => {
          const current = await readKeyFile(path);
          if (current.ok && current.value !== null) return err({ code: 'file.exists', path });
          if (!current.ok && current.error.code !== 'storage.damaged') return current;
          if (!current.ok) {
            const kept = await keepAside(path);
            if (!kept.ok) return kept;
          }
          const written = await writeKeyFile(path, file, 'follow');
          return written.ok ? ok(file.serial) : written;
        },
      );
    },
  };
}

type ExportRefusal = NoKey | AppError<'certificate.missing' | 'keyFile.invalid'>;

/** Reading foreign key files loads the certificate schemas, which a host that only lists does without. */
function loadImport() {
  return Promise.all([import('./exchange/read-key-file.ts'), import('./import-plan.ts')]);
}

function newContainerId(): ContainerId {
  return randomBytes(8).toString('hex');
}

/** Renames the damaged file to the first free of `.damaged`, `.damaged-2`, … */
async function keepAside(path: string): Promise<Result<void, FileError>> {
  for (let number = 1; ; number++) {
    const aside = number === 1 ? `${path}.damaged` : `${path}.damaged-${number}`;
    if (await exists(aside)) continue;
    try {
      await rename(path, aside);
      return ok(undefined);
    } catch (error) {
      return err(storageErrorOf(error, path));
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function summarise(planned: readonly PlannedKey[]): readonly ImportedContainer[] {
  return [...new Set(planned.map(({ container }) => container))].map((container) => {
    const parts = planned.filter((key) => key.container === container);
    return {
      container,
      label: parts[0]?.label ?? '',
      uses: parts.map(({ use }) => use),
      certificates: parts.filter(({ certificate }) => certificate !== null).map(({ use }) => use),
    };
  });
}
