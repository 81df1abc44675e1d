// Writes PKCS#12 (RFC 7292) that OpenSSL 1.1 and later, Java 8u301 and Windows 10 read: AES-256-CBC under
// PBKDF2-HMAC-SHA256 (PBES2), MAC with HMAC-SHA256.

import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import {
  derNull,
  encode,
  octetString,
  oid,
  sequence,
  setOf,
  smallInteger,
  TAG,
} from '../../../core/certificate/der.ts';
import { wipe } from '../sealing.ts';
import { bmpPassword, pkcs12Kdf, PURPOSE } from './pkcs12-kdf.ts';

/** Three derivations of this many rounds: .NET refuses more than 300 000 in one and a million in all. */
const ITERATIONS = 100_000;

export interface Pkcs12Entry {
  readonly pkcs8: Uint8Array;
  readonly certificate: Uint8Array;
  /** Other certificates, DER. */
  readonly chain: readonly Uint8Array[];
  readonly label: string;
}

/** `password` is UTF-8 and stays the caller's; null: it is no UTF-8. */
export function writePkcs12(
  { pkcs8, certificate, chain, label }: Pkcs12Entry,
  password: Uint8Array,
): Uint8Array | null {
  const bmp = bmpPassword(password);
  if (bmp === null) return null;
  const attributes = setOf(
    attribute('1.2.840.113549.1.9.21', octetString(createHash('sha1').update(certificate).digest())),
    ...(label === '' ? [] : [attribute('1.2.840.113549.1.9.20', encode(TAG.bmpString, bmpText(label)))]),
  );
  const certificates = sequence(certBag(certificate, attributes), ...chain.map((der) => certBag(der)));
  const key = encryptedUnder(password, pkcs8);
  const shrouded = sequence(key.algorithm, octetString(key.ciphertext));
  const keys = sequence(bag('1.2.840.113549.1.12.10.1.2', shrouded, attributes));
  const safes = sequence(encryptedSafe(encryptedUnder(password, certificates)), plainSafe(keys));

  const salt = randomBytes(16);
  const macKey = pkcs12Kdf('sha256', bmp, salt, PURPOSE.mac, ITERATIONS, 32);
  const digest = createHmac('sha256', macKey).update(safes).digest();
  wipe(macKey, bmp);
  const digestInfo = sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), derNull), octetString(digest));
  return sequence(
    smallInteger(3),
    plainSafe(safes),
    sequence(digestInfo, octetString(salt), smallInteger(ITERATIONS)),
  );
}

interface Encrypted {
  /** AlgorithmIdentifier */
  readonly algorithm: Uint8Array;
  readonly ciphertext: Uint8Array;
}

function encryptedUnder(password: Uint8Array, plaintext: Uint8Array): Encrypted {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const key = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  wipe(key);
  const prf = sequence(oid('1.2.840.113549.2.9'), derNull);
  const kdf = sequence(
    oid('1.2.840.113549.1.5.12'),
    sequence(octetString(salt), smallInteger(ITERATIONS), prf),
  );
  const scheme = sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(iv));
  return { algorithm: sequence(oid('1.2.840.113549.1.5.13'), sequence(kdf, scheme)), ciphertext };
}

/** ContentInfo with data. */
function plainSafe(content: Uint8Array): Uint8Array {
  return sequence(oid('1.2.840.113549.1.7.1'), encode(0xa0, octetString(content)));
}

function encryptedSafe({ algorithm, ciphertext }: Encrypted): Uint8Array {
  const info = sequence(oid('1.2.840.113549.1.7.1'), algorithm, encode(0x80, ciphertext));
  return sequence(oid('1.2.840.113549.1.7.6'), encode(0xa0, sequence(smallInteger(0), info)));
}

function certBag(der: Uint8Array, attributes?: Uint8Array): Uint8Array {
  const value = sequence(oid('1.2.840.113549.1.9.22.1'), encode(0xa0, octetString(der)));
  return bag('1.2.840.113549.1.12.10.1.3', value, attributes);
}

function bag(type: string, value: Uint8Array, attributes?: Uint8Array): Uint8Array {
  return sequence(oid(type), encode(0xa0, value), ...(attributes === undefined ? [] : [attributes]));
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), setOf(value));
}

function bmpText(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16();
}
