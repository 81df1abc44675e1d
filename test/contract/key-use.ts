// What the provider suite checks answers with: nothing of it comes from the provider.

import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes, verify } from 'node:crypto';
import { isSm2SignatureGenuine } from '../../src/core/certificate/sm2/signature.ts';
import type { Envelope, SignatureHash } from '../../src/core/token/provider.ts';
import type { KeyAlgorithm } from '../../src/core/token/token.ts';

export function hashFor(algorithm: KeyAlgorithm): SignatureHash {
  return algorithm === 'SM2' ? 'SM3' : 'SHA-256';
}

export function isGenuine(
  algorithm: KeyAlgorithm,
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (algorithm === 'SM2') return isSm2SignatureGenuine(spki, message, signature);
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return verify('sha256', message, key, signature);
}

export function hexOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}

export function makeEnvelope(
  publicKey: Uint8Array,
  keyTransport: 'RSA-PKCS1' | 'RSA-OAEP-SHA256',
  content: Uint8Array,
): Envelope {
  const contentKey = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', contentKey, iv);
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const padding =
    keyTransport === 'RSA-PKCS1' ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING;
  return {
    keyTransport,
    cipher: 'AES-256-CBC',
    iv,
    wrappedKey: publicEncrypt({ key, padding, oaepHash: 'sha256' }, contentKey),
    content: Buffer.concat([cipher.update(content), cipher.final()]),
  };
}
