// Certificates and requests that other programs made: our schemas against what openssl prints, and against the
// schema library's own CertificationRequest where the request is standard.

import { readdirSync, readFileSync } from 'node:fs';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCertificate, type Certificate } from '../../src/core/certificate/certificate.ts';
import type { KeyUsageName } from '../../src/core/certificate/extensions.ts';
import { decodePem, encodePem } from '../../src/core/certificate/pem.ts';
import { parseRequest } from '../../src/core/certificate/request.ts';
import { formatTime } from '../../src/core/certificate/time.ts';
import { openWorkshop } from '../support/openssl.ts';

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

const NAME_OPTIONS = 'utf8,sep_comma_plus_space,sname,esc_2253';
const EXTENSIONS = 'basicConstraints,keyUsage,subjectKeyIdentifier,authorityKeyIdentifier';
const USAGE_WORDS: Readonly<Record<KeyUsageName, string>> = {
  digitalSignature: 'Digital Signature',
  nonRepudiation: 'Non Repudiation',
  keyEncipherment: 'Key Encipherment',
  dataEncipherment: 'Data Encipherment',
  keyAgreement: 'Key Agreement',
  keyCertSign: 'Certificate Sign',
  cRLSign: 'CRL Sign',
  encipherOnly: 'Encipher Only',
  decipherOnly: 'Decipher Only',
};

const workshop = openWorkshop();
afterAll(() => {
  workshop.dispose();
});

/** The line behind each heading that `-ext` prints, null where there is none. */
function extensionLine(printed: string, heading: string): string | null {
  const lines = printed.split('\n');
  const at = lines.findIndex((line) => line.includes(heading));
  return at < 0 ? null : (lines[at + 1]?.trim().replace(/^keyid:/, '') ?? null);
}

function asOpensslSays(der: Uint8Array): unknown {
  workshop.write('one.pem', encodePem('CERTIFICATE', der));
  const print = (...what: string[]) => workshop.run('x509', '-in', 'one.pem', '-noout', ...what);
  const fields = print(
    '-serial',
    '-subject',
    '-issuer',
    '-nameopt',
    NAME_OPTIONS,
    '-dates',
    '-dateopt',
    'iso_8601',
  );
  const extensions = print('-ext', EXTENSIONS);
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(fields)?.[1];
  return {
    serial: field('serial'),
    names: [field('subject'), field('issuer')],
    dates: [field('notBefore'), field('notAfter')],
    publicKey: print('-pubkey'),
    constraints: extensionLine(extensions, 'Basic Constraints'),
    usages: extensionLine(extensions, 'Key Usage'),
    keyIds: ['Subject Key Identifier', 'Authority Key Identifier'].map((name) =>
      extensionLine(extensions, name),
    ),
  };
}

function asWeSay(certificate: Certificate, { hasConstraints }: { hasConstraints: boolean }): unknown {
  const { pathLength, isCa, keyUsage } = certificate;
  const constraints = `CA:${isCa ? 'TRUE' : 'FALSE'}${pathLength === null ? '' : `, pathlen:${String(pathLength)}`}`;
  return {
    serial: certificate.serial,
    names: [certificate.subject.display, certificate.issuer.display],
    dates: [certificate.notBefore, certificate.notAfter].map((time) => formatTime(time).replace('T', ' ')),
    publicKey: encodePem('PUBLIC KEY', certificate.spki),
    constraints: hasConstraints ? constraints : null,
    usages: keyUsage?.map((usage) => USAGE_WORDS[usage]).join(', ') ?? null,
    keyIds: [certificate.subjectKeyId, certificate.authorityKeyId].map(
      (id) => id?.toUpperCase().replace(/..(?=.)/g, '$&:') ?? null,
    ),
  };
}

describe('openssl and we read the same in', () => {
  it.each(labelled('CERTIFICATE'))('$file', ({ der }) => {
    const certificate = parseCertificate(der);
    if (!certificate.ok) throw new Error(certificate.error.reason);
    const hasConstraints = hex(certificate.value.tbs).includes('0603551d13');
    expect(asWeSay(certificate.value, { hasConstraints })).toEqual(asOpensslSays(der));
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
      subject: subject.attributes.map(({ type, value }) => [type, value]),
      spki: hex(spki),
      signature: hex(signature),
      attributes: attributes.map(({ type, values }) => [type, values.map(hex)]),
    }).toEqual({
      info: hex(theirs.certificationRequestInfoRaw ?? new ArrayBuffer(0)),
      subject: theirs.certificationRequestInfo.subject.flatMap((group) =>
        group.map(({ type, value }) => [type, value.toString()]),
      ),
      spki: hex(AsnConvert.serialize(theirs.certificationRequestInfo.subjectPKInfo)),
      signature: hex(theirs.signature),
      attributes: theirs.certificationRequestInfo.attributes.map(({ type, values }) => [
        type,
        values.map(hex),
      ]),
    });
  });

  it.each(standard)('$file holds the subject that openssl finds', ({ der }) => {
    workshop.write('one.csr', encodePem('CERTIFICATE REQUEST', der));
    const printed = workshop.run('req', '-in', 'one.csr', '-noout', '-subject', '-nameopt', NAME_OPTIONS);
    const ours = parseRequest(der);
    expect(printed).toBe(`subject=${ours.ok ? ours.value.subject.display : ''}\n`);
  });

  it.each(labelled('CERTIFICATE REQUEST').filter(({ file }) => file.startsWith('csr-')))(
    '$file is read although openssl and the schema library refuse it',
    ({ der }) => {
      workshop.write('one.csr', encodePem('CERTIFICATE REQUEST', der));
      expect({
        openssl: workshop.try('req', '-in', 'one.csr', '-noout').ok,
        library: attemptLibrary(der),
        ours: parseRequest(der).ok,
      }).toEqual({ openssl: false, library: false, ours: true });
    },
  );
});

function attemptLibrary(der: Uint8Array): boolean {
  try {
    AsnConvert.parse(der, CertificationRequest);
    return true;
  } catch {
    return false;
  }
}
