// PKCS#10 requests (RFC 2986). Signed on the token, so building comes in two halves around the signature.
// Reading is tolerant of attributes that are no SET: CFCA's own client writes such requests.

import { Attribute } from '@peculiar/asn1-x509';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { encodeSignatureAlgorithm, signatureAlgorithmOf } from './algorithms.ts';
import { wholeBits } from './certificate.ts';
import {
  attempt,
  bitString,
  childrenOf,
  compareBytes,
  expectTag,
  malformed,
  readOid,
  sequence,
  TAG,
  type DerElement,
} from './der.ts';
import { nameOf, type DistinguishedName } from './names.ts';
import { AttributesSchema, RequestInfoSchema, RequestSchema } from './request-schema.ts';
import { elementOf, parseSchema, serialise } from './schema.ts';
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
    serialise(new Attribute({ type, values: values.toSorted(compareBytes).map(bufferOf) })),
  );
  const ordered = [...attributes, ...(fields.rawAttributes ?? [])].toSorted(compareBytes);
  return serialise(
    Object.assign(new RequestInfoSchema(), {
      subject: fields.subject,
      subjectPKInfo: fields.spki,
      attributes: new AttributesSchema(ordered.map(bufferOf)),
    }),
  );
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
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
  const reading = attempt(() => readRequest(new Uint8Array(der)));
  return reading.ok ? ok(reading.value) : err({ code: 'certificateRequest.invalid', reason: reading.reason });
}

function readRequest(der: Uint8Array): CertificateRequest {
  const root = parseSchema(der, MAX_REQUEST_BYTES, RequestSchema);
  const { certificationRequestInfo: fields, certificationRequestInfoRaw: info } = root;
  const named = signatureAlgorithmOf(root.signatureAlgorithm.algorithm, root.signatureAlgorithm.parameters);
  return {
    der,
    info: info ?? malformed('request information missing'),
    subject: nameOf(fields.subject),
    spki: expectTag(elementOf(fields.subjectPKInfo), TAG.sequence, 'public key').bytes,
    attributes: Array.from(fields.attributes ?? [], (attribute) =>
      readAttribute(elementOf(new Uint8Array(attribute ?? []))),
    ),
    signatureAlgorithm: named.algorithm,
    signatureOid: named.oid,
    signature: wholeBits(root.signature),
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
