/**
 * Signature algorithms a certificate may name. MD5 and SHA-1 are known so that they can be refused by name.
 * SM2-SM3 hashes with Z and the default identity (GB/T 32918.2, GB/T 35276).
 */
export type SignatureAlgorithm =
  | 'RSA-MD5'
  | 'RSA-SHA1'
  | 'RSA-SHA256'
  | 'RSA-SHA384'
  | 'RSA-SHA512'
  | 'RSA-PSS-SHA256'
  | 'RSA-PSS-SHA384'
  | 'RSA-PSS-SHA512'
  | 'ECDSA-SHA1'
  | 'ECDSA-SHA256'
  | 'ECDSA-SHA384'
  | 'ECDSA-SHA512'
  | 'SM2-SM3';

/** Algorithms that may not protect anything newly issued. */
export const WEAK_SIGNATURES: ReadonlySet<SignatureAlgorithm> = new Set([
  'RSA-MD5',
  'RSA-SHA1',
  'ECDSA-SHA1',
]);

/** Port: the core decides with it but computes no RSA or EC signature itself. */
export interface SignatureVerifier {
  /**
   * Whether `signature` over the whole `message` (hashed inside) was made with the key of `spki` (DER).
   * ECDSA and SM2 signatures are DER. A key of another kind, a broken key or an algorithm it cannot do: false.
   */
  verify(
    spki: Uint8Array,
    algorithm: SignatureAlgorithm,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean | Promise<boolean>;
}
