import type { Envelope, SignatureHash } from '../../core/token/provider.ts';
import type { KeyAlgorithm } from '../../core/token/token.ts';

export interface KeyPair {
  readonly algorithm: KeyAlgorithm;
  /** As it is sealed: PKCS#8 (DER) for RSA and EC, the 32-byte scalar for SM2. The caller wipes it. */
  readonly privateKey: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
}

/** What private keys of one kind can do. Nothing here throws on foreign input; null is the refusal. */
export interface KeyFamily {
  generate(algorithm: KeyAlgorithm): Promise<KeyPair>;
  /** null: this kind does not sign with that hash. */
  sign(privateKey: Uint8Array, hash: SignatureHash, message: Uint8Array): Uint8Array | null;
  verify(publicKey: Uint8Array, hash: SignatureHash, message: Uint8Array, signature: Uint8Array): boolean;
  /** Whether keys of this kind open such an envelope at all. */
  opens(transport: Envelope['keyTransport']): boolean;
  /** The content key of an envelope; null: not encrypted to this key. The caller wipes it. */
  unwrap(privateKey: Uint8Array, transport: Envelope['keyTransport'], wrapped: Uint8Array): Uint8Array | null;
  /** SubjectPublicKeyInfo computed from the private key; null: no usable private key. */
  publicKeyOf(privateKey: Uint8Array): Uint8Array | null;
}
