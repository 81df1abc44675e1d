// Online certificate status (RFC 6960): the question, its answer, and both again for the sandbox CA's responder.
// SHA-1 only names the issuer here, as every responder expects; nothing is protected by it.

import { sha1 } from '@noble/hashes/legacy.js';
import { CRLReasons } from '@peculiar/asn1-x509';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { encodeSignatureAlgorithm, readSignatureAlgorithm } from './algorithms.ts';
import type { CertificateSigner } from './build-certificate.ts';
import { readSerial, type Certificate } from './certificate.ts';
import type { RevocationReason } from './crl.ts';
import {
  bitString,
  childrenOf,
  contextTag,
  encode,
  encodeParts,
  expectTag,
  innerElement,
  malformed,
  octetString,
  oid,
  readBits,
  readDer,
  readOid,
  sequence,
  TAG,
  unsignedInteger,
  type DerElement,
} from './der.ts';
import type { SignatureAlgorithm } from './signature-verifier.ts';
import { readTime } from './time.ts';
import { encodeUtf8 } from './text.ts';

const ID_BASIC = '1.3.6.1.5.5.7.48.1.1';
const SHA1 = '1.3.14.3.2.26';
const MAX_BYTES = 262_144;

export const OCSP_REQUEST = 'application/ocsp-request';
export const OCSP_RESPONSE = 'application/ocsp-response';

export interface CertificateStatus {
  /** Even-length upper-case hex. */
  readonly serial: string;
  readonly state: 'good' | 'revoked' | 'unknown';
  /** Epoch milliseconds; null unless revoked. */
  readonly revokedAt: number | null;
  readonly reason: RevocationReason | null;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
}

export interface OcspResponse {
  /** The signed part, original bytes. */
  readonly tbs: Uint8Array;
  readonly statuses: readonly CertificateStatus[];
  readonly signatureAlgorithm: SignatureAlgorithm | null;
  readonly signature: Uint8Array;
  /** DER; a responder's own certificate may be among them. */
  readonly certificates: readonly Uint8Array[];
}

type Issuer = Pick<Certificate, 'subject' | 'spki'>;

/** A request for one certificate, DER, without a nonce: answers may come from a cache. */
export function buildOcspRequest(issuer: Issuer, serial: string): Uint8Array {
  return sequence(sequence(sequence(sequence(certificateId(issuer, serial)))));
}

/** CertID (RFC 6960 §4.1.1). */
function certificateId({ subject, spki }: Issuer, serial: string): Uint8Array {
  return sequence(
    sequence(oid(SHA1), encode(TAG.null)),
    octetString(sha1(subject.der)),
    octetString(keyHash(spki)),
    unsignedInteger(hexBytes(serial)),
  );
}

/** SHA-1 of the bits of a public key. */
function keyHash(spki: Uint8Array): Uint8Array {
  const read = readDer(spki, MAX_BYTES, (root) => sha1(readBits(childrenOf(root)[1])));
  return read.ok ? read.value : malformed('public key');
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Serial numbers that a request asks for; null: no request that can be read. */
export function readOcspRequest(der: Uint8Array): readonly string[] | null {
  const read = readDer(der, MAX_BYTES, (root) => {
    const [tbs] = childrenOf(expectTag(root, TAG.sequence, 'request'));
    const list = childrenOf(expectTag(tbs, TAG.sequence, 'request')).find(({ tag }) => tag === TAG.sequence);
    return childrenOf(expectTag(list, TAG.sequence, 'requests')).map((request) => {
      const [id] = childrenOf(expectTag(request, TAG.sequence, 'request'));
      return readSerial(childrenOf(expectTag(id, TAG.sequence, 'certificate id'))[3]);
    });
  });
  return read.ok ? read.value : null;
}

/** An answer other than `successful` is `certificate.unparsable` with its number. */
export function parseOcspResponse(der: Uint8Array): Result<OcspResponse, AppError<'certificate.unparsable'>> {
  const read = readDer(new Uint8Array(der), MAX_BYTES, readResponse);
  return read.ok ? ok(read.value) : err({ code: 'certificate.unparsable', reason: read.reason });
}

function readResponse(root: DerElement): OcspResponse {
  const [status, wrapped] = childrenOf(expectTag(root, TAG.sequence, 'response'));
  const [code] = expectTag(status, TAG.enumerated, 'status').content;
  if (code !== 0) malformed(`responder answered ${String(code)}`);
  const bytes = innerElement(
    expectTag(wrapped, contextTag(0, true), 'response').content,
    TAG.sequence,
    'response',
  );
  const [type, content] = childrenOf(bytes);
  if (readOid(type) !== ID_BASIC) malformed('not a basic response');
  const basic = innerElement(
    expectTag(content, TAG.octetString, 'response').content,
    TAG.sequence,
    'basic response',
  );
  const [tbs, algorithm, signature, certificates] = childrenOf(basic);
  const data = expectTag(tbs, TAG.sequence, 'response data');
  const list = childrenOf(data).find(({ tag }) => tag === TAG.sequence);
  return {
    tbs: data.bytes,
    statuses: childrenOf(expectTag(list, TAG.sequence, 'responses')).map(readStatus),
    signatureAlgorithm: readSignatureAlgorithm(algorithm).algorithm,
    signature: readBits(signature),
    certificates:
      certificates === undefined
        ? []
        : childrenOf(innerElement(certificates.content, TAG.sequence, 'certificates')).map(
            ({ bytes: one }) => one,
          ),
  };
}

const GOOD = contextTag(0, false);
const REVOKED = contextTag(1, true);

function readStatus(single: DerElement): CertificateStatus {
  const [id, status, thisUpdate, ...rest] = childrenOf(expectTag(single, TAG.sequence, 'response'));
  const serial = readSerial(childrenOf(expectTag(id, TAG.sequence, 'certificate id'))[3]);
  const next = rest.find(({ tag }) => tag === contextTag(0, true));
  const times = {
    thisUpdate: readTime(thisUpdate),
    nextUpdate: next === undefined ? null : readTime(innerElement(next.content, TAG.generalizedTime, 'time')),
  };
  if (status?.tag === GOOD) return { serial, state: 'good', revokedAt: null, reason: null, ...times };
  if (status?.tag !== REVOKED) return { serial, state: 'unknown', revokedAt: null, reason: null, ...times };
  const [at, reason] = childrenOf(status);
  const number =
    reason === undefined ? null : innerElement(reason.content, TAG.enumerated, 'reason').content[0];
  const names: Readonly<Record<number, string>> = CRLReasons;
  const name = number == null ? null : ((names[number] as RevocationReason | undefined) ?? null);
  return { serial, state: 'revoked', revokedAt: readTime(at), reason: name, ...times };
}

export interface OcspAnswer {
  readonly issuer: Issuer;
  readonly producedAt: number;
  readonly nextUpdate: number;
  readonly statuses: readonly Pick<CertificateStatus, 'serial' | 'state' | 'revokedAt' | 'reason'>[];
}

/** A basic response signed by the CA itself, DER. */
export async function buildOcspResponse(answer: OcspAnswer, signer: CertificateSigner): Promise<Uint8Array> {
  const { issuer, producedAt, nextUpdate, statuses } = answer;
  const singles = statuses.map(({ serial, state, revokedAt, reason }) =>
    sequence(
      certificateId(issuer, serial),
      state === 'revoked'
        ? revokedInfo(revokedAt ?? producedAt, reason)
        : encode(state === 'good' ? 0x80 : 0x82),
      generalizedTime(producedAt),
      encode(contextTag(0, true), generalizedTime(nextUpdate)),
    ),
  );
  const responder = encode(contextTag(2, true), octetString(keyHash(issuer.spki)));
  const tbs = sequence(responder, generalizedTime(producedAt), encodeParts(TAG.sequence, singles));
  const basic = sequence(tbs, encodeSignatureAlgorithm(signer.algorithm), bitString(await signer.sign(tbs)));
  const bytes = encode(contextTag(0, true), sequence(oid(ID_BASIC), octetString(basic)));
  return sequence(encode(TAG.enumerated, Uint8Array.of(0)), bytes);
}

function revokedInfo(at: number, reason: RevocationReason | null): Uint8Array {
  const time = generalizedTime(at);
  if (reason === null) return encode(REVOKED, time);
  const number = encode(TAG.enumerated, Uint8Array.of(CRLReasons[reason]));
  return encode(REVOKED, time, encode(contextTag(0, true), number));
}

/** Always this form here, also before 2050 (RFC 6960 §4.2.1). */
function generalizedTime(time: number): Uint8Array {
  const digits = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '');
  return encode(TAG.generalizedTime, encodeUtf8(digits));
}
