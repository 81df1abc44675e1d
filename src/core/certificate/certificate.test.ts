import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate as SchemaCertificate } from '@peculiar/asn1-x509';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCertificate, type CertificateFields } from './build-certificate.ts';
import { certificateUse, daysLeft, parseCertificate, validityAt } from './certificate.ts';
import { buildCrl, parseCrl } from './crl.ts';
import { childrenOf, encode, encodeParts, oid, readDer, sequence, setOf } from './der.ts';
import { displayCertificate } from './display.ts';
import type { KeyUsageName } from './extensions.ts';
import { parseName, subjectOf } from './names.ts';
import { assembleRequest, parseRequest, requestInfo } from './request.ts';
import { ecSpki } from './spki.ts';
import { encodeUtf8 } from './text.ts';

const spki = ecSpki(
  'EC-P256',
  Uint8Array.from({ length: 65 }, (_, index) => (index === 0 ? 4 : index)),
);
const issuer = subjectOf({ country: 'CN', organisation: '演示机构', commonName: '签发 CA' });
const subject = subjectOf({
  country: 'CN',
  organisation: '示例有限公司',
  organisationalUnit: '一部',
  commonName: '张三',
});
const fields: CertificateFields = {
  serial: '00a1b2',
  issuer,
  subject,
  notBefore: Date.UTC(2025, 11, 2, 1, 2, 3),
  notAfter: Date.UTC(2060, 11, 2, 1, 2, 3),
  spki,
  issuerSpki: spki,
  keyUsage: ['digitalSignature', 'nonRepudiation'],
  extKeyUsage: ['1.3.6.1.5.5.7.3.4'],
  policies: ['1.2.156.112600.1'],
  ocspUrls: ['http://ca.example/ocsp'],
};
const signer = { algorithm: 'ECDSA-SHA256', sign: async () => Uint8Array.of(1, 2, 3) } as const;
const crlUrls = ['http://ca.example/1.crl', 'ldap://ca.example/cn=1'];
const der = await buildCertificate({ ...fields, crlUrls }, signer);

function parsed(bytes: Uint8Array) {
  const result = parseCertificate(bytes);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

describe('parseCertificate', () => {
  it('shows every field that a person or a rule asks for', () => {
    expect(displayCertificate(parsed(der), Date.UTC(2060, 10, 20, 1, 2, 4))).toMatchObject({
      subject: 'C=CN, O=示例有限公司, OU=一部, CN=张三',
      issuer: 'C=CN, O=演示机构, CN=签发 CA',
      serial: 'A1B2',
      notBefore: '2025-12-02T01:02:03Z',
      notAfter: '2060-12-02T01:02:03Z',
      validity: 'valid',
      daysLeft: 11,
      use: 'signing',
      publicKey: 'EC-P256',
      signatureAlgorithm: 'ECDSA-SHA256',
      keyUsages: ['digitalSignature', 'nonRepudiation'],
      extKeyUsages: ['1.3.6.1.5.5.7.3.4'],
      isCa: false,
      pathLength: null,
      policies: ['1.2.156.112600.1'],
      crlUrls,
      ocspUrls: ['http://ca.example/ocsp'],
    });
  });

  it('reads the same fields as an independent schema library', () => {
    const ours = parsed(der);
    const { tbsCertificate: theirs, ...outer } = AsnConvert.parse(der, SchemaCertificate);
    expect({
      serial: ours.serial,
      notBefore: ours.notBefore,
      notAfter: ours.notAfter,
      spki: ours.spki,
      signature: ours.signature,
      names: [ours.issuer, ours.subject].map((name) => name.attributes),
    }).toEqual({
      serial: bytesToHex(new Uint8Array(theirs.serialNumber)).toUpperCase().replace(/^00/, ''),
      notBefore: theirs.validity.notBefore.getTime().getTime(),
      notAfter: theirs.validity.notAfter.getTime().getTime(),
      spki: new Uint8Array(AsnConvert.serialize(theirs.subjectPublicKeyInfo)),
      signature: new Uint8Array(outer.signatureValue),
      names: [theirs.issuer, theirs.subject].map((name) =>
        name.flatMap((group) => group.map(({ type, value }) => ({ type, value: value.toString() }))),
      ),
    });
  });

  it('keeps its own copy of the bytes', () => {
    const bytes = der.slice();
    const certificate = parsed(bytes);
    bytes.fill(0);
    expect(certificate.der).toEqual(der);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', encodeUtf8('-----BEGIN CERTIFICATE-----')],
    ['a byte too many', Uint8Array.from([...der, 0])],
    ['a byte too few', der.slice(0, -1)],
    ['an indefinite length', Uint8Array.of(0x30, 0x80, 0, 0)],
    ['endless nesting', nested(60)],
    ['more than 64 KiB', encode(0x30, new Uint8Array(70_000))],
    ['a length of four gigabytes', Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
    ['a length that is not the shortest', Uint8Array.from([0x30, 0x83, 0, ...der.slice(2)])],
    [
      'indefinite lengths to the end',
      Uint8Array.from({ length: 60_000 }, (_, index) => (index % 2 ? 0x80 : 0x30)),
    ],
    [
      'thirty thousand parts',
      encodeParts(
        0x30,
        Array.from({ length: 30_000 }, () => sequence()),
      ),
    ],
    ['another tag around', Uint8Array.from([0xa0, ...der.slice(1)])],
    ['an empty sequence', sequence()],
  ])('names what is wrong with %s', (_, bytes) => {
    expect([parseRequest(bytes).ok, parseCrl(bytes).ok]).toEqual([false, false]);
    expect(parseCertificate(bytes)).toEqual({
      ok: false,
      error: { code: 'certificate.unparsable', reason: expect.any(String) as string },
    });
  });

  it('refuses an extension given twice', async () => {
    const twice = { id: '2.5.29.37', critical: false, value: sequence() };
    const bytes = await buildCertificate({ ...fields, others: [twice] }, signer);
    expect(parseCertificate(bytes)).toEqual({
      ok: false,
      error: { code: 'certificate.unparsable', reason: 'an extension twice' },
    });
  });

  it('shows object identifiers with the longest arcs, and the bytes of names as they were', async () => {
    const long = '2.25.329800735698586629295641978511506172918';
    const gbk = encode(0x0c, Uint8Array.of(0xd6, 0xd0, 0xb9, 0xfa));
    const odd = sequence(setOf(sequence(oid(long), gbk)));
    const bytes = await buildCertificate(
      {
        ...fields,
        subject: odd,
        extKeyUsage: [long],
        policies: [long],
        others: [{ id: long, critical: true, value: sequence() }],
      },
      signer,
    );
    const read = parsed(bytes);
    expect([read.subject.der, read.spki, read.extKeyUsage, read.policies, read.unknownCritical]).toEqual([
      odd,
      spki,
      [long],
      [long],
      [long],
    ]);
    expect(read.subject.attributes).toEqual([{ type: long, value: 'ÖÐ¹ú' }]);
  });

  it('leaves out addresses it cannot read and keeps the certificate', async () => {
    const odd = { id: '2.5.29.31', critical: false, value: Uint8Array.of(0x30, 0x02, 0x05, 0x09) };
    const bytes = await buildCertificate({ ...fields, others: [odd] }, signer);
    expect(parsed(bytes).crlUrls).toEqual([]);
  });
});

describe('parseCrl', () => {
  it('finds what is revoked on a list that does not tell when the next one comes', async () => {
    const crl = await buildCrl(
      {
        issuer,
        issuerSpki: spki,
        number: 1,
        thisUpdate: 0,
        nextUpdate: 1000,
        revoked: [
          { serial: '80FF', revokedAt: 5000, reason: 'certificateHold' },
          { serial: '02', revokedAt: 0, reason: null },
        ],
      },
      signer,
    );
    const reading = readDer(crl, crl.length, (root) => {
      const [tbs, ...rest] = childrenOf(root);
      const parts = tbs === undefined ? [] : childrenOf(tbs).filter((_, index) => index !== 4);
      return sequence(sequence(...parts.map(({ bytes }) => bytes)), ...rest.map(({ bytes }) => bytes));
    });
    const list = parseCrl(reading.ok ? reading.value : crl);
    expect(list.ok && [list.value.nextUpdate, list.value.revoked]).toEqual([
      null,
      [
        { serial: '80FF', revokedAt: 5000, reason: 'certificateHold' },
        { serial: '02', revokedAt: 0, reason: null },
      ],
    ]);
  });
});

describe('rubbish never throws', () => {
  const info = requestInfo({ subject, spki });
  const request = assembleRequest(info, 'ECDSA-SHA256', Uint8Array.of(1));
  const readers = (bytes: Uint8Array) => [
    parseCertificate(bytes),
    parseRequest(bytes),
    parseCrl(bytes),
    parseName(bytes),
  ];

  it('random bytes are answered with an error value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const answer of readers(bytes)) expect(answer === null || typeof answer === 'object').toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('cut or altered certificates, requests and lists are answered with a value', async () => {
    const crl = await buildCrl(
      {
        issuer,
        issuerSpki: spki,
        number: 1,
        thisUpdate: 0,
        nextUpdate: 1000,
        revoked: [{ serial: '01', revokedAt: 0, reason: 'superseded' }],
      },
      signer,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(der, request, crl, subject),
        fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        fc.option(fc.nat(2000)),
        (valid, changes, cut) => {
          const bytes = valid.slice(0, cut === null ? valid.length : cut % (valid.length + 1));
          for (const [place, value] of changes) if (bytes.length > 0) bytes[place % bytes.length] = value;
          for (const answer of readers(bytes))
            expect(answer === null || typeof answer === 'object').toBe(true);
          const certificate = parseCertificate(bytes);
          if (certificate.ok) displayCertificate(certificate.value, 0);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('validity and use', () => {
  const end = Date.UTC(2026, 11, 2, 0, 0, 0);
  const period = { notBefore: Date.UTC(2025, 11, 2), notAfter: end };

  it.each([
    [period.notBefore - 1, 'notYetValid', 365],
    [period.notBefore, 'valid', 365],
    [end - 86_400_000, 'valid', 1],
    [end - 1, 'valid', 0],
    [end, 'valid', 0],
    [end + 999, 'valid', -1],
    [end + 1000, 'expired', -1],
    [end + 86_400_001, 'expired', -2],
  ])('at %d a certificate is %s with %d days left', (now, validity, days) => {
    expect([validityAt(period, now), daysLeft(period, now)]).toEqual([validity, days]);
  });

  it.each<[KeyUsageName[] | null, string]>([
    [['digitalSignature'], 'signing'],
    [['nonRepudiation'], 'signing'],
    [['keyEncipherment', 'dataEncipherment'], 'encryption'],
    [['keyAgreement'], 'encryption'],
    [['digitalSignature', 'keyEncipherment'], 'both'],
    [['keyCertSign'], 'both'],
    [[], 'both'],
    [null, 'both'],
  ])('key usage %j means %s', (keyUsage, use) => {
    expect(certificateUse({ keyUsage })).toBe(use);
  });
});

function nested(depth: number): Uint8Array {
  return depth === 0 ? sequence() : sequence(nested(depth - 1));
}
