import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { keyAlgorithmOf } from '../../core/certificate/spki.ts';
import { sealSm2Envelope } from '../../core/certificate/sm2/gm-envelope.ts';
import { sm2PointOf } from '../../core/certificate/sm2/signature.ts';
import type { Envelope } from '../../core/token/provider.ts';

/**
 * Seals a few bytes to a public key the way portals encrypt bids: SM2 with SM4-CBC, RSA by PKCS#1 v1.5 with
 * AES-256-CBC. null for keys that cannot decrypt (EC).
 */
export function sealEnvelope(spki: Uint8Array, plaintext: Uint8Array): Envelope | null {
  const algorithm = keyAlgorithmOf(spki);
  if (algorithm === 'SM2') {
    const point = sm2PointOf(spki);
    return point === null ? null : sealSm2Envelope(plaintext, point, (length) => randomBytes(length));
  }
  return algorithm?.startsWith('RSA') === true ? sealRsaEnvelope(spki, plaintext) : null;
}

function sealRsaEnvelope(spki: Uint8Array, plaintext: Uint8Array): Envelope {
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
