// Does the current certificate for encryption open what is encrypted to it? With a small envelope made on the spot.

import type { AppError } from '../../core/errors/codes.ts';
import type { ClassifiedCertificate } from '../../core/token/current.ts';
import type { Envelope } from '../../core/token/provider.ts';
import type { ContainerId } from '../../core/token/token.ts';
import type { SealTestStep } from './seal-test-step.ts';
import type { FoundToken } from './tokens.ts';

export interface EnvelopePorts {
  random(bytes: number): Uint8Array;
  /** Seals a few bytes to a public key; null: no way to for this kind of key. */
  sealEnvelope(spki: Uint8Array, plaintext: Uint8Array): Envelope | null;
}

/** The token is logged in. No step where no certificate is for encryption. */
export async function testDecryption(
  found: FoundToken,
  ports: EnvelopePorts,
): Promise<readonly SealTestStep[]> {
  const current = currentEncryption(found);
  const secret = ports.random(32);
  const envelope = current === null ? null : ports.sealEnvelope(current.certificate.spki, secret);
  if (current === null || envelope === null) return [];
  const { source, token } = found;
  const opened = await source.provider.decrypt(token.id, current.container, 'encryption', envelope);
  if (opened.ok && Buffer.compare(opened.value, secret) === 0)
    return [{ step: 'decrypt', status: 'ok', error: null }];
  const error: AppError = opened.ok ? { code: 'key.decryptionFailed' } : opened.error;
  // One key for everything should decrypt too, but a token that has no way to is no reason to fail.
  const cannot = current.use === 'both' && CANNOT_DECRYPT.has(error.code);
  return [{ step: 'decrypt', status: cannot ? 'notChecked' : 'failed', error }];
}

const CANNOT_DECRYPT: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'key.unsupported',
  'driver.unsupported',
]);

function currentEncryption({
  containers,
}: FoundToken): (ClassifiedCertificate & { readonly container: ContainerId }) | null {
  const all = containers.flatMap(({ id, certificates }) =>
    certificates.map((entry) => ({ ...entry, container: id })),
  );
  const current = all.filter(
    ({ state, use, hasPrivateKey }) => state === 'current' && use !== 'signing' && hasPrivateKey !== false,
  );
  return current.find(({ use }) => use === 'encryption') ?? current[0] ?? null;
}
