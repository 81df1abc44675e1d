/** Identity of a token, stable across plugging, slots and restarts. Made by `identity.ts`. */
export type TokenId = string;

/** Name of a key container on its token: an SKF container's path, or the hex of a PKCS#11 CKA_ID. */
export type ContainerId = string;

export type PinState = 'ok' | 'low' | 'final' | 'locked' | 'uninitialised' | 'unknown';

export interface PinStatus {
  readonly state: PinState;
  /** Tries left before the PIN locks; null where the driver does not say. */
  readonly attemptsLeft: number | null;
  /** Accepted PIN lengths in bytes; null where the driver does not say. */
  readonly minLength: number | null;
  readonly maxLength: number | null;
  /** It is still the one every such token is given out with; absent: the driver does not say. */
  readonly isDefault?: boolean;
}

/**
 * What can be done with SM2 keys of a token through its driver.
 * - `full`: everything.
 * - `readOnly`: keys and certificates are shown, nothing is signed, opened or generated: the driver has SM2 in a
 *   way of its vendor's, as PKCS#11 knows none.
 * - `none`: the driver names no SM2.
 */
export type Sm2Support = 'full' | 'readOnly' | 'none';

export interface Token {
  readonly id: TokenId;
  readonly label: string;
  /** As the driver gives it, trimmed; may be blank or shared by two tokens (see `serialClash`). */
  readonly serial: string;
  readonly serialClash: boolean;
  readonly manufacturer: string;
  readonly model: string;
  readonly pin: PinStatus;
  readonly sm2: Sm2Support;
}

/** What a token still has room for; null where the driver does not say. Sizes in bytes. */
export interface Capacity {
  readonly freeContainers: number | null;
  readonly freeBytes: number | null;
}

export const KEY_ALGORITHMS = ['RSA-2048', 'RSA-3072', 'RSA-4096', 'EC-P256', 'EC-P384', 'SM2'] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

export type KeyUse = 'signing' | 'encryption';

export interface ContainerKey {
  readonly use: KeyUse | 'both';
  /** null: a key of a kind we do not know (shown, never used). */
  readonly algorithm: KeyAlgorithm | null;
  /** SubjectPublicKeyInfo, DER; null where the driver shows no public key. */
  readonly publicKey: Uint8Array | null;
  /** null: not visible before login. */
  readonly hasPrivateKey: boolean | null;
}

export interface ContainerCertificate {
  /** null: the driver does not say; the certificate's own key usage decides. */
  readonly use: KeyUse | null;
  /** As stored, DER; may be unparsable. */
  readonly der: Uint8Array;
}

/**
 * The unit of everything: a signing key pair with its certificate and, in a dual-certificate world, an
 * encryption key pair with its certificate. SKF: a container. PKCS#11: the objects that share a CKA_ID.
 */
export interface KeyContainer {
  readonly id: ContainerId;
  readonly label: string;
  readonly keys: readonly ContainerKey[];
  readonly certificates: readonly ContainerCertificate[];
}

/** Seals may lie in an application of the device that holds no keys; there they are only read. */
export function liesElsewhere(objectName: string): boolean {
  return objectName.includes('/');
}

export interface DataObject {
  /** `application/name` where it lies in another application of the device. */
  readonly name: string;
  /** Size in bytes; null where it is not visible before login. */
  readonly size: number | null;
}

/** SM2 ciphertext in its parts (GB/T 32918.4): C1 as coordinates of 32 bytes, C3, C2. */
export interface Sm2Ciphertext {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
  readonly hash: Uint8Array;
  readonly cipher: Uint8Array;
}

/**
 * An encryption private key made by a CA's key centre, for the holder of a container's signing key only.
 * Every delivery format is parsed into this one shape (GB/T 35276 SM2EnvelopedKey, SKF ENVELOPEDKEYBLOB, …).
 */
export type EncryptionKeyEnvelope =
  | {
      readonly kind: 'sm2';
      readonly symmetricAlgorithm: 'SM4-ECB' | 'SM1-ECB' | 'SSF33-ECB';
      /** The symmetric key, encrypted to the signing public key. */
      readonly wrappedKey: Sm2Ciphertext;
      /** Encryption public key: 04 ‖ X ‖ Y, 65 bytes. */
      readonly publicKey: Uint8Array;
      /** The private scalar under the symmetric key, without padding: 32 bytes, or 64 with 32 zeros before it. */
      readonly encryptedPrivateKey: Uint8Array;
    }
  | {
      readonly kind: 'rsa';
      readonly symmetricAlgorithm: 'SM4-ECB' | 'SM1-ECB' | 'SSF33-ECB' | 'AES-128-ECB' | 'AES-256-ECB';
      /** The symmetric key, PKCS#1 v1.5 encrypted to the signing public key. */
      readonly wrappedKey: Uint8Array;
      /** PKCS#1 RSAPrivateKey under the symmetric key. */
      readonly encryptedPrivateKey: Uint8Array;
    };
