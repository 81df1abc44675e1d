import { parseEnvelopedKey } from '../../core/certificate/sm2/enveloped-key-forms.ts';
import { sm2PointOf } from '../../core/certificate/sm2/signature.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { EncryptionKeyEnvelope } from '../../core/token/token.ts';

/**
 * An encryption key as a CA delivers it, in the one shape tokens import. Where the form carries no public key it
 * is the one of the encryption certificate. CFCA's direct form is for a temporary key that we never put into a
 * request, so it can only be somebody else's: `key.unsupported`.
 *
 * @param spki SubjectPublicKeyInfo of the encryption certificate that came with it, DER
 */
export function readEnvelope(
  delivered: string,
  spki: Uint8Array,
): Result<EncryptionKeyEnvelope, AppError<'envelope.invalid' | 'key.unsupported'>> {
  const parsed = parseEnvelopedKey(delivered);
  if (!parsed.ok) return parsed;
  const { key, form } = parsed.value;
  if (key.kind === 'direct') return err({ code: 'key.unsupported', algorithm: form });
  const publicKey = key.publicKey ?? sm2PointOf(spki);
  if (publicKey === null) return err({ code: 'envelope.invalid', reason: 'public key missing' });
  const { c1, c3, c2 } = key.wrappedKey;
  return ok({
    kind: 'sm2',
    symmetricAlgorithm: `${key.cipher}-ECB`,
    wrappedKey: { x: c1.subarray(0, 32), y: c1.subarray(32, 64), hash: c3, cipher: c2 },
    publicKey,
    encryptedPrivateKey: key.encryptedPrivateKey,
  });
}
