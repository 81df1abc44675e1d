// Reading the extensions of a certificate (RFC 5280 §4.2). A damaged extension that decides anything makes the
// certificate unparsable; damaged addresses and policies are left out, they only inform.

import { bytesToHex } from '@noble/hashes/utils.js';
import { BitString, OctetString } from '@peculiar/asn1-schema';
import {
  AuthorityInfoAccessSyntax,
  BasicConstraints,
  CRLDistributionPoints,
  type GeneralName,
} from '@peculiar/asn1-x509';
import { attempt, malformed, readOid, TAG } from './der.ts';
import { keyUsagesIn, type KeyUsageName } from './key-usage.ts';
import {
  AuthorityKeySchema,
  IdentifiersSchema,
  PoliciesSchema,
  type ExtensionsSchema,
} from './part-schema.ts';
import { elementOf, parseSchema } from './schema.ts';
import { decodeString } from './text.ts';

export { KEY_USAGES, type KeyUsageName } from './key-usage.ts';

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
} as const;

const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set(Object.values(EXTENSION));

export interface CertificateExtensions {
  /** In bit order; null: no such extension, every use allowed. */
  readonly keyUsage: readonly KeyUsageName[] | null;
  /** Object identifiers; null: no such extension. */
  readonly extKeyUsage: readonly string[] | null;
  readonly isCa: boolean;
  /** How many intermediates may follow; null: any number. */
  readonly pathLength: number | null;
  /** Key identifiers as lower-case hex; null when absent. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** Object identifiers. */
  readonly policies: readonly string[];
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  /** Where the issuer's own certificate lies. */
  readonly issuerUrls: readonly string[];
  /** Critical extensions that we do not know, as object identifiers: no such certificate may be trusted. */
  readonly unknownCritical: readonly string[];
}

export interface RawExtension {
  readonly id: string;
  readonly critical: boolean;
  /** DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/** undefined where a certificate or an entry of a revocation list has none. */
export function readRawExtensions(list: ExtensionsSchema | undefined): RawExtension[] {
  const extensions = Array.from(list ?? [], ({ extnID, critical, extnValue }) => ({
    id: extnID,
    critical,
    value: new Uint8Array(extnValue.buffer),
  }));
  if (new Set(extensions.map(({ id }) => id)).size !== extensions.length) malformed('an extension twice');
  return extensions;
}

export function readExtensions(list: ExtensionsSchema | undefined): CertificateExtensions {
  const raw = readRawExtensions(list);
  const valueOf = (id: string) => raw.find((extension) => extension.id === id)?.value;
  return {
    ...readBasicConstraints(valueOf(EXTENSION.basicConstraints)),
    keyUsage: readKeyUsage(valueOf(EXTENSION.keyUsage)),
    extKeyUsage: readExtKeyUsage(valueOf(EXTENSION.extKeyUsage)),
    subjectKeyId: readSubjectKeyId(valueOf(EXTENSION.subjectKeyIdentifier)),
    authorityKeyId: readAuthorityKeyId(valueOf(EXTENSION.authorityKeyIdentifier)),
    policies: readLenient(valueOf(EXTENSION.certificatePolicies), readPolicies),
    crlUrls: readLenient(valueOf(EXTENSION.crlDistributionPoints), readCrlUrls),
    ocspUrls: readLenient(valueOf(EXTENSION.authorityInfoAccess), accessUrls('1.3.6.1.5.5.7.48.1')),
    issuerUrls: readLenient(valueOf(EXTENSION.authorityInfoAccess), accessUrls('1.3.6.1.5.5.7.48.2')),
    unknownCritical: raw
      .filter(({ id, critical }) => critical && !KNOWN_EXTENSIONS.has(id))
      .map(({ id }) => id),
  };
}

function parseValue<T>(value: Uint8Array, schema: new () => T, tag: number = TAG.sequence): T {
  return parseSchema(value, value.length, schema, tag);
}

function readBasicConstraints(value: Uint8Array | undefined): { isCa: boolean; pathLength: number | null } {
  if (value === undefined) return { isCa: false, pathLength: null };
  const { cA, pathLenConstraint } = parseValue(value, BasicConstraints);
  return { isCa: cA, pathLength: pathLenConstraint === undefined ? null : smallNumber(pathLenConstraint) };
}

/** The library gives integers of four bytes and more as text. */
function smallNumber(integer: number | string): number {
  const value = Number(integer);
  return value >= 0 && value < 2 ** 31 ? value : malformed('integer out of range');
}

function readKeyUsage(value: Uint8Array | undefined): KeyUsageName[] | null {
  return value === undefined
    ? null
    : keyUsagesIn(new Uint8Array(parseValue(value, BitString, TAG.bitString).value));
}

function readExtKeyUsage(value: Uint8Array | undefined): string[] | null {
  if (value === undefined) return null;
  return Array.from(parseValue(value, IdentifiersSchema), (id) =>
    readOid(elementOf(new Uint8Array(id ?? []))),
  );
}

function readSubjectKeyId(value: Uint8Array | undefined): string | null {
  return value === undefined ? null : hexOf(parseValue(value, OctetString, TAG.octetString));
}

function readAuthorityKeyId(value: Uint8Array | undefined): string | null {
  if (value === undefined) return null;
  const { keyIdentifier } = parseValue(value, AuthorityKeySchema);
  return keyIdentifier === undefined ? null : hexOf(keyIdentifier);
}

function hexOf({ buffer }: OctetString): string {
  return bytesToHex(new Uint8Array(buffer));
}

function readLenient(value: Uint8Array | undefined, read: (value: Uint8Array) => string[]): string[] {
  if (value === undefined) return [];
  const reading = attempt(() => read(value));
  return reading.ok ? reading.value : [];
}

function readPolicies(value: Uint8Array): string[] {
  return Array.from(parseValue(value, PoliciesSchema), ({ policyIdentifier }) => policyIdentifier);
}

/** The library reads an IA5String byte for byte; CAs write UTF-8 into it. */
function urlsIn(names: readonly GeneralName[]): string[] {
  return [...names].flatMap(({ uniformResourceIdentifier: url }) => {
    if (url === undefined) return [];
    const bytes = Uint8Array.from(url, (character) => character.charCodeAt(0));
    return [decodeString(TAG.ia5String, bytes) ?? ''];
  });
}

function readCrlUrls(value: Uint8Array): string[] {
  return [...parseValue(value, CRLDistributionPoints)].flatMap(({ distributionPoint }) =>
    urlsIn(distributionPoint?.fullName ?? []),
  );
}

/** Addresses of one access method of AuthorityInfoAccess (RFC 5280 §4.2.2.1). */
function accessUrls(method: string): (value: Uint8Array) => string[] {
  return (value) =>
    [...parseValue(value, AuthorityInfoAccessSyntax)].flatMap(({ accessMethod, accessLocation }) =>
      accessMethod === method ? urlsIn([accessLocation]) : [],
    );
}
