// Building certificates, for the sandbox CA and for tests. The signature comes from outside; names and keys go
// in as the bytes they are, and the signed part is framed as it was signed.

import { OctetString } from '@peculiar/asn1-schema';
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  GeneralName,
  KeyIdentifier,
  KeyUsage,
  PolicyInformation,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { encodeSignatureAlgorithm } from './algorithms.ts';
import { TbsCertificateSchema, ValiditySchema } from './certificate-schema.ts';
import { bitString, sequence, unsignedInteger } from './der.ts';
import { EXTENSION, KEY_USAGES, type KeyUsageName } from './extensions.ts';
import { AlgorithmSchema, ExtensionSchema, ExtensionsSchema } from './part-schema.ts';
import { elementOf, parseChecked, serialise } from './schema.ts';
import type { SignatureAlgorithm } from './signature-verifier.ts';
import { encodeTime } from './time.ts';

/** Signs the whole message with the issuer's key: PKCS#1 v1.5, or DER for EC and SM2. */
export interface CertificateSigner {
  readonly algorithm: SignatureAlgorithm;
  sign(tbs: Uint8Array): Promise<Uint8Array>;
}

export interface CertificateFields {
  /** Hex of a positive number, at most 20 bytes. */
  readonly serial: string;
  /** DER Names. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Epoch milliseconds; whole seconds are written. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** DER */
  readonly spki: Uint8Array;
  /** Left out for end entities; pathLength null: any. */
  readonly ca?: { readonly pathLength: number | null };
  readonly keyUsage?: readonly KeyUsageName[];
  /** Object identifiers. */
  readonly extKeyUsage?: readonly string[];
  /** Key of the issuer, for the authority key identifier; left out for none. */
  readonly issuerSpki?: Uint8Array;
  readonly policies?: readonly string[];
  readonly crlUrls?: readonly string[];
  readonly ocspUrls?: readonly string[];
  /** Where the issuer's certificate lies. */
  readonly issuerUrls?: readonly string[];
  /** Further extensions, value as DER. */
  readonly others?: readonly {
    readonly id: string;
    readonly critical: boolean;
    readonly value: Uint8Array;
  }[];
}

/** Version 3 certificate, DER. */
export async function buildCertificate(
  fields: CertificateFields,
  signer: CertificateSigner,
): Promise<Uint8Array> {
  const algorithm = encodeSignatureAlgorithm(signer.algorithm);
  const tbs = serialise(
    Object.assign(new TbsCertificateSchema(), {
      version: 2,
      serialNumber: integerContent(fields.serial),
      signature: parseChecked(algorithm, AlgorithmSchema),
      issuer: fields.issuer,
      validity: Object.assign(new ValiditySchema(), {
        notBefore: encodeTime(fields.notBefore),
        notAfter: encodeTime(fields.notAfter),
      }),
      subject: fields.subject,
      subjectPublicKeyInfo: fields.spki,
      extensions: new ExtensionsSchema(extensionsOf(fields)),
    }),
  );
  return sequence(tbs, algorithm, bitString(await signer.sign(tbs)));
}

/** Content of a positive INTEGER from its hex. */
export function integerContent(hex: string): Uint8Array {
  return elementOf(unsignedInteger(hexToBytes(hex))).content.slice();
}

/** First 20 bytes of the SHA-256 of the SubjectPublicKeyInfo (RFC 7093 §2 method 4, shortened). */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  return sha256(spki).slice(0, 20);
}

/** `value` is DER. */
export function extension(id: string, critical: boolean, value: Uint8Array): ExtensionSchema {
  return new ExtensionSchema({ extnID: id, critical, extnValue: new OctetString(value) });
}

function extensionsOf(fields: CertificateFields): ExtensionSchema[] {
  const written: ExtensionSchema[] = [];
  const add = (id: string, critical: boolean, value: object) =>
    written.push(extension(id, critical, serialise(value)));
  const { ca, keyUsage, extKeyUsage, issuerSpki, policies, crlUrls, ocspUrls = [], issuerUrls = [] } = fields;
  add(EXTENSION.basicConstraints, true, basicConstraints(ca));
  if (keyUsage !== undefined) add(EXTENSION.keyUsage, true, new KeyUsage(usageFlags(keyUsage)));
  if (extKeyUsage !== undefined) add(EXTENSION.extKeyUsage, false, new ExtendedKeyUsage([...extKeyUsage]));
  add(EXTENSION.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(fields.spki)));
  if (issuerSpki !== undefined) add(EXTENSION.authorityKeyIdentifier, false, authorityKey(issuerSpki));
  if (policies !== undefined) add(EXTENSION.certificatePolicies, false, policyList(policies));
  if (crlUrls !== undefined) add(EXTENSION.crlDistributionPoints, false, crlPoints(crlUrls));
  if (ocspUrls.length + issuerUrls.length > 0)
    add(EXTENSION.authorityInfoAccess, false, accessPoints(ocspUrls, issuerUrls));
  for (const { id, critical, value } of fields.others ?? []) written.push(extension(id, critical, value));
  return written;
}

function basicConstraints(ca: CertificateFields['ca']): BasicConstraints {
  if (ca === undefined) return new BasicConstraints();
  return new BasicConstraints({
    cA: true,
    ...(ca.pathLength === null ? {} : { pathLenConstraint: ca.pathLength }),
  });
}

function usageFlags(usages: readonly KeyUsageName[]): number {
  return usages.reduce((flags, usage) => flags | (1 << KEY_USAGES.indexOf(usage)), 0);
}

export function authorityKey(issuerSpki: Uint8Array): AuthorityKeyIdentifier {
  return new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuerSpki)) });
}

function policyList(policies: readonly string[]): CertificatePolicies {
  return new CertificatePolicies(
    policies.map((policyIdentifier) => new PolicyInformation({ policyIdentifier })),
  );
}

function urlName(url: string): GeneralName {
  return new GeneralName({ uniformResourceIdentifier: url });
}

function crlPoints(urls: readonly string[]): CRLDistributionPoints {
  const points = urls.map((url) => new DistributionPointName({ fullName: [urlName(url)] }));
  return new CRLDistributionPoints(
    points.map((distributionPoint) => new DistributionPoint({ distributionPoint })),
  );
}

/** AuthorityInfoAccess (RFC 5280 §4.2.2.1). */
function accessPoints(ocspUrls: readonly string[], issuerUrls: readonly string[]): AuthorityInfoAccessSyntax {
  const point = (accessMethod: string) => (url: string) =>
    new AccessDescription({ accessMethod, accessLocation: urlName(url) });
  return new AuthorityInfoAccessSyntax([
    ...ocspUrls.map(point('1.3.6.1.5.5.7.48.1')),
    ...issuerUrls.map(point('1.3.6.1.5.5.7.48.2')),
  ]);
}
