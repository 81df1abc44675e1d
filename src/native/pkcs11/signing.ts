// Signs with a key on the token. The digest is made here and the raw mechanism preferred, because every token
// has it; where it is missing the token hashes too. No signature leaves before node:crypto has verified it.

import { createHash, createPublicKey, verify } from 'node:crypto';
import type { SignatureHash } from '../../core/token/provider.ts';
import type { ContainerId } from '../../core/token/token.ts';
import { sequence, unsignedInteger } from '../../core/certificate/der.ts';
import { algorithmOf } from '../../core/certificate/driver-key.ts';
import { Refusal } from '../driver-failures.ts';
import { CKM } from './constants.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { findPrivateKey } from './private-key.ts';
import type { OpenToken } from './tokens.ts';

interface HashSpec {
  readonly name: string;
  /** Everything of DigestInfo before the digest (RFC 8017 §9.2 note 1). */
  readonly digestInfo: Uint8Array;
  readonly rsaMechanism: number;
  readonly ecdsaMechanism: number;
}

const HASHES: Readonly<Record<Exclude<SignatureHash, 'SM3'>, HashSpec>> = {
  'SHA-256': {
    name: 'sha256',
    digestInfo: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
    rsaMechanism: CKM.sha256RsaPkcs,
    ecdsaMechanism: CKM.ecdsaSha256,
  },
  'SHA-384': {
    name: 'sha384',
    digestInfo: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
    rsaMechanism: CKM.sha384RsaPkcs,
    ecdsaMechanism: CKM.ecdsaSha384,
  },
  'SHA-512': {
    name: 'sha512',
    digestInfo: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
    rsaMechanism: CKM.sha512RsaPkcs,
    ecdsaMechanism: CKM.ecdsaSha512,
  },
};

/** Bytes of one coordinate, which is also where a longer digest is cut (FIPS 186-4 §6.4). */
const COORDINATE_SIZE = { 'EC-P256': 32, 'EC-P384': 48 } as const;

export function sign(
  cryptoki: Cryptoki,
  token: OpenToken,
  container: ContainerId,
  hash: SignatureHash,
  message: Uint8Array,
): Uint8Array {
  if (hash === 'SM3') throw new Refusal({ code: 'key.unsupported', algorithm: 'SM2' });
  const { handle, spki } = findPrivateKey(cryptoki, token, container, 'signing');
  const algorithm = algorithmOf(spki);
  if (algorithm === null || algorithm === 'SM2') {
    throw new Refusal({ code: 'key.unsupported', algorithm: algorithm ?? 'unknown' });
  }
  const spec = HASHES[hash];
  const signature =
    algorithm === 'EC-P256' || algorithm === 'EC-P384'
      ? signEcdsa(cryptoki, token, handle, spec, message, COORDINATE_SIZE[algorithm])
      : signRsa(cryptoki, token, handle, spec, message);
  if (!isValid(spki, spec, message, signature)) throw new Refusal({ code: 'key.signatureInvalid' });
  return signature;
}

function signRsa(
  cryptoki: Cryptoki,
  { slot, session }: OpenToken,
  key: Handle,
  spec: HashSpec,
  message: Uint8Array,
): Uint8Array {
  const mechanisms = cryptoki.mechanisms(slot);
  if (mechanisms.has(CKM.rsaPkcs)) {
    const digest = createHash(spec.name).update(message).digest();
    return cryptoki.sign(session, CKM.rsaPkcs, key, Buffer.concat([spec.digestInfo, digest]));
  }
  if (mechanisms.has(spec.rsaMechanism)) return cryptoki.sign(session, spec.rsaMechanism, key, message);
  throw new Refusal({ code: 'key.unsupported', algorithm: `RSA ${spec.name}` });
}

function signEcdsa(
  cryptoki: Cryptoki,
  { slot, session }: OpenToken,
  key: Handle,
  spec: HashSpec,
  message: Uint8Array,
  size: number,
): Uint8Array {
  const mechanisms = cryptoki.mechanisms(slot);
  if (mechanisms.has(CKM.ecdsa)) {
    const digest = createHash(spec.name).update(message).digest().subarray(0, size);
    return toDer(cryptoki.sign(session, CKM.ecdsa, key, digest), size);
  }
  if (mechanisms.has(spec.ecdsaMechanism)) {
    return toDer(cryptoki.sign(session, spec.ecdsaMechanism, key, message), size);
  }
  throw new Refusal({ code: 'key.unsupported', algorithm: `ECDSA ${spec.name}` });
}

/** r and s of equal length side by side (PKCS#11 v2.40 §2.3.1) as ECDSA-Sig-Value; some drivers answer DER. */
function toDer(signature: Uint8Array, size: number): Uint8Array {
  if (signature.length !== 2 * size) return signature;
  return sequence(unsignedInteger(signature.subarray(0, size)), unsignedInteger(signature.subarray(size)));
}

function isValid(spki: Uint8Array, spec: HashSpec, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return verify(spec.name, message, key, signature);
  } catch {
    return false;
  }
}
