// The format of a software key: one file, readable text, strict and bounded. Line 1 is the same in every
// schema: name, schema number, SHA-256 of schema line and body. The hash finds damage, not forgery; forgery
// is found at login, because `authenticated` is bound to the sealed part (docs/decisions/0004-software-keys.md).

import { createHash } from 'node:crypto';
import { KEY_ALGORITHMS, type ContainerId, type KeyAlgorithm, type KeyUse } from '../../core/token/token.ts';
import { readFields, type FieldReader } from './strict-fields.ts';

export const SCHEMA = 1;
export const FIRST_WORD = 'ukey-software-key';

/** Sizes in bytes; counts per file. Whatever is larger is damaged or not ours. */
export const LIMITS = {
  fileBytes: 4_194_304,
  containers: 64,
  dataObjects: 64,
  dataObjectBytes: 262_144,
  certificateBytes: 32_768,
  maxTries: 15,
} as const;

/** scrypt (RFC 7914): `cost` is N; memory is 128 · cost · blockSize bytes. */
export interface KdfParameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
}

/** AES-256-GCM: the tag stands behind the ciphertext. */
export interface Sealed {
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** One way to the data key: by the user's or the administrator's PIN. */
export interface PinSlot {
  readonly kdf: KdfParameters;
  readonly wrappedKey: Sealed;
  readonly maxTries: number;
  /** The only thing that is not authenticated: it is counted down before any key is known. */
  readonly triesLeft: number;
}

export interface StoredKey {
  readonly use: KeyUse;
  readonly algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
}

export interface StoredCertificate {
  readonly use: KeyUse;
  readonly der: Uint8Array;
}

export interface StoredContainer {
  readonly id: ContainerId;
  readonly label: string;
  /** At most one of each use. */
  readonly keys: readonly StoredKey[];
  readonly certificates: readonly StoredCertificate[];
}

/** Readable without a PIN, as data objects (seals) on keys are. */
export interface StoredData {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface KeyFile {
  /** 16 upper-case hex digits, drawn when the file is made. */
  readonly serial: string;
  readonly label: string;
  /** Grows with every change of content; counting PIN tries leaves it. */
  readonly generation: number;
  readonly user: PinSlot;
  readonly admin: PinSlot | null;
  readonly containers: readonly StoredContainer[];
  readonly data: readonly StoredData[];
  /** Private keys under the data key (private-records.ts). */
  readonly secret: Sealed;
}

export type ParsedKeyFile =
  | { readonly state: 'good'; readonly file: KeyFile }
  | { readonly state: 'newer'; readonly schema: number }
  | { readonly state: 'damaged' };

/** What the sealed part is bound to: everything but the try counters and the sealed part itself. */
export function authenticated(file: Omit<KeyFile, 'secret'>): Uint8Array {
  const body = {
    ...plainFields(file),
    user: plainSlot(file.user),
    admin: file.admin && plainSlot(file.admin),
  };
  return Buffer.from(`${FIRST_WORD} ${SCHEMA}\n${JSON.stringify(body)}`, 'utf8');
}

export function serialiseKeyFile(file: KeyFile): Uint8Array {
  const body = {
    ...plainFields(file),
    user: { ...plainSlot(file.user), triesLeft: file.user.triesLeft },
    admin: file.admin && { ...plainSlot(file.admin), triesLeft: file.admin.triesLeft },
    secret: plainSealed(file.secret),
  };
  const text = `${JSON.stringify(body, null, 1)}\n`;
  return Buffer.from(`${FIRST_WORD} ${SCHEMA} ${digestOf(String(SCHEMA), text)}\n${text}`, 'utf8');
}

/** Never throws, whatever the bytes are. */
export function parseKeyFile(bytes: Uint8Array): ParsedKeyFile {
  const damaged = { state: 'damaged' } as const;
  if (bytes.length > LIMITS.fileBytes) return damaged;
  const text = Buffer.from(bytes).toString('utf8');
  const line = /^ukey-software-key ([1-9][0-9]{0,5}) ([0-9a-f]{64})\n/.exec(text);
  const [head, schema, digest] = line ?? [];
  if (head === undefined || schema === undefined) return damaged;
  const body = text.slice(head.length);
  if (digestOf(schema, body) !== digest) return damaged;
  if (Number(schema) > SCHEMA) return { state: 'newer', schema: Number(schema) };
  const file = parseBody(body);
  return file === null ? damaged : { state: 'good', file };
}

function digestOf(schema: string, body: string): string {
  return createHash('sha256').update(`${FIRST_WORD} ${schema}\n${body}`, 'utf8').digest('hex');
}

function plainFields(file: Omit<KeyFile, 'secret'>): Record<string, unknown> {
  return {
    serial: file.serial,
    label: file.label,
    generation: file.generation,
    containers: file.containers.map(({ id, label, keys, certificates }) => ({
      id,
      label,
      keys: keys.map((key) => ({ use: key.use, algorithm: key.algorithm, publicKey: base64(key.publicKey) })),
      certificates: certificates.map((certificate) => ({
        use: certificate.use,
        der: base64(certificate.der),
      })),
    })),
    data: file.data.map(({ name, content }) => ({ name, content: base64(content) })),
  };
}

function plainSlot({ kdf, wrappedKey, maxTries }: PinSlot): Record<string, unknown> {
  const { cost, blockSize, parallelism, salt } = kdf;
  return {
    kdf: { name: 'scrypt', cost, blockSize, parallelism, salt: base64(salt) },
    wrappedKey: plainSealed(wrappedKey),
    maxTries,
  };
}

function plainSealed({ nonce, ciphertext }: Sealed): Record<string, unknown> {
  return { nonce: base64(nonce), ciphertext: base64(ciphertext) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function parseBody(text: string): KeyFile | null {
  const file = readFields(text, (root) => ({
    serial: root.text('serial', /^[0-9A-F]{16}$/),
    label: root.text('label', /^[^\p{Cc}]{0,64}$/u),
    generation: root.integer('generation', 1, Number.MAX_SAFE_INTEGER),
    user: readSlot(root.object('user')),
    admin: root.nullable('admin', readSlot),
    containers: root.list('containers', LIMITS.containers, readContainer),
    data: root.list('data', LIMITS.dataObjects, (entry) => ({
      name: entry.text('name', DATA_NAME),
      content: entry.bytes('content', 0, LIMITS.dataObjectBytes),
    })),
    secret: readSealed(root.object('secret'), LIMITS.fileBytes),
  }));
  if (file === null || !areDistinct(file.containers.map(({ id }) => id))) return null;
  return areDistinct(file.data.map(({ name }) => name)) ? file : null;
}

/** Names of data objects; what an SKF file name can be, and room for more. */
export const DATA_NAME = /^[^\p{Cc}]{1,64}$/u;

/** The port's rule for new names, and what other providers may have called theirs. */
export const CONTAINER_NAME = /^(?:[0-9a-f]{2}){1,16}$/;

function readSlot(slot: FieldReader): PinSlot {
  const kdf = slot.object('kdf');
  kdf.text('name', /^scrypt$/);
  const maxTries = slot.integer('maxTries', 1, LIMITS.maxTries);
  return {
    kdf: {
      // Between 64 and 512 MiB: neither weak enough to matter nor able to exhaust the computer.
      cost: kdf.oneOf('cost', [65_536, 131_072, 262_144, 524_288]),
      blockSize: kdf.oneOf('blockSize', [8]),
      parallelism: kdf.oneOf('parallelism', [1, 2, 3, 4]),
      salt: kdf.bytes('salt', 16, 64),
    },
    wrappedKey: readSealed(slot.object('wrappedKey'), 48),
    maxTries,
    triesLeft: slot.integer('triesLeft', 0, maxTries),
  };
}

function readSealed(sealed: FieldReader, maxBytes: number): Sealed {
  return { nonce: sealed.bytes('nonce', 12, 12), ciphertext: sealed.bytes('ciphertext', 16, maxBytes) };
}

function readContainer(container: FieldReader): StoredContainer {
  const keys = container.list('keys', 2, (key) => ({
    use: key.oneOf<KeyUse>('use', ['signing', 'encryption']),
    algorithm: key.oneOf<KeyAlgorithm>('algorithm', KEY_ALGORITHMS),
    publicKey: key.bytes('publicKey', 1, 2_048),
  }));
  const certificates = container.list('certificates', 2, (certificate) => ({
    use: certificate.oneOf<KeyUse>('use', ['signing', 'encryption']),
    der: certificate.bytes('der', 1, LIMITS.certificateBytes),
  }));
  container.require(
    areDistinct(keys.map(({ use }) => use)) && areDistinct(certificates.map(({ use }) => use)),
  );
  return {
    id: container.text('id', CONTAINER_NAME),
    label: container.text('label', /^[^\p{Cc}]{0,128}$/u),
    keys,
    certificates,
  };
}

function areDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
