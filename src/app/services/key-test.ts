// Trying a key out: one signature made and verified, one envelope made and opened. The token is logged in.

import { SIGNATURE_FOR_KEY } from '../../core/certificate/algorithms.ts';
import type { Certificate } from '../../core/certificate/certificate.ts';
import type { SignatureVerifier } from '../../core/certificate/signature-verifier.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, type Result } from '../../core/errors/result.ts';
import type { Envelope, SignatureHash, TokenProvider } from '../../core/token/provider.ts';
import type { ContainerId, KeyAlgorithm, KeyUse, TokenId } from '../../core/token/token.ts';

export interface KeyTestPorts {
  readonly verifier: SignatureVerifier;
  random(bytes: number): Uint8Array;
  /** Seals a few bytes to a public key; null: no way to for this kind of key. */
  seal(spki: Uint8Array, plaintext: Uint8Array): Envelope | null;
}

export interface KeyUnderTest {
  readonly provider: TokenProvider;
  readonly token: TokenId;
  readonly container: ContainerId;
}

/** The hash that goes with a key; the same everywhere, so that what we sign and what we test agree. */
export function hashFor(algorithm: KeyAlgorithm): SignatureHash {
  if (algorithm === 'SM2') return 'SM3';
  return algorithm === 'EC-P384' ? 'SHA-384' : 'SHA-256';
}

export async function testSignature(
  { verifier, random }: KeyTestPorts,
  { provider, token, container }: KeyUnderTest,
  { algorithm, spki, signatureOid }: Certificate,
): Promise<Result<void, AppError>> {
  if (algorithm === null) return err({ code: 'key.unsupported', algorithm: signatureOid });
  const message = random(32);
  const signed = await provider.sign(token, container, hashFor(algorithm), message);
  if (!signed.ok) return signed;
  const isGenuine = await verifier.verify(spki, SIGNATURE_FOR_KEY[algorithm], message, signed.value);
  return isGenuine ? done : err({ code: 'renewal.selfTestFailed', test: 'sign' });
}

/** null: nothing can be encrypted to this kind of key. */
export async function testDecryption(
  { seal, random }: KeyTestPorts,
  { provider, token, container }: KeyUnderTest,
  use: KeyUse,
  spki: Uint8Array,
): Promise<Result<void, AppError> | null> {
  const secret = random(32);
  const envelope = seal(spki, secret);
  if (envelope === null) return null;
  const opened = await provider.decrypt(token, container, use, envelope);
  if (!opened.ok) return opened;
  const isSame = Buffer.compare(opened.value, secret) === 0;
  return isSame ? done : err({ code: 'renewal.selfTestFailed', test: 'decrypt' });
}
