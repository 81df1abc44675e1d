// Our reader against @peculiar's schemas, over every certificate and request that other programs made.

import { readdirSync, readFileSync } from 'node:fs';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate as SchemaCertificate,
  KeyUsage,
  SubjectKeyIdentifier,
  type Name,
} from '@peculiar/asn1-x509';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import type { DistinguishedName } from '../../src/core/certificate/names.ts';
import { decodePem } from '../../src/core/certificate/pem.ts';
import { parseRequest } from '../../src/core/certificate/request.ts';

const folder = new URL('../fixtures/gm/', import.meta.url);
const blocks = ['gmsm', 'gmssl-generated'].flatMap((name) =>
  readdirSync(new URL(`${name}/`, folder))
    .filter((file) => file.endsWith('.pem'))
    .flatMap((file) =>
      decodePem(readFileSync(new URL(`${name}/${file}`, folder), 'latin1')).map((block) => ({
        file,
        ...block,
      })),
    ),
);
const labelled = (label: string) => blocks.filter((block) => block.label === label);
const hex = (bytes: ArrayBuffer | Uint8Array) => Buffer.from(new Uint8Array(bytes)).toString('hex');

/** Their order is another, and theirs is crlSign. */
function usageNames(usage: KeyUsage): string[] {
  return usage
    .toJSON()
    .map((name) => name.toLowerCase())
    .toSorted();
}

function theirName(name: Name): unknown {
  return name.flatMap((group) => group.map(({ type, value }) => [type, value.toString()]));
}

function ourName({ attributes }: DistinguishedName): unknown {
  return attributes.map(({ type, value }) => [type, value]);
}

describe('certificates', () => {
  it.each(labelled('CERTIFICATE'))('$file', ({ der }) => {
    const {
      tbsCertificate: theirs,
      tbsCertificateRaw,
      signatureValue,
    } = AsnConvert.parse(der, SchemaCertificate);
    const ours = parseCertificate(der);
    if (!ours.ok) throw new Error(ours.error.reason);
    const extension = (id: string) => theirs.extensions?.find(({ extnID }) => extnID === id)?.extnValue;
    const [constraints, usage, subjectKey, authorityKey] = [
      '2.5.29.19',
      '2.5.29.15',
      '2.5.29.14',
      '2.5.29.35',
    ].map(extension);
    const authority = authorityKey && AsnConvert.parse(authorityKey, AuthorityKeyIdentifier).keyIdentifier;
    const value = ours.value;
    expect({
      tbs: hex(value.tbs),
      signature: hex(value.signature),
      serial: value.serial.toLowerCase(),
      names: [ourName(value.issuer), ourName(value.subject)],
      period: [value.notBefore, value.notAfter],
      spki: hex(value.spki),
      isCa: value.isCa,
      keyUsage: value.keyUsage?.map((name) => name.toLowerCase()).toSorted() ?? null,
      keyIds: [value.subjectKeyId, value.authorityKeyId],
    }).toEqual({
      tbs: hex(tbsCertificateRaw ?? new ArrayBuffer(0)),
      signature: hex(signatureValue),
      serial: hex(theirs.serialNumber).replace(/^00(?=..)/, ''),
      names: [theirName(theirs.issuer), theirName(theirs.subject)],
      period: [theirs.validity.notBefore, theirs.validity.notAfter].map((time) => time.getTime().getTime()),
      spki: hex(AsnConvert.serialize(theirs.subjectPublicKeyInfo)),
      isCa: constraints !== undefined && AsnConvert.parse(constraints, BasicConstraints).cA,
      keyUsage: usage === undefined ? null : usageNames(AsnConvert.parse(usage, KeyUsage)),
      keyIds: [
        subjectKey === undefined ? null : hex(AsnConvert.parse(subjectKey, SubjectKeyIdentifier).buffer),
        authority === undefined ? null : hex(authority.buffer),
      ],
    });
  });
});

describe('requests', () => {
  const standard = labelled('CERTIFICATE REQUEST').filter(({ file }) => !file.startsWith('csr-'));

  it.each(standard)('$file', ({ der }) => {
    const theirs = AsnConvert.parse(der, CertificationRequest);
    const ours = parseRequest(der);
    if (!ours.ok) throw new Error(ours.error.reason);
    const { info, subject, spki, signature, attributes } = ours.value;
    expect({
      info: hex(info),
      subject: ourName(subject),
      spki: hex(spki),
      signature: hex(signature),
      attributes: attributes.map(({ type, values }) => [type, values.map(hex)]),
    }).toEqual({
      info: hex(theirs.certificationRequestInfoRaw ?? new ArrayBuffer(0)),
      subject: theirName(theirs.certificationRequestInfo.subject),
      spki: hex(AsnConvert.serialize(theirs.certificationRequestInfo.subjectPKInfo)),
      signature: hex(theirs.signature),
      attributes: theirs.certificationRequestInfo.attributes.map(({ type, values }) => [
        type,
        values.map(hex),
      ]),
    });
  });
});
