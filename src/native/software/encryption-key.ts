// Opens the envelope in which a CA's key centre delivers an encryption key, with the signing key of the
// container it is for (GB/T 35276 SM2EnvelopedKey, SKF_ImportRSAKeyPair).

import { decryptSm2 } from '../../core/certificate/sm2/sm2.ts';
import { attempt, equalBytes, firstElement } from '../../core/certificate/der.ts';
import { ecSpki } from '../../core/certificate/driver-key.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { EncryptionKeyEnvelope, KeyAlgorithm, Sm2Ciphertext } from '../../core/token/token.ts';
import { openBlocks } from './envelope-content.ts';
import type { KeyPair } from './key-family.ts';
import { importRsaOrEc, RSA_KEYS } from './rsa-ec-keys.ts';
import { wipe } from './sealing.ts';
import { SM2_KEYS } from './sm2-keys.ts';

type Refusal = AppError<'key.unsupported' | 'key.decryptionFailed'>;

/** The key pair is whole and its halves belong together. The caller wipes the private one. */
export function openEncryptionKey(
  signingAlgorithm: KeyAlgorithm,
  signingKey: Uint8Array,
  envelope: EncryptionKeyEnvelope,
): Result<KeyPair, Refusal> {
  const { symmetricAlgorithm } = envelope;
  if (symmetricAlgorithm === 'SM1-ECB' || symmetricAlgorithm === 'SSF33-ECB')
    return err({ code: 'key.unsupported', algorithm: symmetricAlgorithm });
  const isForThisKind = signingAlgorithm.startsWith(envelope.kind === 'sm2' ? 'SM2' : 'RSA');
  if (!isForThisKind) return err({ code: 'key.unsupported', algorithm: signingAlgorithm });
  const key =
    envelope.kind === 'sm2'
      ? decryptSm2(inParts(envelope.wrappedKey), signingKey)
      : RSA_KEYS.unwrap(signingKey, 'RSA-PKCS1', envelope.wrappedKey);
  const opened = key && openBlocks(symmetricAlgorithm, key, envelope.encryptedPrivateKey);
  const pair = opened && (envelope.kind === 'sm2' ? sm2Pair(opened, envelope.publicKey) : rsaPair(opened));
  wipe(key, opened);
  return pair === null ? err({ code: 'key.decryptionFailed' }) : ok(pair);
}

function inParts({ x, y, hash, cipher }: Sm2Ciphertext): { c1: Uint8Array; c3: Uint8Array; c2: Uint8Array } {
  return { c1: Buffer.concat([x, y]), c3: hash, c2: cipher };
}

/** The scalar's 32 bytes, alone or behind 32 zero bytes. The public key must be the one announced. */
function sm2Pair(opened: Uint8Array, announced: Uint8Array): KeyPair | null {
  const isPlain =
    opened.length === 32 || (opened.length === 64 && opened.subarray(0, 32).every((byte) => byte === 0));
  if (!isPlain || announced.length !== 65) return null;
  const privateKey = new Uint8Array(opened.subarray(-32));
  const publicKey = SM2_KEYS.publicKeyOf(privateKey);
  if (publicKey !== null && equalBytes(publicKey, ecSpki('SM2', announced)))
    return { algorithm: 'SM2', privateKey, publicKey };
  wipe(privateKey);
  return null;
}

/** PKCS#1 RSAPrivateKey; what stands behind it is padding, which the standard leaves open. */
function rsaPair(padded: Uint8Array): KeyPair | null {
  const reading = attempt(() => firstElement(padded).bytes);
  return reading.ok ? importRsaOrEc(reading.value, 'pkcs1') : null;
}
