// 软证书: fills the token port with one key file. Runs in a driver host like any vendor library, so that
// private keys never enter the application process.

import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { TokenProvider } from '../../core/token/provider.ts';
import type { ContainerKey, KeyContainer, Token } from '../../core/token/token.ts';
import {
  withCertificate,
  withData,
  withKey,
  withNewContainer,
  withoutContainer,
  withoutData,
  withSigningKey,
} from './container-changes.ts';
import { openEncryptionKey } from './encryption-key.ts';
import { openContent } from './envelope-content.ts';
import { findContainer, findKey, servesBoth, type NoKey } from './find-key.ts';
import { glanceAt, readKeyFile } from './key-file-access.ts';
import {
  CONTAINER_NAME,
  DATA_NAME,
  LIMITS,
  serialiseKeyFile,
  type KeyFile,
  type StoredContainer,
} from './key-file.ts';
import type { KeyPair } from './key-family.ts';
import { KEY_FAMILIES } from './key-families.ts';
import { pinStatusOf } from './pin-check.ts';
import { wipe } from './sealing.ts';
import { createSession, type Session } from './session.ts';
import type { Content } from './vault.ts';

export const SOFTWARE_MODEL = '软证书';

/** `path` is absolute. Opens nothing yet. */
export function createSoftwareProvider(path: string, session: Session = createSession(path)): TokenProvider {
  let wasSeen = false;

  return {
    async listTokens() {
      const file = await readKeyFile(path);
      if (!file.ok) return file;
      // A path that was never right is named; a file that went away is a token that was unplugged.
      if (file.value === null) return wasSeen ? ok([]) : err({ code: 'file.missing', path });
      wasSeen = true;
      return ok([toToken(file.value)]);
    },

    glance: () => glanceAt(path),

    async listContainers(token) {
      const file = await session.read(token);
      return file.ok
        ? ok(file.value.containers.map((container) => toContainer(container, session.isLoggedIn())))
        : file;
    },

    async readPinStatus(token) {
      const file = await session.read(token);
      return file.ok ? ok(pinStatusOf(file.value.user)) : file;
    },

    async readCapacity(token) {
      const file = await session.read(token);
      if (!file.ok) return file;
      const freeText = LIMITS.fileBytes - serialiseKeyFile(file.value).length;
      return ok({
        freeContainers: LIMITS.containers - file.value.containers.length,
        // Base64 makes four characters of three bytes.
        freeBytes: Math.max(0, Math.floor((freeText * 3) / 4)),
      });
    },

    async login(token, pin, options) {
      try {
        return await session.login(token, pin, options);
      } finally {
        wipe(pin);
      }
    },

    async logout(token) {
      session.logout();
      const file = await session.read(token);
      return file.ok ? ok(undefined) : file;
    },

    async changePin(token, oldPin, newPin, options) {
      try {
        return await session.setUserPin(token, 'user', oldPin, newPin, options);
      } finally {
        wipe(oldPin, newPin);
      }
    },

    async unblockPin(token, adminPin, newPin, options) {
      try {
        return await session.setUserPin(token, 'admin', adminPin, newPin, options);
      } finally {
        wipe(adminPin, newPin);
      }
    },

    async createContainer(token, container) {
      if (!CONTAINER_NAME.test(container)) return err({ code: 'token.writeRefused' });
      return session.change(token, 'follow', (content): Result<Content, CreateRefusal> => {
        if (findContainer(content, container).ok) return err({ code: 'container.exists', container });
        if (content.containers.length >= LIMITS.containers) return err({ code: 'token.full' });
        return ok(withNewContainer(content, container));
      });
    },

    async generateKeyPair(token, container, algorithm, label) {
      const there = await session.withContent(token, (content) => findContainer(content, container));
      if (!there.ok) return there;
      // Outside the lock: a large RSA key takes seconds.
      const pair = await KEY_FAMILIES[algorithm].generate(algorithm);
      try {
        const written = await session.change(token, 'followOrGo', (content) => {
          const found = findContainer(content, container);
          return found.ok ? ok(withSigningKey(content, container, plainLabel(label), pair)) : found;
        });
        return written.ok ? ok(pair.publicKey) : written;
      } finally {
        wipe(pair.privateKey);
      }
    },

    async importEncryptionKey(token, container, envelope) {
      const opened = await session.withContent(token, (content): Result<KeyPair, OpenRefusal> => {
        const signing = findKey(content, container, 'signing');
        if (!signing.ok) return signing;
        return openEncryptionKey(signing.value.algorithm, signing.value.privateKey, envelope);
      });
      if (!opened.ok) return opened;
      const written = await session.change(token, 'follow', (content) => {
        const found = findContainer(content, container);
        return found.ok ? ok(withKey(content, container, 'encryption', opened.value)) : found;
      });
      wipe(opened.value.privateKey);
      return written.ok ? ok(opened.value.publicKey) : written;
    },

    async writeCertificate(token, container, use, der) {
      if (der.length === 0) return err({ code: 'token.writeRefused' });
      if (der.length > LIMITS.certificateBytes) return err({ code: 'token.full' });
      return session.change(token, 'follow', (content) => {
        const found = findContainer(content, container);
        return found.ok ? ok(withCertificate(content, container, use, der)) : found;
      });
    },

    async readCertificate(token, container, use) {
      const file = await session.read(token);
      const found = file.ok ? findContainer(file.value, container) : file;
      if (!found.ok) return found;
      const certificate = found.value.certificates.find((stored) => stored.use === use);
      return certificate === undefined ? err({ code: 'certificate.missing', use }) : ok(certificate.der);
    },

    async deleteContainer(token, container) {
      return session.change(token, 'followOrGo', (content) => ok(withoutContainer(content, container)));
    },

    async sign(token, container, hash, message) {
      return session.withContent(token, (content): Result<Uint8Array, SignRefusal> => {
        const key = findKey(content, container, 'signing');
        if (!key.ok) return key;
        const { algorithm, publicKey, privateKey } = key.value;
        const family = KEY_FAMILIES[algorithm];
        const signature = family.sign(privateKey, hash, message);
        if (signature === null) return err({ code: 'key.unsupported', algorithm });
        const isGood = family.verify(publicKey, hash, message, signature);
        return isGood ? ok(signature) : err({ code: 'key.signatureInvalid' });
      });
    },

    async decrypt(token, container, use, envelope) {
      return session.withContent(token, (content): Result<Uint8Array, OpenRefusal> => {
        const key = findKey(content, container, use);
        if (!key.ok) return key;
        const { algorithm, privateKey } = key.value;
        const family = KEY_FAMILIES[algorithm];
        if (!family.opens(envelope.keyTransport)) return err({ code: 'key.unsupported', algorithm });
        const contentKey = family.unwrap(privateKey, envelope.keyTransport, envelope.wrappedKey);
        const opened = contentKey && openContent(envelope, contentKey);
        wipe(contentKey);
        return opened === null ? err({ code: 'key.decryptionFailed' }) : ok(opened);
      });
    },

    async listDataObjects(token) {
      const file = await session.read(token);
      return file.ok
        ? ok(file.value.data.map(({ name, content }) => ({ name, size: content.length })))
        : file;
    },

    async readDataObject(token, name) {
      const file = await session.read(token);
      if (!file.ok) return file;
      const found = file.value.data.find((data) => data.name === name);
      return found === undefined ? err({ code: 'data.notFound', name }) : ok(found.content);
    },

    async writeDataObject(token, name, bytes) {
      if (!DATA_NAME.test(name)) return err({ code: 'token.writeRefused' });
      if (bytes.length > LIMITS.dataObjectBytes) return err({ code: 'token.full' });
      return session.change(token, 'follow', (content) => {
        const changed = withData(content, name, bytes);
        return changed.data.length > LIMITS.dataObjects ? err({ code: 'token.full' }) : ok(changed);
      });
    },

    async deleteDataObject(token, name) {
      return session.change(token, 'follow', (content) => {
        const isThere = content.data.some((data) => data.name === name);
        return isThere ? ok(withoutData(content, name)) : err({ code: 'data.notFound', name });
      });
    },
  };
}

function toToken(file: KeyFile): Token {
  return {
    id: file.serial,
    label: file.label,
    serial: file.serial,
    serialClash: false,
    manufacturer: '',
    model: SOFTWARE_MODEL,
    pin: pinStatusOf(file.user),
    sm2: 'full',
  };
}

function toContainer({ id, label, keys, certificates }: StoredContainer, isLoggedIn: boolean): KeyContainer {
  const hasPrivateKey = isLoggedIn ? true : null;
  return {
    id,
    label,
    keys: keys.map(({ algorithm, publicKey, use }): ContainerKey => ({
      use: servesBoth(keys, use) ? 'both' : use,
      algorithm,
      publicKey,
      hasPrivateKey,
    })),
    certificates,
  };
}

type CreateRefusal = AppError<'container.exists' | 'token.full'>;
type SignRefusal = NoKey | AppError<'key.unsupported' | 'key.signatureInvalid'>;
type OpenRefusal = NoKey | AppError<'key.unsupported' | 'key.decryptionFailed'>;

function plainLabel(label: string): string {
  return label.replace(/\p{Cc}/gu, ' ').slice(0, 128);
}
