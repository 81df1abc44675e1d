// The Digest port: node:crypto where it knows the algorithm, the core's SM3 where it does not (Electron's crypto
// has none).

import { createHash, getHashes } from 'node:crypto';
import { sm3 } from '../../core/certificate/sm2/sm3.ts';
import type { Digest, DigestName } from '../../core/seal/verification.ts';

const NODE_NAMES: Readonly<Record<DigestName, string>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  SM3: 'sm3',
};

export function createDocumentDigest(): Digest {
  const known = new Set(getHashes());
  return (algorithm, parts) => {
    if (!known.has(NODE_NAMES[algorithm]) && algorithm === 'SM3') return sm3(...parts);
    const hash = createHash(NODE_NAMES[algorithm]);
    for (const part of parts) hash.update(part);
    return new Uint8Array(hash.digest());
  };
}
