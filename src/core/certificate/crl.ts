// Revocation lists (RFC 5280 §5): reading any, building version 2 for the sandbox CA.

import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { encodeSignatureAlgorithm, readSignatureAlgorithm } from './algorithms.ts';
import { AsnConvert } from '@peculiar/asn1-schema';
import { hexToBytes } from '@noble/hashes/utils.js';
import { authorityKey, encodeExtension, type CertificateSigner } from './build-certificate.ts';
import { readSerial } from './certificate.ts';
import {
  bitString,
  childrenOf,
  encode,
  encodeParts,
  equalBytes,
  expectTag,
  innerElement,
  malformed,
  readBits,
  readDer,
  sequence,
  smallInteger,
  TAG,
  unsignedInteger,
  type DerElement,
} from './der.ts';
import { EXTENSION, readRawExtensions } from './extensions.ts';
import { readName, type DistinguishedName } from './names.ts';
import type { SignatureAlgorithm } from './signature-verifier.ts';
import { encodeTime, readTime } from './time.ts';

/** CRLReason (RFC 5280 §5.3.1); the gap at 7 is the standard's. */
const REASON_CODES = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;
export type RevocationReason = keyof typeof REASON_CODES;

export interface RevokedEntry {
  /** Even-length upper-case hex. */
  readonly serial: string;
  /** Epoch milliseconds. */
  readonly revokedAt: number;
  /** null: none given. */
  readonly reason: RevocationReason | null;
}

export interface RevocationList {
  readonly der: Uint8Array;
  /** The signed part, original bytes. */
  readonly tbs: Uint8Array;
  readonly issuer: DistinguishedName;
  /** Epoch milliseconds; nextUpdate null: not told. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly revoked: readonly RevokedEntry[];
  readonly signatureAlgorithm: SignatureAlgorithm | null;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
}

const ID_CRL_NUMBER = '2.5.29.20';
const ID_REASON = '2.5.29.21';
const TAG_ENUMERATED = 0x0a;
const MAX_CRL_BYTES = 4_194_304;

export function parseCrl(der: Uint8Array): Result<RevocationList, AppError<'certificate.unparsable'>> {
  const reading = readDer(der.slice(), MAX_CRL_BYTES, readCrl);
  return reading.ok ? ok(reading.value) : err({ code: 'certificate.unparsable', reason: reading.reason });
}

function readCrl(root: DerElement): RevocationList {
  const [tbs, outerAlgorithm, signature] = childrenOf(expectTag(root, TAG.sequence, 'revocation list'));
  const body = expectTag(tbs, TAG.sequence, 'signed part');
  const fields = childrenOf(body);
  if (fields[0]?.tag === TAG.integer) fields.shift();
  const [innerAlgorithm, issuer, thisUpdate, ...rest] = fields;
  const named = readSignatureAlgorithm(outerAlgorithm);
  if (outerAlgorithm === undefined || innerAlgorithm === undefined)
    return malformed('signature algorithm missing');
  if (!equalBytes(outerAlgorithm.bytes, innerAlgorithm.bytes))
    malformed('two different signature algorithms');
  const nextUpdate = rest.find(({ tag }) => tag === TAG.utcTime || tag === TAG.generalizedTime);
  const entries = rest.find(({ tag }) => tag === TAG.sequence);
  return {
    der: root.bytes,
    tbs: body.bytes,
    issuer: readName(issuer),
    thisUpdate: readTime(thisUpdate),
    nextUpdate: nextUpdate === undefined ? null : readTime(nextUpdate),
    revoked: entries === undefined ? [] : childrenOf(entries).map(readEntry),
    signatureAlgorithm: named.algorithm,
    signatureOid: named.oid,
    signature: readBits(signature),
  };
}

function readEntry(element: DerElement): RevokedEntry {
  const [serial, revokedAt, extensions] = childrenOf(expectTag(element, TAG.sequence, 'revoked certificate'));
  const reason = readRawExtensions(extensions).find(({ id }) => id === ID_REASON);
  return {
    serial: readSerial(serial),
    revokedAt: readTime(revokedAt),
    reason: reason === undefined ? null : readReason(reason.value),
  };
}

function readReason(value: Uint8Array): RevocationReason | null {
  const code = innerElement(value, TAG_ENUMERATED, 'reason').content[0];
  const found = Object.entries(REASON_CODES).find(([, known]) => known === code);
  return (found?.[0] as RevocationReason | undefined) ?? null;
}

export interface RevocationListFields {
  /** DER Name and key of the issuing CA. */
  readonly issuer: Uint8Array;
  readonly issuerSpki: Uint8Array;
  /** Grows with every list. */
  readonly number: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly revoked: readonly RevokedEntry[];
}

/** Version 2 revocation list, DER. */
export async function buildCrl(fields: RevocationListFields, signer: CertificateSigner): Promise<Uint8Array> {
  const algorithm = encodeSignatureAlgorithm(signer.algorithm);
  const authority = new Uint8Array(AsnConvert.serialize(authorityKey(fields.issuerSpki)));
  const tbs = sequence(
    smallInteger(1),
    algorithm,
    fields.issuer,
    encodeTime(fields.thisUpdate),
    encodeTime(fields.nextUpdate),
    ...(fields.revoked.length === 0 ? [] : [encodeParts(TAG.sequence, fields.revoked.map(encodeEntry))]),
    encode(
      0xa0,
      sequence(
        encodeExtension(EXTENSION.authorityKeyIdentifier, false, authority),
        encodeExtension(ID_CRL_NUMBER, false, smallInteger(fields.number)),
      ),
    ),
  );
  return sequence(tbs, algorithm, bitString(await signer.sign(tbs)));
}

function encodeEntry({ serial, revokedAt, reason }: RevokedEntry): Uint8Array {
  const when = encodeTime(revokedAt);
  const number = unsignedInteger(hexToBytes(serial));
  if (reason === null) return sequence(number, when);
  const code = encode(TAG_ENUMERATED, Uint8Array.of(REASON_CODES[reason]));
  return sequence(number, when, sequence(encodeExtension(ID_REASON, false, code)));
}
