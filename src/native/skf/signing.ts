// Signatures. What the token signs is prepared here (Z and e for SM2, DigestInfo for RSA), because tokens hash in
// different ways; what it answers is verified in software before it leaves.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { encodeSm2Signature, sm2PointOf } from '../../core/certificate/sm2/signature.ts';
import { sm2Digest, verifySm2Digest } from '../../core/certificate/sm2/sm2.ts';
import { algorithmOf } from '../../core/certificate/driver-key.ts';
import type { SignatureHash } from '../../core/token/provider.ts';
import { refuse } from '../driver-failures.ts';
import { check, readInto } from './calls.ts';
import { exportPublicKey, signatureNumbers } from './keys.ts';
import type { SkfLibrary } from './library.ts';

/** DigestInfo up to the hash (RFC 8017 §9.2, note 1). */
const DIGEST_INFO = {
  'SHA-256': '3031300d060960864801650304020105000420',
  'SHA-384': '3041300d060960864801650304020205000430',
  'SHA-512': '3051300d060960864801650304020305000440',
} as const;

const ECC_SIGNATURE_ROOM = 512;
const RSA_SIGNATURE_ROOM = 1024;

export function signMessage(
  library: SkfLibrary,
  container: bigint,
  hash: SignatureHash,
  message: Uint8Array,
): Uint8Array {
  const publicKey = exportPublicKey(library, container, true);
  if (publicKey === null) return refuse({ code: 'key.notFound' });
  const point = sm2PointOf(publicKey);
  const algorithm = algorithmOf(publicKey) ?? 'unknown';
  if ((point !== null) !== (hash === 'SM3')) return refuse({ code: 'key.unsupported', algorithm });
  if (point !== null) return signSm2(library, container, point, message);
  return hash === 'SM3'
    ? refuse({ code: 'key.unsupported', algorithm })
    : signRsa(library, container, publicKey, hash, message);
}

function signSm2(library: SkfLibrary, container: bigint, point: Uint8Array, message: Uint8Array): Uint8Array {
  const digest = sm2Digest(point, message);
  const blob = new Uint8Array(ECC_SIGNATURE_ROOM);
  check(library, 'SKF_ECCSignData', container, digest, digest.length, blob);
  const numbers = signatureNumbers(blob, library.abi);
  if (!verifySm2Digest(digest, numbers, point)) refuse({ code: 'key.signatureInvalid' });
  return encodeSm2Signature(numbers);
}

function signRsa(
  library: SkfLibrary,
  container: bigint,
  publicKey: Uint8Array,
  hash: keyof typeof DIGEST_INFO,
  message: Uint8Array,
): Uint8Array {
  const name = hash.replace('-', '').toLowerCase();
  const digest = createHash(name).update(message).digest();
  const info = Buffer.concat([Buffer.from(DIGEST_INFO[hash], 'hex'), digest]);
  // No question for the length first: some tokens sign, or want their button pressed, for that already.
  const signature = readInto('SKF_RSASignData', RSA_SIGNATURE_ROOM, (buffer, size) =>
    library.call('SKF_RSASignData', container, info, info.length, buffer, size),
  );
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  if (!verify(name, message, key, signature)) refuse({ code: 'key.signatureInvalid' });
  return signature.slice();
}
