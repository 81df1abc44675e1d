// PKCS#11 has no containers: ours are the objects that share a CKA_ID. A dual certificate's two halves stay
// two containers with the same label.

import type {
  ContainerCertificate,
  ContainerId,
  ContainerKey,
  KeyContainer,
} from '../../core/token/token.ts';
import { readCertificateFields } from '../../core/certificate/certificate-fields.ts';
import { equalBytes } from '../../core/certificate/der.ts';
import { algorithmOf } from '../../core/certificate/driver-key.ts';
import type { StoredCertificate, StoredKey, StoredObjects } from './objects.ts';

/** `isPrivateVisible`: logged in, or no login needed; then a private key that is not shown is not there. */
export function toContainers(objects: StoredObjects, isPrivateVisible: boolean): readonly KeyContainer[] {
  const { certificates, publicKeys, privateKeys } = objects;
  const ids = new Set([...privateKeys, ...publicKeys, ...certificates].map((object) => object.container));
  return [...ids].sort().map((id) => {
    const isHere = (object: { readonly container: ContainerId }): boolean => object.container === id;
    const parts = {
      certificates: certificates.filter(isHere),
      publicKeys: publicKeys.filter(isHere),
      privateKeys: privateKeys.filter(isHere),
    };
    return toContainer(id, parts, isPrivateVisible);
  });
}

function toContainer(id: ContainerId, parts: StoredObjects, isPrivateVisible: boolean): KeyContainer {
  const named = [...parts.privateKeys, ...parts.publicKeys, ...parts.certificates];
  return {
    id,
    label: named.find((object) => object.label !== '')?.label ?? '',
    keys: toKeys(parts, isPrivateVisible),
    certificates: parts.certificates.map(({ der }): ContainerCertificate => ({ use: null, der })),
  };
}

function toKeys(parts: StoredObjects, isPrivateVisible: boolean): readonly ContainerKey[] {
  const unmatched = [...parts.publicKeys];
  const whole = parts.privateKeys.map((privateKey): ContainerKey => {
    const index = unmatched.findIndex((publicKey) => belongTogether(publicKey, privateKey));
    const publicHalf = index < 0 ? null : (unmatched.splice(index, 1)[0]?.key ?? null);
    const spki = privateKey.key?.spki ?? publicHalf?.spki ?? onlyCertifiedKey(parts.certificates);
    return {
      use: privateKey.use,
      algorithm: spki && algorithmOf(spki),
      publicKey: spki,
      hasPrivateKey: true,
    };
  });
  const halves = unmatched.map(({ use, key }): ContainerKey => ({
    use,
    algorithm: key?.algorithm ?? null,
    publicKey: key?.spki ?? null,
    hasPrivateKey: isPrivateVisible ? false : null,
  }));
  const keys = [...whole, ...halves];
  return keys.length === 0 && !isPrivateVisible ? keysBehind(parts.certificates) : keys;
}

function belongTogether(publicKey: StoredKey, privateKey: StoredKey): boolean {
  if (privateKey.key === null || publicKey.key === null) return publicKey.keyType === privateKey.keyType;
  return equalBytes(publicKey.key.spki, privateKey.key.spki);
}

function onlyCertifiedKey(certificates: readonly StoredCertificate[]): Uint8Array | null {
  const [only, ...others] = certificates;
  return only === undefined || others.length > 0
    ? null
    : (readCertificateFields(only.der)?.publicKey ?? null);
}

/** Tokens without public key objects show nothing but certificates before login; their keys may be there. */
function keysBehind(certificates: readonly StoredCertificate[]): readonly ContainerKey[] {
  return certificates.flatMap(({ der }) => {
    const fields = readCertificateFields(der);
    if (fields === null) return [];
    const { use, publicKey } = fields;
    return [{ use, algorithm: algorithmOf(publicKey), publicKey, hasPrivateKey: null }];
  });
}
