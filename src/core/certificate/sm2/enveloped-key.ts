// The encryption private key that a CA's key centre makes and sends: one shape for all the ways it arrives in
// (enveloped-key-forms.ts), opening it with a software key, and making it (sandbox; re-wrapping for a token).

import { concatBytes } from '@noble/hashes/utils.js';
import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { equalBytes } from '../der.ts';
import {
  decryptSm2,
  encryptSm2,
  sm2PublicKey,
  type RandomSource,
  type Sm2Ciphertext,
  type Sm2KeyPair,
} from './sm2.ts';
import { decryptSm4Ecb, encryptSm4Ecb } from './sm4.ts';

/** Under a session key, which is encrypted to the recipient's SM2 key. */
export interface SessionKeyEnvelope {
  readonly kind: 'sessionKey';
  /** SM1 and SSF33 exist in tokens only: such envelopes go to the token unopened. */
  readonly cipher: 'SM4' | 'SM1' | 'SSF33';
  /** The 16-byte session key. */
  readonly wrappedKey: Sm2Ciphertext;
  /** ECB of the 32-byte private key. */
  readonly encryptedPrivateKey: Uint8Array;
  /** 04 ‖ X ‖ Y; null where the form has none (it is in the encryption certificate then). */
  readonly publicKey: Uint8Array | null;
}

/** CFCA: X ‖ Y ‖ D (96 bytes) encrypted directly to a temporary key from the request. */
export interface DirectEnvelope {
  readonly kind: 'direct';
  readonly ciphertext: Sm2Ciphertext;
}

export type EnvelopedEncryptionKey = SessionKeyEnvelope | DirectEnvelope;

export type OpenEnvelopeError = AppError<'key.decryptionFailed' | 'key.unsupported' | 'envelope.keyMismatch'>;

/**
 * Opens with the recipient's private key (32 bytes): the signing key's, for CFCA the temporary key's.
 * `key.decryptionFailed`: for another key, or altered; `envelope.keyMismatch`: the private key inside does not
 * belong to the public key beside it; `key.unsupported`: a cipher that only tokens have.
 */
export function openEnvelopedKey(
  envelope: EnvelopedEncryptionKey,
  recipientPrivateKey: Uint8Array,
): Result<Sm2KeyPair, OpenEnvelopeError> {
  return envelope.kind === 'direct'
    ? openDirect(envelope, recipientPrivateKey)
    : openSessionKey(envelope, recipientPrivateKey);
}

function openDirect(
  { ciphertext }: DirectEnvelope,
  recipientPrivateKey: Uint8Array,
): Result<Sm2KeyPair, OpenEnvelopeError> {
  const plaintext = decryptSm2(ciphertext, recipientPrivateKey);
  if (plaintext?.length !== 96) return err({ code: 'key.decryptionFailed' });
  const publicKey = concatBytes(Uint8Array.of(4), plaintext.subarray(0, 64));
  return matchingPair(plaintext.slice(64), publicKey);
}

function openSessionKey(
  { cipher, wrappedKey, encryptedPrivateKey, publicKey }: SessionKeyEnvelope,
  recipientPrivateKey: Uint8Array,
): Result<Sm2KeyPair, OpenEnvelopeError> {
  if (cipher !== 'SM4') return err({ code: 'key.unsupported', algorithm: cipher });
  const sessionKey = decryptSm2(wrappedKey, recipientPrivateKey);
  if (sessionKey?.length !== 16) return err({ code: 'key.decryptionFailed' });
  return matchingPair(decryptSm4Ecb(sessionKey, encryptedPrivateKey), publicKey);
}

function matchingPair(
  privateKey: Uint8Array,
  expected: Uint8Array | null,
): Result<Sm2KeyPair, AppError<'envelope.keyMismatch'>> {
  const publicKey = sm2PublicKey(privateKey);
  if (publicKey === null || (expected !== null && !equalBytes(publicKey, expected)))
    return err({ code: 'envelope.keyMismatch' });
  return ok({ privateKey, publicKey });
}

/** Envelope of `keyPair` for the holder of `recipientPublicKey` (04 ‖ X ‖ Y); null: that is no SM2 key. */
export function sealEnvelopedKey(
  keyPair: Sm2KeyPair,
  recipientPublicKey: Uint8Array,
  random: RandomSource,
): SessionKeyEnvelope | null {
  const sessionKey = random(16);
  const wrappedKey = encryptSm2(sessionKey, recipientPublicKey, random);
  if (wrappedKey === null) return null;
  const encryptedPrivateKey = encryptSm4Ecb(sessionKey, keyPair.privateKey);
  sessionKey.fill(0);
  return { kind: 'sessionKey', cipher: 'SM4', wrappedKey, encryptedPrivateKey, publicKey: keyPair.publicKey };
}

/** CFCA's direct form, for the temporary key of a request; null: that is no SM2 key. */
export function sealDirectEnvelope(
  { privateKey, publicKey }: Sm2KeyPair,
  temporaryPublicKey: Uint8Array,
  random: RandomSource,
): DirectEnvelope | null {
  const plaintext = concatBytes(publicKey.subarray(1), privateKey);
  const ciphertext = encryptSm2(plaintext, temporaryPublicKey, random);
  plaintext.fill(0);
  return ciphertext === null ? null : { kind: 'direct', ciphertext };
}
