// PKCS#12 / PFX (RFC 7292), password integrity and password privacy: keys with their certificates. The
// packages for it only describe the structure, and one of them not in full; opening it is ours either way
// (docs/decisions/0004-software-keys.md).

import { createHmac } from 'node:crypto';
import { definiteLengths } from '../../../core/certificate/ber.ts';
import {
  childrenOf,
  contextTag,
  equalBytes,
  expectTag,
  malformed,
  readDer,
  readOid,
  readSmallInteger,
  TAG,
  type DerElement,
} from '../../../core/certificate/der.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { wipe } from '../sealing.ts';
import {
  decryptWithPassword,
  readIterations,
  readPasswordScheme,
  type PasswordScheme,
} from './password-scheme.ts';
import { bmpPassword, pkcs12Kdf, PURPOSE, type KdfHash } from './pkcs12-kdf.ts';

export type KeyFileError = AppError<'keyFile.invalid' | 'keyFile.passwordIncorrect' | 'keyFile.unsupported'>;

export interface Pkcs12Content {
  /** PKCS#8; the caller wipes them. */
  readonly keys: readonly { readonly pkcs8: Uint8Array; readonly label: string }[];
  /** DER. */
  readonly certificates: readonly Uint8Array[];
}

export const MAX_KEY_FILE_BYTES = 1_048_576;
const MAX_MAC_ITERATIONS = 1_000_000;
const MAX_NESTED_BAGS = 4;

const OIDS = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  nestedBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
} as const;

const MAC_HASHES: Readonly<Record<string, KdfHash>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

interface Mac {
  readonly hashOid: string;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

interface Encrypted {
  readonly scheme: PasswordScheme;
  readonly ciphertext: Uint8Array;
}

/** One part of the file, a list of bags: open, or under the password. */
type Safe = { readonly bags: Uint8Array } | Encrypted;

type Bag =
  | { readonly kind: 'key'; readonly key: Uint8Array | Encrypted; readonly label: string }
  | { readonly kind: 'certificate'; readonly der: Uint8Array };

/** `password` is UTF-8 and stays the caller's. */
export function readPkcs12(file: Uint8Array, password: Uint8Array): Result<Pkcs12Content, KeyFileError> {
  const outer = read(file, readOuter);
  if (!outer.ok) return outer;
  const { content, mac } = outer.value;
  const checked = mac === null ? ok(undefined) : checkMac(mac, content, password);
  if (!checked.ok) return checked;
  const safes = read(content, (root) => childrenOf(expectTag(root, TAG.sequence, 'safes')).map(readSafe));
  if (!safes.ok) return safes;

  const keys: { pkcs8: Uint8Array; label: string }[] = [];
  const certificates: Uint8Array[] = [];
  const failed = (error: KeyFileError): Result<never, KeyFileError> => {
    wipe(...keys.map(({ pkcs8 }) => pkcs8));
    return err(error);
  };
  for (const safe of safes.value) {
    const bytes = 'bags' in safe ? ok(safe.bags) : decrypt(safe, password);
    if (!bytes.ok) return failed(bytes.error);
    const bags = read(bytes.value, (root) => readBags(root, MAX_NESTED_BAGS));
    // Without a MAC one wrong password in 256 leaves a padding that looks right, and rubbish.
    if (!bags.ok) return failed(mac === null ? { code: 'keyFile.passwordIncorrect' } : bags.error);
    for (const bag of bags.value) {
      if (bag.kind === 'certificate') {
        certificates.push(bag.der);
        continue;
      }
      const key = bag.key instanceof Uint8Array ? ok(new Uint8Array(bag.key)) : decrypt(bag.key, password);
      if (!key.ok) return failed(key.error);
      keys.push({ pkcs8: key.value, label: bag.label });
    }
  }
  return ok({ keys, certificates });
}

function read<T>(bytes: Uint8Array, reader: (root: DerElement) => T): Result<T, KeyFileError> {
  const definite = definiteLengths(bytes, MAX_KEY_FILE_BYTES);
  if (definite === null) return err({ code: 'keyFile.invalid', reason: 'not ASN.1' });
  const reading = readDer(definite, MAX_KEY_FILE_BYTES, reader);
  return reading.ok ? reading : err({ code: 'keyFile.invalid', reason: reading.reason });
}

function decrypt({ scheme, ciphertext }: Encrypted, password: Uint8Array): Result<Uint8Array, KeyFileError> {
  if (scheme.kind === 'unknown') return err({ code: 'keyFile.unsupported', algorithm: scheme.oid });
  const plaintext = decryptWithPassword(scheme, password, ciphertext);
  return plaintext === null ? err({ code: 'keyFile.passwordIncorrect' }) : ok(plaintext);
}

function checkMac(mac: Mac, content: Uint8Array, password: Uint8Array): Result<void, KeyFileError> {
  const hash = MAC_HASHES[mac.hashOid];
  if (hash === undefined) return err({ code: 'keyFile.unsupported', algorithm: mac.hashOid });
  const bmp = bmpPassword(password);
  // No password at all is written in two ways: as none, and as an empty string with its two zero bytes.
  const forms = bmp === null ? [] : password.length === 0 ? [bmp, new Uint8Array()] : [bmp];
  const isGenuine = forms.some((form) => {
    const key = pkcs12Kdf(hash, form, mac.salt, PURPOSE.mac, mac.iterations, mac.digest.length);
    return equalBytes(createHmac(hash, key).update(content).digest(), mac.digest);
  });
  wipe(bmp);
  return isGenuine ? ok(undefined) : err({ code: 'keyFile.passwordIncorrect' });
}

function readOuter(root: DerElement): { content: Uint8Array; mac: Mac | null } {
  const [version, safe, mac] = childrenOf(expectTag(root, TAG.sequence, 'PFX'));
  readSmallInteger(version);
  const { type, value } = readContentInfo(safe);
  const content = type === OIDS.data ? octetsOf(value) : null;
  return { content: content ?? new Uint8Array(), mac: mac === undefined ? null : readMac(mac) };
}

function readMac(element: DerElement): Mac {
  const [info, salt, iterations] = childrenOf(expectTag(element, TAG.sequence, 'MAC'));
  const [algorithm, digest] = childrenOf(expectTag(info, TAG.sequence, 'digest'));
  return {
    hashOid: readOid(childrenOf(expectTag(algorithm, TAG.sequence, 'digest algorithm'))[0]),
    digest: expectTag(digest, TAG.octetString, 'digest').content,
    salt: expectTag(salt, TAG.octetString, 'salt').content,
    iterations: iterations === undefined ? 1 : readIterations(iterations, MAX_MAC_ITERATIONS),
  };
}

function readContentInfo(element: DerElement | undefined): { type: string; value: DerElement | undefined } {
  const [type, wrapped] = childrenOf(expectTag(element, TAG.sequence, 'content'));
  return { type: readOid(type), value: childrenOf(expectTag(wrapped, contextTag(0, true), 'content'))[0] };
}

function readSafe(element: DerElement): Safe {
  const { type, value } = readContentInfo(element);
  if (type === OIDS.data) return { bags: octetsOf(value) };
  if (type !== OIDS.encryptedData)
    return { scheme: { kind: 'unknown', oid: type }, ciphertext: new Uint8Array() };
  const [, info] = childrenOf(expectTag(value, TAG.sequence, 'encrypted data'));
  const [, algorithm, ciphertext] = childrenOf(expectTag(info, TAG.sequence, 'encrypted content'));
  return { scheme: readPasswordScheme(algorithm), ciphertext: octetsOf(ciphertext) };
}

const CONSTRUCTED = 0x20;

/** An OCTET STRING, also as [0] IMPLICIT; Java programs write it in pieces (X.690 §8.7). */
function octetsOf(element: DerElement | undefined): Uint8Array {
  const isOctets = [TAG.octetString, contextTag(0, false)].some(
    (tag) => tag === ((element?.tag ?? 0) & ~CONSTRUCTED),
  );
  if (element === undefined || !isOctets) return malformed('octets missing or of another type');
  if ((element.tag & CONSTRUCTED) === 0) return element.content;
  return Buffer.concat(
    childrenOf(element).map((piece) => expectTag(piece, TAG.octetString, 'piece').content),
  );
}

function readBags(root: DerElement, depth: number): readonly Bag[] {
  return childrenOf(expectTag(root, TAG.sequence, 'bags')).flatMap((element): readonly Bag[] => {
    const [type, wrapped, attributes] = childrenOf(expectTag(element, TAG.sequence, 'bag'));
    const value = childrenOf(expectTag(wrapped, contextTag(0, true), 'bag'))[0];
    switch (readOid(type)) {
      case OIDS.keyBag:
        return value === undefined ? [] : [{ kind: 'key', key: value.bytes, label: labelOf(attributes) }];
      case OIDS.shroudedKeyBag: {
        const [algorithm, ciphertext] = childrenOf(expectTag(value, TAG.sequence, 'key'));
        const key = { scheme: readPasswordScheme(algorithm), ciphertext: octetsOf(ciphertext) };
        return [{ kind: 'key', key, label: labelOf(attributes) }];
      }
      case OIDS.certBag: {
        const [kind, certificate] = childrenOf(expectTag(value, TAG.sequence, 'certificate'));
        if (readOid(kind) !== OIDS.x509Certificate) return [];
        const wrappedDer = childrenOf(expectTag(certificate, contextTag(0, true), 'certificate'))[0];
        return [{ kind: 'certificate', der: octetsOf(wrappedDer) }];
      }
      case OIDS.nestedBag:
        return depth === 0 || value === undefined ? [] : readBags(value, depth - 1);
      default:
        return [];
    }
  });
}

/** The friendly name, a BMPString; empty where there is none. */
function labelOf(attributes: DerElement | undefined): string {
  for (const attribute of attributes?.tag === TAG.set ? childrenOf(attributes) : []) {
    const [type, values] = childrenOf(expectTag(attribute, TAG.sequence, 'attribute'));
    if (readOid(type) !== OIDS.friendlyName) continue;
    const name = childrenOf(expectTag(values, TAG.set, 'attribute values'))[0];
    const isText = name?.tag === TAG.bmpString && name.content.length % 2 === 0;
    return isText ? Buffer.from(name.content).swap16().toString('utf16le') : '';
  }
  return '';
}
