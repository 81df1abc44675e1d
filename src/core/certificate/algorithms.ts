// Object identifiers of keys and signatures, one table for reading and writing
// (RFC 3279, 4055, 5480, 5758; GM/T 0006 for SM2).

import type { KeyAlgorithm } from '../token/token.ts';
import {
  childrenOf,
  derNull,
  expectTag,
  oid,
  readOid,
  sequence,
  TAG,
  wholeElement,
  type DerElement,
} from './der.ts';
import type { SignatureAlgorithm } from './signature-verifier.ts';

export const OID = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
  sm2: '1.2.156.10197.1.301',
} as const;

const SIGNATURE_OIDS: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.4': 'RSA-MD5',
  '1.2.840.113549.1.1.5': 'RSA-SHA1',
  '1.2.840.113549.1.1.11': 'RSA-SHA256',
  '1.2.840.113549.1.1.12': 'RSA-SHA384',
  '1.2.840.113549.1.1.13': 'RSA-SHA512',
  '1.2.840.10045.4.1': 'ECDSA-SHA1',
  '1.2.840.10045.4.3.2': 'ECDSA-SHA256',
  '1.2.840.10045.4.3.3': 'ECDSA-SHA384',
  '1.2.840.10045.4.3.4': 'ECDSA-SHA512',
  '1.2.156.10197.1.501': 'SM2-SM3',
};

const PSS_HASHES: Readonly<Record<string, SignatureAlgorithm>> = {
  '2.16.840.1.101.3.4.2.1': 'RSA-PSS-SHA256',
  '2.16.840.1.101.3.4.2.2': 'RSA-PSS-SHA384',
  '2.16.840.1.101.3.4.2.3': 'RSA-PSS-SHA512',
};

export interface NamedSignature {
  /** null: an algorithm we do not know. */
  readonly algorithm: SignatureAlgorithm | null;
  readonly oid: string;
}

/** Reads a signature's AlgorithmIdentifier; NULL and absent parameters mean the same. */
export function readSignatureAlgorithm(element: DerElement | undefined): NamedSignature {
  const [type, parameters] = childrenOf(expectTag(element, TAG.sequence, 'signature algorithm'));
  return nameSignature(readOid(type), parameters);
}

/** `readSignatureAlgorithm` from the two fields, as a schema has read them; `parameters` is DER, null for NULL. */
export function signatureAlgorithmOf(
  type: string,
  parameters: ArrayBuffer | null | undefined,
): NamedSignature {
  const bytes = new Uint8Array(parameters ?? []);
  return nameSignature(type, bytes.length === 0 ? undefined : wholeElement(bytes, bytes.length));
}

function nameSignature(name: string, parameters: DerElement | undefined): NamedSignature {
  if (name === OID.rsaPss) return { algorithm: readPssHash(parameters), oid: name };
  const hasParameters = parameters !== undefined && parameters.tag !== TAG.null;
  return { algorithm: hasParameters ? null : (SIGNATURE_OIDS[name] ?? null), oid: name };
}

function readPssHash(parameters: DerElement | undefined): SignatureAlgorithm | null {
  const hash = readMaskedHash(parameters);
  return hash === null ? null : (PSS_HASHES[hash] ?? null);
}

/**
 * Object identifier of the hash in RSASSA-PSS-params and RSAES-OAEP-params (RFC 4055 §3.1, §4.1), which must
 * also be MGF1's; null for the SHA-1 default and for two different hashes.
 */
export function readMaskedHash(parameters: DerElement | undefined): string | null {
  if (parameters?.tag !== TAG.sequence) return null;
  const [hash, mask] = childrenOf(parameters);
  if (hash?.tag !== 0xa0 || mask?.tag !== 0xa1) return null;
  const hashOid = readOid(childrenOf(childrenOf(hash)[0] ?? hash)[0]);
  const maskHash = childrenOf(childrenOf(mask)[0] ?? mask)[1];
  const maskHashOid = maskHash === undefined ? null : readOid(childrenOf(maskHash)[0]);
  return hashOid === maskHashOid ? hashOid : null;
}

/** AlgorithmIdentifier as we write it: RSA with NULL, EC and SM2 without parameters. */
export function encodeSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
  const name = Object.entries(SIGNATURE_OIDS).find(([, known]) => known === algorithm)?.[0];
  if (name === undefined) throw new Error(`${algorithm} is read, never written`);
  return algorithm.startsWith('RSA') ? sequence(oid(name), derNull) : sequence(oid(name));
}

/** How a key of this kind signs where the choice is ours. */
export const SIGNATURE_FOR_KEY: Readonly<Record<KeyAlgorithm, SignatureAlgorithm>> = {
  'RSA-2048': 'RSA-SHA256',
  'RSA-3072': 'RSA-SHA256',
  'RSA-4096': 'RSA-SHA256',
  'EC-P256': 'ECDSA-SHA256',
  'EC-P384': 'ECDSA-SHA384',
  SM2: 'SM2-SM3',
};
