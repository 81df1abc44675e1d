// Content of envelopes under an opened content key: AES by node:crypto, SM4 by the core.

import { createDecipheriv } from 'node:crypto';
import { decryptSm4Cbc, decryptSm4Ecb, withoutPadding } from '../../core/certificate/sm2/sm4.ts';
import type { Envelope } from '../../core/token/provider.ts';

const BLOCK = 16;
const KEY_BYTES = {
  'AES-128-CBC': 16,
  'AES-256-CBC': 32,
  'SM4-CBC': 16,
  'SM4-ECB': 16,
  'AES-128-ECB': 16,
  'AES-256-ECB': 32,
} as const;

export type BlockCipher = keyof typeof KEY_BYTES;

/** Plaintext without its PKCS#7 padding; null: wrong key, broken padding, wrong lengths. */
export function openContent(
  { cipher, iv, content }: Pick<Envelope, 'cipher' | 'iv' | 'content'>,
  key: Uint8Array,
): Uint8Array | null {
  if (!fits(cipher, key, content) || iv.length !== (cipher === 'SM4-ECB' ? 0 : BLOCK)) return null;
  if (cipher === 'SM4-CBC') return decryptSm4Cbc(key, iv, content);
  if (cipher === 'SM4-ECB') return withoutPadding(decryptSm4Ecb(key, content));
  const decipher = createDecipheriv(cipher.toLowerCase(), key, iv);
  try {
    return Buffer.concat([decipher.update(content), decipher.final()]);
  } catch {
    return null;
  }
}

/** ECB of whole blocks; what padding there is stays. null: wrong lengths. */
export function openBlocks(
  cipher: 'SM4-ECB' | 'AES-128-ECB' | 'AES-256-ECB',
  key: Uint8Array,
  blocks: Uint8Array,
): Uint8Array | null {
  if (!fits(cipher, key, blocks)) return null;
  if (cipher === 'SM4-ECB') return decryptSm4Ecb(key, blocks);
  return createDecipheriv(cipher.toLowerCase(), key, null).setAutoPadding(false).update(blocks);
}

function fits(cipher: BlockCipher, key: Uint8Array, content: Uint8Array): boolean {
  return key.length === KEY_BYTES[cipher] && content.length > 0 && content.length % BLOCK === 0;
}
