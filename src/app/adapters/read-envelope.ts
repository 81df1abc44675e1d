import { parseEnvelopedKey } from '../../core/certificate/sm2/enveloped-key-forms.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { EncryptionKeyEnvelope } from '../../core/token/token.ts';

/**
 * An encryption key as a CA delivers it, in the one shape tokens import. CFCA's direct form is for a temporary
 * key that we never put into a request, so it can only be somebody else's: `key.unsupported`.
 */
export function readEnvelope(
  delivered: string,
): Result<EncryptionKeyEnvelope, AppError<'envelope.invalid' | 'key.unsupported'>> {
  const parsed = parseEnvelopedKey(delivered);
  if (!parsed.ok) return parsed;
  const { key } = parsed.value;
  if (key.kind === 'direct') return err({ code: 'key.unsupported', algorithm: parsed.value.form });
  if (key.publicKey === null) return err({ code: 'envelope.invalid', reason: 'public key missing' });
  return ok({
    kind: 'sm2',
    symmetricAlgorithm: `${key.cipher}-ECB`,
    wrappedKey: {
      x: key.wrappedKey.c1.subarray(0, 32),
      y: key.wrappedKey.c1.subarray(32, 64),
      hash: key.wrappedKey.c3,
      cipher: key.wrappedKey.c2,
    },
    publicKey: key.publicKey,
    encryptedPrivateKey: key.encryptedPrivateKey,
  });
}
