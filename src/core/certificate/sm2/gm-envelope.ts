// Sealing and opening GM envelopes with software: SM2 for the session key, SM4 for the content.

import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import type { Envelope } from '../../token/provider.ts';
import { assembleCmsEnvelope } from '../cms-envelope.ts';
import type { Certificate } from '../certificate.ts';
import { decodeSm2Cipher, encodeSm2Cipher } from './ciphertext.ts';
import { sm2PointOf } from './signature.ts';
import { decryptSm2, encryptSm2, type RandomSource } from './sm2.ts';
import { decryptSm4Cbc, decryptSm4Ecb, encryptSm4Cbc, SM4_BLOCK, withoutPadding } from './sm4.ts';

/** SM4-CBC under a fresh session key for `publicKey` (04 ‖ X ‖ Y); null: that is no SM2 key. */
export function sealSm2Envelope(
  plaintext: Uint8Array,
  publicKey: Uint8Array,
  random: RandomSource,
): Envelope | null {
  const sessionKey = random(SM4_BLOCK);
  const iv = random(SM4_BLOCK);
  const wrappedKey = encryptSm2(sessionKey, publicKey, random);
  if (wrappedKey === null) return null;
  const content = encryptSm4Cbc(sessionKey, iv, plaintext);
  sessionKey.fill(0);
  return { keyTransport: 'SM2', wrappedKey: encodeSm2Cipher(wrappedKey), cipher: 'SM4-CBC', iv, content };
}

/** EnvelopedData of GM/T 0010 for the holder of a certificate, DER; null: not an SM2 certificate. */
export function sealGmMessage(
  plaintext: Uint8Array,
  recipient: Certificate,
  random: RandomSource,
): Uint8Array | null {
  const publicKey = sm2PointOf(recipient.spki);
  const envelope = publicKey === null ? null : sealSm2Envelope(plaintext, publicKey, random);
  return envelope === null ? null : assembleCmsEnvelope(envelope, recipient);
}

/** Opens with a private key in memory (32 bytes). */
export function openSm2Envelope(
  envelope: Envelope,
  privateKey: Uint8Array,
): Result<Uint8Array, AppError<'key.decryptionFailed' | 'key.unsupported'>> {
  const { keyTransport, cipher, iv, content } = envelope;
  if (keyTransport !== 'SM2') return err({ code: 'key.unsupported', algorithm: keyTransport });
  if (cipher !== 'SM4-CBC' && cipher !== 'SM4-ECB')
    return err({ code: 'key.unsupported', algorithm: cipher });
  const wrappedKey = decodeSm2Cipher(envelope.wrappedKey);
  const sessionKey = wrappedKey === null ? null : decryptSm2(wrappedKey, privateKey);
  if (sessionKey?.length !== SM4_BLOCK) return err({ code: 'key.decryptionFailed' });
  const plaintext =
    cipher === 'SM4-CBC' ? decryptSm4Cbc(sessionKey, iv, content) : openEcb(sessionKey, content);
  sessionKey.fill(0);
  return plaintext === null ? err({ code: 'key.decryptionFailed' }) : ok(plaintext);
}

function openEcb(sessionKey: Uint8Array, content: Uint8Array): Uint8Array | null {
  if (content.length === 0 || content.length % SM4_BLOCK !== 0) return null;
  return withoutPadding(decryptSm4Ecb(sessionKey, content));
}
