// What a signature protects: a byte range of a PDF, a Signature.xml, a file beside it. In parts, so that a large
// file is not copied; each digest is computed once.

import type { Digest, DigestName } from './verification.ts';
import { joinBytes } from '../certificate/der.ts';

export interface SignedContent {
  digest(algorithm: DigestName): Uint8Array;
  /** All of it in one piece; copies when there are several parts. */
  whole(): Uint8Array;
}

export function signedContent(parts: readonly Uint8Array[], digest: Digest): SignedContent {
  const known = new Map<DigestName, Uint8Array>();
  return {
    digest(algorithm) {
      const value = known.get(algorithm) ?? digest(algorithm, parts);
      known.set(algorithm, value);
      return value;
    },
    whole: () => (parts.length === 1 && parts[0] !== undefined ? parts[0] : joinBytes(parts)),
  };
}
