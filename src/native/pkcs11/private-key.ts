import type { ContainerId, KeyUse } from '../../core/token/token.ts';
import { readCertificateFields } from '../../core/certificate/certificate-fields.ts';
import { Refusal } from '../driver-failures.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { readContainerObjects, type StoredKey, type StoredObjects } from './objects.ts';
import type { OpenToken } from './tokens.ts';

export interface PrivateKey {
  readonly handle: Handle;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/**
 * The container's private key for that use, with its public half. Refuses with `container.notFound`,
 * `key.notFound`, `key.unsupported`, or `pin.required` where it may only be hidden.
 */
export function findPrivateKey(
  cryptoki: Cryptoki,
  token: OpenToken,
  container: ContainerId,
  use: KeyUse,
): PrivateKey {
  const objects = readContainerObjects(cryptoki, token.session, container);
  if (!token.isLoggedIn && !token.needsNoLogin) throw new Refusal({ code: 'pin.required' });
  if (objects.certificates.length + objects.publicKeys.length + objects.privateKeys.length === 0) {
    throw new Refusal({ code: 'container.notFound', container });
  }
  const key =
    objects.privateKeys.find((candidate) => candidate.use === use) ??
    objects.privateKeys.find((candidate) => candidate.use === 'both');
  if (key === undefined) throw new Refusal({ code: 'key.notFound' });
  const spki = publicHalf(objects, key);
  if (spki === null) throw new Refusal({ code: 'key.unsupported', algorithm: 'unknown' });
  return { handle: key.handle, spki };
}

function publicHalf({ publicKeys, certificates }: StoredObjects, key: StoredKey): Uint8Array | null {
  if (key.key !== null) return key.key.spki;
  const stored = publicKeys.find((candidate) => candidate.keyType === key.keyType)?.key?.spki;
  if (stored !== undefined) return stored;
  const [only, ...others] = certificates;
  return only === undefined || others.length > 0
    ? null
    : (readCertificateFields(only.der)?.publicKey ?? null);
}
