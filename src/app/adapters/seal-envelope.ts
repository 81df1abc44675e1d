import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { keyAlgorithmOf } from '../../core/certificate/spki.ts';
import type { Envelope } from '../../core/token/provider.ts';

/**
 * Seals a few bytes to an RSA key: content key by PKCS#1 v1.5, content by AES-256-CBC, which is what portals
 * that encrypt bids to a key use. null for keys that cannot decrypt (EC).
 */
export function sealEnvelope(spki: Uint8Array, plaintext: Uint8Array): Envelope | null {
  if (keyAlgorithmOf(spki)?.startsWith('RSA') !== true) return null;
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const contentKey = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', contentKey, iv);
  return {
    keyTransport: 'RSA-PKCS1',
    wrappedKey: publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, contentKey),
    cipher: 'AES-256-CBC',
    iv,
    content: Buffer.concat([cipher.update(plaintext), cipher.final()]),
  };
}
