// PKCS#10 requests (RFC 2986). Signed on the token, so building comes in two halves around the signature.
// Reading is tolerant of attributes that are no SET: CFCA's own client writes such requests.

import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { encodeSignatureAlgorithm, readSignatureAlgorithm } from './algorithms.ts';
import {
  bitString,
  childrenOf,
  expectTag,
  oid,
  readBits,
  readDer,
  readOid,
  sequence,
  setOf,
  smallInteger,
  TAG,
  type DerElement,
} from './der.ts';
import { readName, type DistinguishedName } from './names.ts';
import type { SignatureAlgorithm, SignatureVerifier } from './signature-verifier.ts';

export interface RequestAttribute {
  /** Object identifier. */
  readonly type: string;
  /** DER of each value. */
  readonly values: readonly Uint8Array[];
}

export interface CertificateRequest {
  readonly der: Uint8Array;
  /** CertificationRequestInfo, original bytes: what is signed. */
  readonly info: Uint8Array;
  readonly subject: DistinguishedName;
  readonly spki: Uint8Array;
  readonly attributes: readonly RequestAttribute[];
  readonly signatureAlgorithm: SignatureAlgorithm | null;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
}

const MAX_REQUEST_BYTES = 65_536;

/** CertificationRequestInfo to be signed. `subject` and `spki` are DER and go in unchanged. */
export function requestInfo(fields: {
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly attributes?: readonly RequestAttribute[];
  /** Whole attributes as DER, for CAs whose form is not the standard's. */
  readonly rawAttributes?: readonly Uint8Array[];
}): Uint8Array {
  const attributes = (fields.attributes ?? []).map(({ type, values }) =>
    sequence(oid(type), setOf(...values)),
  );
  const ordered = setOf(...attributes, ...(fields.rawAttributes ?? []));
  return sequence(smallInteger(0), fields.subject, fields.spki, retag(ordered, 0xa0));
}

function retag(element: Uint8Array, tag: number): Uint8Array {
  const copy = element.slice();
  copy[0] = tag;
  return copy;
}

export function assembleRequest(
  info: Uint8Array,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
): Uint8Array {
  return sequence(info, encodeSignatureAlgorithm(algorithm), bitString(signature));
}

export function parseRequest(
  der: Uint8Array,
): Result<CertificateRequest, AppError<'certificateRequest.invalid'>> {
  const reading = readDer(der.slice(), MAX_REQUEST_BYTES, readRequest);
  return reading.ok ? ok(reading.value) : err({ code: 'certificateRequest.invalid', reason: reading.reason });
}

function readRequest(root: DerElement): CertificateRequest {
  const [info, algorithm, signature] = childrenOf(expectTag(root, TAG.sequence, 'request'));
  const body = expectTag(info, TAG.sequence, 'request information');
  const [version, subject, spki, attributes] = childrenOf(body);
  expectTag(version, TAG.integer, 'version');
  const named = readSignatureAlgorithm(algorithm);
  return {
    der: root.bytes,
    info: body.bytes,
    subject: readName(subject),
    spki: expectTag(spki, TAG.sequence, 'public key').bytes,
    attributes: attributes?.tag === 0xa0 ? childrenOf(attributes).map(readAttribute) : [],
    signatureAlgorithm: named.algorithm,
    signatureOid: named.oid,
    signature: readBits(signature),
  };
}

function readAttribute(element: DerElement): RequestAttribute {
  const [type, ...values] = childrenOf(expectTag(element, TAG.sequence, 'attribute'));
  const isSet = values.length === 1 && values[0]?.tag === TAG.set;
  const members = isSet && values[0] !== undefined ? childrenOf(values[0]) : values;
  return { type: readOid(type), values: members.map(({ bytes }) => bytes) };
}

/** Proof of possession: the request is signed with the key it names. */
export async function isRequestGenuine(
  request: CertificateRequest,
  verifier: SignatureVerifier,
): Promise<boolean> {
  const { spki, signatureAlgorithm, info, signature } = request;
  return signatureAlgorithm !== null && verifier.verify(spki, signatureAlgorithm, info, signature);
}
