// Revocation lists (RFC 5280 §5): reading any, building version 2 for the sandbox CA.

import { CRLNumber, CRLReason, CRLReasons } from '@peculiar/asn1-x509';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { encodeSignatureAlgorithm } from './algorithms.ts';
import { authorityKey, extension, integerContent, type CertificateSigner } from './build-certificate.ts';
import { readOneAlgorithm, serialText } from './certificate.ts';
import { RevokedListSchema, RevokedSchema, TbsCertListSchema } from './crl-schema.ts';
import {
  attempt,
  bitString,
  childrenOf,
  expectTag,
  malformed,
  readBits,
  sequence,
  TAG,
  wholeElement,
  type DerElement,
} from './der.ts';
import { EXTENSION, readRawExtensions } from './extensions.ts';
import { nameOf, type DistinguishedName } from './names.ts';
import { AlgorithmSchema, ExtensionsSchema } from './part-schema.ts';
import { elementOf, parseChecked, parseSchema, serialise } from './schema.ts';
import type { SignatureAlgorithm } from './signature-verifier.ts';
import { encodeTime, readTime } from './time.ts';

/** CRLReason (RFC 5280 §5.3.1). */
export type RevocationReason = keyof typeof CRLReasons;

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
const MAX_CRL_BYTES = 4_194_304;
const MAX_ENTRY_BYTES = 4_096;

export function parseCrl(der: Uint8Array): Result<RevocationList, AppError<'certificate.unparsable'>> {
  const reading = attempt(() => readCrl(new Uint8Array(der)));
  return reading.ok ? ok(reading.value) : err({ code: 'certificate.unparsable', reason: reading.reason });
}

/**
 * Entries are cut out of the framing and read one by one: a list of 60 000 takes the library 600 MB as a whole.
 */
function readCrl(der: Uint8Array): RevocationList {
  const root = expectTag(wholeElement(der, MAX_CRL_BYTES), TAG.sequence, 'revocation list');
  const [tbs, outerAlgorithm, signature, extra] = childrenOf(root);
  if (extra !== undefined) malformed('more than three parts');
  const signed = expectTag(tbs, TAG.sequence, 'signed part');
  const parts = childrenOf(signed);
  const beforeEntries = parts[0]?.tag === TAG.integer ? 4 : 3;
  const entries = parts.find(({ tag }, index) => index >= beforeEntries && tag === TAG.sequence);
  const rest = parts.filter((part) => part !== entries).map(({ bytes }) => bytes);
  const fields = parseSchema(sequence(...rest), MAX_CRL_BYTES, TbsCertListSchema);
  const outer = expectTag(outerAlgorithm, TAG.sequence, 'signature algorithm').bytes;
  const named = readOneAlgorithm(parseChecked(outer, AlgorithmSchema), outer, fields.signatureRaw);
  const nextUpdate = fields.nextUpdateUtc ?? fields.nextUpdateGeneral;
  return {
    der,
    tbs: signed.bytes,
    issuer: nameOf(fields.issuer),
    thisUpdate: readTime(elementOf(fields.thisUpdate)),
    nextUpdate: nextUpdate === undefined ? null : readTime(elementOf(nextUpdate)),
    revoked: entries === undefined ? [] : childrenOf(entries).map(readEntry),
    signatureAlgorithm: named.algorithm,
    signatureOid: named.oid,
    signature: readBits(signature),
  };
}

function readEntry({ bytes }: DerElement): RevokedEntry {
  const { userCertificate, revocationDate, crlEntryExtensions } = parseSchema(
    bytes,
    MAX_ENTRY_BYTES,
    RevokedSchema,
  );
  const reason = readRawExtensions(crlEntryExtensions).find(({ id }) => id === ID_REASON);
  return {
    serial: serialText(new Uint8Array(userCertificate)),
    revokedAt: readTime(elementOf(revocationDate)),
    reason: reason === undefined ? null : readReason(reason.value),
  };
}

/** null: a number the standard has not given a name. */
function readReason(value: Uint8Array): RevocationReason | null {
  const { reason } = parseSchema(value, value.length, CRLReason, TAG.enumerated);
  const names: Readonly<Record<number, string>> = CRLReasons;
  return (names[reason] as RevocationReason | undefined) ?? null;
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
  const { issuer, issuerSpki, number, thisUpdate, nextUpdate, revoked } = fields;
  const list = Object.assign(new TbsCertListSchema(), {
    version: 1,
    signature: parseChecked(algorithm, AlgorithmSchema),
    issuer,
    thisUpdate: encodeTime(thisUpdate),
    crlExtensions: new ExtensionsSchema([
      extension(EXTENSION.authorityKeyIdentifier, false, serialise(authorityKey(issuerSpki))),
      extension(ID_CRL_NUMBER, false, serialise(new CRLNumber(number))),
    ]),
    ...fieldOfTime(nextUpdate),
    ...(revoked.length === 0 ? {} : { revokedCertificates: new RevokedListSchema(revoked.map(entryOf)) }),
  });
  const tbs = serialise(list);
  return sequence(tbs, algorithm, bitString(await signer.sign(tbs)));
}

function fieldOfTime(time: number): Pick<TbsCertListSchema, 'nextUpdateUtc' | 'nextUpdateGeneral'> {
  const encoded = encodeTime(time);
  return encoded[0] === TAG.utcTime ? { nextUpdateUtc: encoded } : { nextUpdateGeneral: encoded };
}

function entryOf({ serial, revokedAt, reason }: RevokedEntry): RevokedSchema {
  const entry = Object.assign(new RevokedSchema(), {
    userCertificate: integerContent(serial).buffer,
    revocationDate: encodeTime(revokedAt),
  });
  if (reason === null) return entry;
  const code = serialise(new CRLReason(CRLReasons[reason]));
  return Object.assign(entry, {
    crlEntryExtensions: new ExtensionsSchema([extension(ID_REASON, false, code)]),
  });
}
