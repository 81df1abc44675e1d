// Reading the extensions of a certificate (RFC 5280 §4.2). A damaged extension that decides anything makes the
// certificate unparsable; damaged addresses and policies are left out, they only inform.

import { bytesToHex } from '@noble/hashes/utils.js';
import {
  childrenOf,
  expectTag,
  innerElement,
  malformed,
  readBoolean,
  readDer,
  readOid,
  readSmallInteger,
  TAG,
  type DerElement,
} from './der.ts';
import { decodeString } from './text.ts';

/** Names of RFC 5280 §4.2.1.3 in bit order. */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsageName = (typeof KEY_USAGES)[number];

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
  /** Critical extensions that we do not know, as object identifiers: no such certificate may be trusted. */
  readonly unknownCritical: readonly string[];
}

export interface RawExtension {
  readonly id: string;
  readonly critical: boolean;
  /** DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/** From the SEQUENCE OF Extension; undefined where a certificate, request or CRL has none. */
export function readRawExtensions(list: DerElement | undefined): RawExtension[] {
  if (list === undefined) return [];
  const extensions = childrenOf(expectTag(list, TAG.sequence, 'extensions')).map((element) => {
    const members = childrenOf(expectTag(element, TAG.sequence, 'extension'));
    const hasFlag = members[1]?.tag === TAG.boolean;
    return {
      id: readOid(members[0]),
      critical: hasFlag && readBoolean(members[1]),
      value: expectTag(members[hasFlag ? 2 : 1], TAG.octetString, 'extension value').content,
    };
  });
  if (new Set(extensions.map(({ id }) => id)).size !== extensions.length) malformed('an extension twice');
  return extensions;
}

export function readExtensions(list: DerElement | undefined): CertificateExtensions {
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
    ocspUrls: readLenient(valueOf(EXTENSION.authorityInfoAccess), readOcspUrls),
    unknownCritical: raw
      .filter(({ id, critical }) => critical && !KNOWN_EXTENSIONS.has(id))
      .map(({ id }) => id),
  };
}

function readBasicConstraints(value: Uint8Array | undefined): { isCa: boolean; pathLength: number | null } {
  if (value === undefined) return { isCa: false, pathLength: null };
  const members = childrenOf(innerElement(value, TAG.sequence, 'basicConstraints'));
  const hasFlag = members[0]?.tag === TAG.boolean;
  const length = members[hasFlag ? 1 : 0];
  return {
    isCa: hasFlag && readBoolean(members[0]),
    pathLength: length === undefined ? null : readSmallInteger(length),
  };
}

function readKeyUsage(value: Uint8Array | undefined): KeyUsageName[] | null {
  if (value === undefined) return null;
  const { content } = innerElement(value, TAG.bitString, 'keyUsage');
  return KEY_USAGES.filter((_, bit) => ((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function readExtKeyUsage(value: Uint8Array | undefined): string[] | null {
  if (value === undefined) return null;
  return childrenOf(innerElement(value, TAG.sequence, 'extKeyUsage')).map(readOid);
}

function readSubjectKeyId(value: Uint8Array | undefined): string | null {
  return value === undefined
    ? null
    : bytesToHex(innerElement(value, TAG.octetString, 'key identifier').content);
}

function readAuthorityKeyId(value: Uint8Array | undefined): string | null {
  if (value === undefined) return null;
  const [first] = childrenOf(innerElement(value, TAG.sequence, 'authorityKeyIdentifier'));
  return first?.tag === 0x80 ? bytesToHex(first.content) : null;
}

function readLenient(value: Uint8Array | undefined, read: (root: DerElement) => string[]): string[] {
  if (value === undefined) return [];
  const reading = readDer(value, value.length, read);
  return reading.ok ? reading.value : [];
}

function readPolicies(root: DerElement): string[] {
  return childrenOf(root).map((policy) => readOid(childrenOf(policy)[0]));
}

/** GeneralName [6]: uniformResourceIdentifier. */
function urlsIn(names: readonly DerElement[]): string[] {
  return names
    .filter(({ tag }) => tag === 0x86)
    .map(({ content }) => decodeString(TAG.ia5String, content) ?? '');
}

function readCrlUrls(root: DerElement): string[] {
  return childrenOf(root).flatMap((point) => {
    const name = childrenOf(point).find(({ tag }) => tag === 0xa0);
    const fullName = name === undefined ? undefined : childrenOf(name).find(({ tag }) => tag === 0xa0);
    return fullName === undefined ? [] : urlsIn(childrenOf(fullName));
  });
}

function readOcspUrls(root: DerElement): string[] {
  return childrenOf(root).flatMap((access) => {
    const [method, location] = childrenOf(access);
    return readOid(method) === '1.3.6.1.5.5.7.48.1' && location !== undefined ? urlsIn([location]) : [];
  });
}
