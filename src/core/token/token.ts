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
}

export interface Token {
  readonly id: TokenId;
  readonly label: string;
  /** As the driver gives it, trimmed; may be blank or shared by two tokens (see `serialClash`). */
  readonly serial: string;
  readonly serialClash: boolean;
  readonly manufacturer: string;
  readonly model: string;
  readonly pin: PinStatus;
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

export interface DataObject {
  readonly name: string;
  /** Size in bytes; null where it is not visible before login. */
  readonly size: number | null;
}
