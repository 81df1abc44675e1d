// RSA and EC keys by node:crypto. Node keeps its own copy of an imported key until it is collected; the bytes
// that we hold are wiped by whoever opened them.

import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  privateDecrypt,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { algorithmOf } from '../../core/certificate/driver-key.ts';
import type { SignatureHash } from '../../core/token/provider.ts';
import type { KeyAlgorithm } from '../../core/token/token.ts';
import type { KeyFamily, KeyPair } from './key-family.ts';
import { wipe } from './sealing.ts';

const DIGESTS: Readonly<Record<SignatureHash, string | null>> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  SM3: null,
};

const ENCODING = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const;

export const RSA_KEYS: KeyFamily = {
  ...signing(),
  generate(algorithm) {
    const modulusLength = Number(algorithm.slice('RSA-'.length));
    return new Promise((resolve, reject) => {
      generateKeyPair(
        'rsa',
        { modulusLength, publicExponent: 0x10001, ...ENCODING },
        settle(algorithm, resolve, reject),
      );
    });
  },
  opens: (transport) => transport !== 'SM2',
  unwrap(privateKey, transport, wrapped) {
    return withKey(privateKey, (key) => {
      if (transport === 'RSA-OAEP-SHA256')
        return privateDecrypt(
          { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
          wrapped,
        );
      // Electron's crypto refuses PKCS#1 decryption by name, so the padding is taken off here.
      const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, wrapped);
      const content = withoutPkcs1Padding(block);
      wipe(block);
      return content;
    });
  },
};

export const EC_KEYS: KeyFamily = {
  ...signing(),
  generate(algorithm) {
    const namedCurve = algorithm === 'EC-P384' ? 'P-384' : 'P-256';
    return new Promise((resolve, reject) => {
      generateKeyPair('ec', { namedCurve, ...ENCODING }, settle(algorithm, resolve, reject));
    });
  },
  opens: () => false,
  unwrap: () => null,
};

/** null: broken, encrypted, or of a kind or size that we do not use. */
export function importRsaOrEc(der: Uint8Array, type: 'pkcs1' | 'pkcs8'): KeyPair | null {
  try {
    const encoded = Buffer.from(der.buffer, der.byteOffset, der.byteLength);
    const key = createPrivateKey({ key: encoded, format: 'der', type });
    const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
    const algorithm = algorithmOf(publicKey);
    // Another kind never becomes SM2 here: its private form is the scalar, not PKCS#8.
    if (algorithm === null || algorithm === 'SM2') return null;
    return { algorithm, privateKey: key.export({ format: 'der', type: 'pkcs8' }), publicKey };
  } catch {
    return null;
  }
}

function signing(): Pick<KeyFamily, 'sign' | 'verify' | 'publicKeyOf'> {
  return {
    sign(privateKey, hash, message) {
      const digest = DIGESTS[hash];
      return digest === null ? null : withKey(privateKey, (key) => sign(digest, message, key));
    },
    verify(publicKey, hash, message, signature) {
      const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
      return verify(DIGESTS[hash], message, key, signature);
    },
    publicKeyOf: (privateKey) =>
      withKey(privateKey, (key) => createPublicKey(key).export({ format: 'der', type: 'spki' })),
  };
}

/** By hand: promisify does not know which of the encodings was asked for. */
function settle(
  algorithm: KeyAlgorithm,
  resolve: (pair: KeyPair) => void,
  reject: (error: Error) => void,
): (error: Error | null, publicKey: Buffer, privateKey: Buffer) => void {
  return (error, publicKey, privateKey) => {
    if (error === null) resolve({ algorithm, privateKey, publicKey });
    else reject(error);
  };
}

/** null where OpenSSL refuses the key or what is done with it. */
function withKey<T>(privateKey: Uint8Array, use: (key: KeyObject) => T): T | null {
  const der = Buffer.from(privateKey.buffer, privateKey.byteOffset, privateKey.byteLength);
  try {
    return use(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  } catch {
    return null;
  }
}

/** RFC 8017 §7.2.2: 00 02, at least eight bytes that are not zero, 00, content. */
function withoutPkcs1Padding(block: Uint8Array): Uint8Array | null {
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= 10 ? new Uint8Array(block.subarray(end + 1)) : null;
}
