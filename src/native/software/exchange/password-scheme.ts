// Decryption under a password as PKCS#12 files use it: PBES2 (RFC 8018) and the older schemes of RFC 7292
// appendix C. Everything is bounded: a file may not ask for hours of work.

import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import {
  childrenOf,
  expectTag,
  malformed,
  readOid,
  readSmallInteger,
  TAG,
  type DerElement,
} from '../../../core/certificate/der.ts';
import { wipe } from '../sealing.ts';
import { bmpPassword, pkcs12Kdf, PURPOSE, type KdfHash } from './pkcs12-kdf.ts';
import { decryptRc2Cbc } from './rc2.ts';

const MAX_ITERATIONS = 5_000_000;
const MAX_OLD_ITERATIONS = 1_000_000;

type OldCipher = 'des3' | 'des2' | 'rc2-128' | 'rc2-40';

export type PasswordScheme =
  | {
      readonly kind: 'pbes2';
      readonly cipher: string;
      readonly keyBytes: number;
      readonly prf: KdfHash;
      readonly salt: Uint8Array;
      readonly iterations: number;
      readonly iv: Uint8Array;
    }
  | {
      readonly kind: 'pkcs12';
      readonly cipher: OldCipher;
      readonly salt: Uint8Array;
      readonly iterations: number;
    }
  /** Object identifier of what we do not know. */
  | { readonly kind: 'unknown'; readonly oid: string };

const OLD_CIPHERS: Readonly<Record<string, OldCipher>> = {
  '1.2.840.113549.1.12.1.3': 'des3',
  '1.2.840.113549.1.12.1.4': 'des2',
  '1.2.840.113549.1.12.1.5': 'rc2-128',
  '1.2.840.113549.1.12.1.6': 'rc2-40',
};
const OLD_KEY_BYTES: Readonly<Record<OldCipher, number>> = { des3: 24, des2: 16, 'rc2-128': 16, 'rc2-40': 5 };

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const CIPHERS: Readonly<Record<string, readonly [name: string, keyBytes: number]>> = {
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
  '1.2.840.113549.3.7': ['des-ede3-cbc', 24],
};
const PRFS: Readonly<Record<string, KdfHash>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/** From an AlgorithmIdentifier; for use inside `readDer`. */
export function readPasswordScheme(algorithm: DerElement | undefined): PasswordScheme {
  const [type, parameters] = childrenOf(expectTag(algorithm, TAG.sequence, 'encryption algorithm'));
  const name = readOid(type);
  const fields = childrenOf(expectTag(parameters, TAG.sequence, 'encryption parameters'));
  const cipher = OLD_CIPHERS[name];
  if (cipher !== undefined) {
    const salt = expectTag(fields[0], TAG.octetString, 'salt').content;
    return { kind: 'pkcs12', cipher, salt, iterations: readIterations(fields[1], MAX_OLD_ITERATIONS) };
  }
  return name === PBES2 ? readPbes2(fields) : { kind: 'unknown', oid: name };
}

function readPbes2([derivation, encryption]: readonly DerElement[]): PasswordScheme {
  const [kdf, kdfParameters] = childrenOf(expectTag(derivation, TAG.sequence, 'key derivation'));
  if (readOid(kdf) !== PBKDF2) return { kind: 'unknown', oid: readOid(kdf) };
  const [salt, iterations, ...rest] = childrenOf(expectTag(kdfParameters, TAG.sequence, 'PBKDF2'));
  const prfAlgorithm = rest.find(({ tag }) => tag === TAG.sequence);
  const prfName = prfAlgorithm ? readOid(childrenOf(prfAlgorithm)[0]) : '1.2.840.113549.2.7';
  const prf = PRFS[prfName];
  const [type, iv] = childrenOf(expectTag(encryption, TAG.sequence, 'cipher'));
  const cipher = CIPHERS[readOid(type)];
  if (prf === undefined) return { kind: 'unknown', oid: prfName };
  if (cipher === undefined) return { kind: 'unknown', oid: readOid(type) };
  return {
    kind: 'pbes2',
    cipher: cipher[0],
    keyBytes: cipher[1],
    prf,
    salt: expectTag(salt, TAG.octetString, 'salt').content,
    iterations: readIterations(iterations, MAX_ITERATIONS),
    iv: expectTag(iv, TAG.octetString, 'initial vector').content,
  };
}

export function readIterations(element: DerElement | undefined, most: number): number {
  const count = readSmallInteger(element);
  return count >= 1 && count <= most ? count : malformed('iteration count out of range');
}

/** null: wrong password, or not made with this scheme. `password` is UTF-8. The caller wipes the answer. */
export function decryptWithPassword(
  scheme: Exclude<PasswordScheme, { readonly kind: 'unknown' }>,
  password: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | null {
  if (scheme.kind === 'pbes2') {
    const { cipher, prf, salt, iterations, keyBytes, iv } = scheme;
    const key = pbkdf2Sync(password, salt, iterations, keyBytes, prf);
    return decrypt(cipher, key, iv, ciphertext);
  }
  const { cipher, salt, iterations } = scheme;
  const bmp = bmpPassword(password);
  if (bmp === null) return null;
  const key = pkcs12Kdf('sha1', bmp, salt, PURPOSE.key, iterations, OLD_KEY_BYTES[cipher]);
  const iv = pkcs12Kdf('sha1', bmp, salt, PURPOSE.iv, iterations, 8);
  wipe(bmp);
  if (cipher === 'rc2-128' || cipher === 'rc2-40') return decryptRc2Cbc(key, iv, ciphertext);
  // Two-key triple DES is three-key with the first key again.
  const whole = cipher === 'des2' ? Buffer.concat([key, key.subarray(0, 8)]) : key;
  return decrypt('des-ede3-cbc', whole, iv, ciphertext);
}

function decrypt(cipher: string, key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  try {
    const decipher = createDecipheriv(cipher, key, iv);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    return null;
  } finally {
    wipe(key);
  }
}
