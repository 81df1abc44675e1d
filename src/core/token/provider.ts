// The one port through which the application reaches keys: PKCS#11, SKF and software keys all fill it, in a
// child process each. Shaped by containers because the SKF standard can create and delete only whole
// containers; see docs/decisions/0001-container-shaped-port.md.

import type { AppError } from '../errors/codes.ts';
import type { Result } from '../errors/result.ts';
import type {
  Capacity,
  ContainerId,
  DataObject,
  EncryptionKeyEnvelope,
  KeyAlgorithm,
  KeyContainer,
  KeyUse,
  PinStatus,
  Token,
  TokenId,
} from './token.ts';

/** The library itself cannot be used. */
export type DriverError = AppError<
  | 'driver.unavailable'
  | 'driver.notFound'
  | 'driver.invalid'
  | 'driver.wrongArchitecture'
  | 'driver.relativePath'
  | 'driver.crashed'
  | 'driver.timeout'
  | 'driver.failed'
>;

/** A key that is a file: the file or its folder cannot be used, or another process is writing it. */
export type KeyFileError = AppError<
  | 'storage.full'
  | 'storage.readOnly'
  | 'storage.newerSchema'
  | 'storage.damaged'
  | 'file.missing'
  | 'file.unreadable'
  | 'token.busy'
>;

/** Any reading call may end with one of these. */
export type ReadError = DriverError | KeyFileError | AppError<'token.notFound' | 'token.removed'>;

/** Any call that uses a private key or writes may end with one of these. */
export type UseError = ReadError | AppError<'pin.required' | 'container.notFound' | 'driver.unsupported'>;

export type WriteError = UseError | AppError<'token.full' | 'token.writeRefused'>;

export type PinError = AppError<
  | 'pin.incorrect'
  | 'pin.locked'
  | 'pin.tooShort'
  | 'pin.tooLong'
  | 'pin.uninitialised'
  | 'pin.lastTry'
  | 'pin.refused'
>;

export interface PinOptions {
  /** Without it a call that would spend the last try answers `pin.lastTry` and tries nothing. */
  readonly acceptLastTry: boolean;
}

/** How the message is hashed before it is signed. SM2 hashes with SM3 and Z (GB/T 32918.2 §5.5). */
export type SignatureHash = 'SHA-256' | 'SHA-384' | 'SHA-512' | 'SM3';

/**
 * A small digital envelope: a content key encrypted to the container's key and the content under that key.
 * The SKF standard opens only whole envelopes (SKF_ImportSessionKey, SKF_Decrypt), never a bare ciphertext.
 */
export interface Envelope {
  readonly keyTransport: 'RSA-PKCS1' | 'RSA-OAEP-SHA256' | 'SM2';
  /** RSA: the ciphertext, as long as the modulus. SM2: SM2Cipher, DER (GM/T 0009 §7.2). */
  readonly wrappedKey: Uint8Array;
  readonly cipher: 'AES-128-CBC' | 'AES-256-CBC' | 'SM4-CBC' | 'SM4-ECB';
  /** 16 bytes; empty for ECB. */
  readonly iv: Uint8Array;
  /** PKCS#7-padded ciphertext. */
  readonly content: Uint8Array;
}

export interface TokenProvider {
  /** Every initialised token the driver shows now, identified but not read. Blank slots are left out. */
  listTokens(): Promise<Result<readonly Token[], DriverError | KeyFileError>>;

  /**
   * For polling: a text without meaning that stays the same while no token came or went. As cheap as the
   * driver allows, and wakes no device; what changes on a token itself need not show.
   */
  glance(): Promise<Result<string, DriverError | KeyFileError>>;

  /** Containers with certificates and public keys; private keys show as null before login. */
  listContainers(token: TokenId): Promise<Result<readonly KeyContainer[], ReadError>>;

  /** PIN state from flags and counters only; never tries a PIN. */
  readPinStatus(token: TokenId): Promise<Result<PinStatus, ReadError>>;

  readCapacity(token: TokenId): Promise<Result<Capacity, ReadError>>;

  /**
   * Verifies the user PIN once; the token stays logged in until `logout`. Takes over `pin` (UTF-8) and
   * zeroes it. Never called again by itself, whatever it answers.
   */
  login(token: TokenId, pin: Uint8Array, options: PinOptions): Promise<Result<void, PinError | ReadError>>;

  /** Clears the verified state. Not being logged in is no error. */
  logout(token: TokenId): Promise<Result<void, ReadError>>;

  /** Needs no login before. Takes over and zeroes both PINs. */
  changePin(
    token: TokenId,
    oldPin: Uint8Array,
    newPin: Uint8Array,
    options: PinOptions,
  ): Promise<Result<void, PinError | ReadError>>;

  /** Sets a new user PIN with the administrator's (SO) PIN. Takes over and zeroes both PINs. */
  unblockPin(
    token: TokenId,
    adminPin: Uint8Array,
    newPin: Uint8Array,
    options: PinOptions,
  ): Promise<Result<void, PinError | ReadError>>;

  /**
   * Makes an empty container under an unused name. On tokens whose containers are only objects that share
   * an id (PKCS#11) nothing is stored yet. Names: 1–32 characters of [0-9a-f], even count.
   */
  createContainer(
    token: TokenId,
    container: ContainerId,
  ): Promise<Result<void, WriteError | AppError<'container.exists'>>>;

  /**
   * Generates a signing key pair on the token and answers its SubjectPublicKeyInfo (DER). In a used
   * container it **replaces** the keys and certificates there: the old key is gone, even when it fails.
   */
  generateKeyPair(
    token: TokenId,
    container: ContainerId,
    algorithm: KeyAlgorithm,
    label: string,
  ): Promise<Result<Uint8Array, WriteError | AppError<'key.unsupported'>>>;

  /**
   * Opens the envelope with the container's signing key, on the token, and keeps the encryption key there.
   * Answers the imported key's SubjectPublicKeyInfo (DER), read back from the token.
   */
  importEncryptionKey(
    token: TokenId,
    container: ContainerId,
    envelope: EncryptionKeyEnvelope,
  ): Promise<
    Result<Uint8Array, WriteError | AppError<'key.notFound' | 'key.unsupported' | 'key.decryptionFailed'>>
  >;

  /**
   * Afterwards the container holds exactly this certificate for that use. Interrupted, it may hold the old
   * one, both, or the new one; never none.
   */
  writeCertificate(
    token: TokenId,
    container: ContainerId,
    use: KeyUse,
    der: Uint8Array,
  ): Promise<Result<void, WriteError>>;

  /** Reads back from the token, not from a cache. */
  readCertificate(
    token: TokenId,
    container: ContainerId,
    use: KeyUse,
  ): Promise<Result<Uint8Array, UseError | AppError<'certificate.missing'>>>;

  /** Deletes the container with its keys and certificates. What is already gone is no error. */
  deleteContainer(token: TokenId, container: ContainerId): Promise<Result<void, WriteError>>;

  /**
   * Signs `message` with the container's signing key: RSA PKCS#1 v1.5, ECDSA or SM2 as DER. The signature
   * has been verified in software before it is returned.
   */
  sign(
    token: TokenId,
    container: ContainerId,
    hash: SignatureHash,
    message: Uint8Array,
  ): Promise<
    Result<Uint8Array, UseError | AppError<'key.notFound' | 'key.unsupported' | 'key.signatureInvalid'>>
  >;

  /** Opens an envelope with the container's key of that use. */
  decrypt(
    token: TokenId,
    container: ContainerId,
    use: KeyUse,
    envelope: Envelope,
  ): Promise<
    Result<Uint8Array, UseError | AppError<'key.notFound' | 'key.unsupported' | 'key.decryptionFailed'>>
  >;

  listDataObjects(token: TokenId): Promise<Result<readonly DataObject[], ReadError>>;
  readDataObject(
    token: TokenId,
    name: string,
  ): Promise<Result<Uint8Array, UseError | AppError<'data.notFound'>>>;
  /** Replaces an object of that name. */
  writeDataObject(token: TokenId, name: string, content: Uint8Array): Promise<Result<void, WriteError>>;
  deleteDataObject(
    token: TokenId,
    name: string,
  ): Promise<Result<void, WriteError | AppError<'data.notFound'>>>;
}

/**
 * How the caller of a hosted provider treats each method: `read` has a time limit and a stuck host is
 * replaced; `write` may take minutes on a real key, or wait for its button, and is never killed.
 */
export const METHOD_KIND = {
  listTokens: 'read',
  glance: 'read',
  listContainers: 'read',
  readPinStatus: 'read',
  readCapacity: 'read',
  login: 'write',
  logout: 'read',
  changePin: 'write',
  unblockPin: 'write',
  createContainer: 'write',
  generateKeyPair: 'write',
  importEncryptionKey: 'write',
  writeCertificate: 'write',
  readCertificate: 'read',
  deleteContainer: 'write',
  sign: 'write',
  decrypt: 'write',
  listDataObjects: 'read',
  readDataObject: 'read',
  writeDataObject: 'write',
  deleteDataObject: 'write',
} as const satisfies Record<keyof TokenProvider, 'read' | 'write'>;
