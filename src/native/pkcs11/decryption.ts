// Opens small envelopes. What is wrong inside (padding, length, content) always ends as the same
// `key.decryptionFailed`, so that answers tell nothing about the plaintext (RFC 8017 §7.2.2, RFC 3218).

import { createDecipheriv, randomBytes } from 'node:crypto';
import type { Envelope } from '../../core/token/provider.ts';
import type { ContainerId, KeyUse } from '../../core/token/token.ts';
import { decryptSm4Cbc, decryptSm4Ecb, withoutPadding } from '../../core/certificate/sm2/sm4.ts';
import { algorithmOf } from '../../core/certificate/driver-key.ts';
import { Refusal } from '../driver-failures.ts';
import { CKR, CkrFailure, meaningOf } from './ckr.ts';
import { CKM } from './constants.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { removeOaepPadding } from './oaep.ts';
import { findPrivateKey } from './private-key.ts';
import type { OpenToken } from './tokens.ts';

const KEY_BYTES = { 'AES-128-CBC': 16, 'AES-256-CBC': 32, 'SM4-CBC': 16, 'SM4-ECB': 16 } as const;

/** pkcs11t.h: CKM_SHA256 as the hash, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED; pkcs11js: 4 is CK_PARAMS_RSA_OAEP. */
const OAEP_SHA256 = { type: 4, hashAlg: 0x250, mgf: 2, source: 1 } as const;
const OAEP_REFUSALS: readonly number[] = [CKR.mechanismInvalid, CKR.mechanismParamInvalid, CKR.argumentsBad];

/** Answers of C_Decrypt that say the ciphertext is wrong; SoftHSM2 says it with CKR_GENERAL_ERROR. */
const WRONG_CIPHERTEXT: readonly number[] = [0x05, 0x06, 0x20, 0x21, 0x40, 0x41];

export function decrypt(
  cryptoki: Cryptoki,
  token: OpenToken,
  container: ContainerId,
  use: KeyUse,
  envelope: Envelope,
): Uint8Array {
  const { cipher, keyTransport } = envelope;
  if (keyTransport === 'SM2') throw new Refusal({ code: 'key.unsupported', algorithm: 'SM2' });
  const { handle, spki } = findPrivateKey(cryptoki, token, container, use);
  const algorithm = algorithmOf(spki);
  if (algorithm?.startsWith('RSA-') !== true) {
    throw new Refusal({ code: 'key.unsupported', algorithm: algorithm ?? 'unknown' });
  }
  const keySize = KEY_BYTES[cipher];
  const unwrapped = unwrapOrNull(() =>
    keyTransport === 'RSA-PKCS1'
      ? cryptoki.decrypt(token.session, { mechanism: CKM.rsaPkcs }, handle, envelope.wrappedKey)
      : unwrapOaep(cryptoki, token, handle, envelope.wrappedKey),
  );
  if (unwrapped === null && !isStillUsable(cryptoki, token)) throw new Refusal({ code: 'token.removed' });
  const contentKey = unwrapped?.length === keySize ? unwrapped : randomBytes(keySize);
  try {
    const opened = openContent(envelope, contentKey);
    if (opened === null) throw new Refusal({ code: 'key.decryptionFailed' });
    return opened;
  } finally {
    contentKey.fill(0);
  }
}

/** null: wrong key, broken padding, wrong lengths. */
function openContent({ cipher, iv, content }: Envelope, key: Uint8Array): Uint8Array | null {
  if (cipher === 'SM4-CBC') return iv.length === 16 ? decryptSm4Cbc(key, iv, content) : null;
  if (cipher === 'SM4-ECB')
    return content.length % 16 === 0 ? withoutPadding(decryptSm4Ecb(key, content)) : null;
  try {
    const decipher = createDecipheriv(cipher.toLowerCase(), key, iv);
    return Buffer.concat([decipher.update(content), decipher.final()]);
  } catch {
    return null;
  }
}

function unwrapOrNull(unwrap: () => Uint8Array | null): Uint8Array | null {
  try {
    return unwrap();
  } catch (thrown) {
    if (!(thrown instanceof CkrFailure)) throw thrown;
    const isWrong = thrown.call === 'C_Decrypt' && WRONG_CIPHERTEXT.includes(thrown.rv);
    if (isWrong || meaningOf(thrown.rv) === 'key.decryptionFailed') return null;
    throw thrown;
  }
}

/** Many tokens know OAEP with SHA-1 only; then the padding comes off here, after a raw RSA operation. */
function unwrapOaep(
  cryptoki: Cryptoki,
  { slot, session }: OpenToken,
  key: Handle,
  wrapped: Uint8Array,
): Uint8Array | null {
  const mechanisms = cryptoki.mechanisms(slot);
  if (mechanisms.has(CKM.rsaPkcsOaep)) {
    try {
      return cryptoki.decrypt(session, { mechanism: CKM.rsaPkcsOaep, parameter: OAEP_SHA256 }, key, wrapped);
    } catch (thrown) {
      if (!(thrown instanceof CkrFailure && OAEP_REFUSALS.includes(thrown.rv))) throw thrown;
    }
  }
  if (!mechanisms.has(CKM.rsaX509))
    throw new Refusal({ code: 'key.unsupported', algorithm: 'RSA-OAEP-SHA256' });
  return removeOaepPadding(
    cryptoki.decrypt(session, { mechanism: CKM.rsaX509 }, key, wrapped),
    wrapped.length,
  );
}

function isStillUsable(cryptoki: Cryptoki, { slot, session }: OpenToken): boolean {
  try {
    cryptoki.tokenInfo(slot);
    cryptoki.sessionState(session);
    return true;
  } catch (thrown) {
    if (thrown instanceof CkrFailure) return false;
    throw thrown;
  }
}
