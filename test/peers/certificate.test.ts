import { createPrivateKey, sign as nodeSign, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import { SIGNATURE_FOR_KEY } from '../../src/core/certificate/algorithms.ts';
import { buildCertificate, type CertificateSigner } from '../../src/core/certificate/build-certificate.ts';
import { certificateUse, parseCertificate } from '../../src/core/certificate/certificate.ts';
import { buildChain, type ChainOptions } from '../../src/core/certificate/chain.ts';
import { buildCrl, parseCrl } from '../../src/core/certificate/crl.ts';
import { parseName, subjectOf } from '../../src/core/certificate/names.ts';
import { decodePem, encodePem } from '../../src/core/certificate/pem.ts';
import {
  assembleRequest,
  isRequestGenuine,
  parseRequest,
  requestInfo,
} from '../../src/core/certificate/request.ts';
import { formatTime } from '../../src/core/certificate/time.ts';
import { certificateFrom, issue, makeKey, openWorkshop, type Workshop } from '../support/openssl.ts';

const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
const IDS = ['subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid:always'];
const LEAF = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature,nonRepudiation',
  ...IDS,
];
const NOW = Date.UTC(2026, 10, 20);
const STRICT: ChainOptions = { now: NOW, accept: 'strict' };

const verifier = createSignatureVerifier();
let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});
afterAll(() => {
  workshop.dispose();
});

function signerFrom(file: string, keyAlgorithm: keyof typeof SIGNATURE_FOR_KEY): CertificateSigner {
  const algorithm = SIGNATURE_FOR_KEY[keyAlgorithm];
  const key = createPrivateKey(Buffer.from(workshop.read(file)));
  const digest = algorithm.endsWith('384') ? 'sha384' : 'sha256';
  return { algorithm, sign: async (message) => new Uint8Array(nodeSign(digest, message, key)) };
}

function spkiFrom(key: string): Uint8Array {
  workshop.run('pkey', '-in', key, '-pubout', '-outform', 'DER', '-out', 'public.der');
  return workshop.read('public.der');
}

describe('certificates made by openssl are read as openssl reads them', () => {
  it.each([
    ['RSA:2048', 'RSA-2048'],
    ['RSA:3072', 'RSA-3072'],
    ['RSA:4096', 'RSA-4096'],
    ['EC:P-256', 'EC-P256'],
    ['EC:P-384', 'EC-P384'],
  ])('root, issuer and leaf with %s keys', async (kind, algorithm) => {
    const name = algorithm;
    const [root, middle, leaf] = ['root', 'middle', 'leaf'].map((place) => `${place}-${name}`) as [
      string,
      string,
      string,
    ];
    for (const each of [root, middle, leaf]) makeKey(workshop, each, kind);
    const rootCertificate = issue(workshop, root, {
      key: `${root}.key`,
      subject: `/C=CN/O=演示机构/CN=${root}`,
      extensions: [...CA, 'subjectKeyIdentifier=hash'],
    });
    const middleCertificate = issue(workshop, middle, {
      key: `${middle}.key`,
      issuer: root,
      subject: `/C=CN/O=演示机构/CN=${middle}`,
      extensions: [...CA, ...IDS],
    });
    const leafCertificate = issue(workshop, leaf, {
      key: `${leaf}.key`,
      issuer: middle,
      subject: '/C=CN/O=示例招标代理有限公司/OU=业务一部/CN=张三, 李四',
      extensions: [
        ...LEAF,
        'extendedKeyUsage=clientAuth',
        'certificatePolicies=1.2.156.1.2',
        'crlDistributionPoints=URI:http://ca.example/a.crl',
        'authorityInfoAccess=OCSP;URI:http://ocsp.example/',
      ],
      serial: '0xA1B2C3D4E5F60718293A',
    });
    const node = new X509Certificate(Buffer.from(leafCertificate.der));
    expect({
      ...leafCertificate,
      der: 0,
      tbs: 0,
      spki: 0,
      signature: 0,
      subject: leafCertificate.subject.attributes.map(({ value }) => value),
      issuer: leafCertificate.issuer.display,
    }).toEqual({
      der: 0,
      tbs: 0,
      spki: 0,
      signature: 0,
      version: 3,
      serial: node.serialNumber,
      subject: ['CN', '示例招标代理有限公司', '业务一部', '张三, 李四'],
      issuer: `C=CN, O=演示机构, CN=${middle}`,
      notBefore: Date.parse(node.validFrom),
      notAfter: Date.parse(node.validTo),
      algorithm,
      signatureAlgorithm: kind.startsWith('RSA') ? 'RSA-SHA256' : 'ECDSA-SHA256',
      signatureOid: kind.startsWith('RSA') ? '1.2.840.113549.1.1.11' : '1.2.840.10045.4.3.2',
      keyUsage: ['digitalSignature', 'nonRepudiation'],
      extKeyUsage: ['1.3.6.1.5.5.7.3.2'],
      isCa: false,
      pathLength: null,
      subjectKeyId: leafCertificate.subjectKeyId,
      authorityKeyId: middleCertificate.subjectKeyId,
      policies: ['1.2.156.1.2'],
      crlUrls: ['http://ca.example/a.crl'],
      ocspUrls: ['http://ocsp.example/'],
      issuerUrls: [],
      unknownCritical: [],
      sha256: node.fingerprint256.replaceAll(':', '').toLowerCase(),
    });
    expect(certificateUse(leafCertificate)).toBe('signing');
    const chain = await buildChain(leafCertificate, [middleCertificate], [rootCertificate], verifier, STRICT);
    expect(chain).toEqual({ ok: true, value: [leafCertificate, middleCertificate, rootCertificate] });
  });

  it('reads a negative serial, a time after 2050 and names in UTF-16', () => {
    makeKey(workshop, 'odd', 'EC:P-256');
    workshop.write(
      'odd.cnf',
      '[req]\ndistinguished_name=n\nprompt=no\nstring_mask=MASK:0x800\nutf8=yes\n[n]\nCN=测试企业\n',
    );
    workshop.run(
      'req',
      '-new',
      '-x509',
      '-config',
      'odd.cnf',
      '-key',
      'odd.key',
      '-set_serial',
      '-0x1234',
      '-days',
      '20000',
      '-out',
      'odd.pem',
    );
    const odd = certificateFrom(workshop, 'odd.pem');
    const node = new X509Certificate(Buffer.from(odd.der));
    expect([odd.serial, odd.subject.display, formatTime(odd.notAfter)]).toEqual([
      'EDCC',
      'CN=测试企业',
      new Date(node.validTo).toISOString().replace('.000', ''),
    ]);
    expect(odd.subject.der.includes(0x1e)).toBe(true);
    const same = parseName(subjectOf({ commonName: ' 测试企业  ' }));
    expect(same?.comparable).toBe(odd.subject.comparable);
  });

  it('verifies a certificate signed with RSA-PSS', async () => {
    makeKey(workshop, 'pss', 'RSA:2048');
    workshop.run(
      'req',
      '-new',
      '-x509',
      '-key',
      'pss.key',
      '-subj',
      '/CN=pss',
      '-sigopt',
      'rsa_padding_mode:pss',
      '-sigopt',
      'rsa_pss_saltlen:20',
      '-sha256',
      '-out',
      'pss.pem',
    );
    const pss = certificateFrom(workshop, 'pss.pem');
    expect(pss.signatureAlgorithm).toBe('RSA-PSS-SHA256');
    expect(await verifier.verify(pss.spki, 'RSA-PSS-SHA256', pss.tbs, pss.signature)).toBe(true);
  });
});

describe('openssl accepts what we build', () => {
  const subject = subjectOf({ country: 'CN', organisation: '示例招标代理有限公司', commonName: '张三' });

  it.each([
    ['RSA:2048', 'RSA-2048'],
    ['EC:P-256', 'EC-P256'],
    ['EC:P-384', 'EC-P384'],
  ] as const)('a request, a root, a leaf and a revocation list with %s keys', async (kind, algorithm) => {
    const key = makeKey(workshop, `own-${algorithm}`, kind);
    const signer = signerFrom(key, algorithm);
    const spki = spkiFrom(key);

    const info = requestInfo({ subject, spki });
    const request = assembleRequest(info, signer.algorithm, await signer.sign(info));
    workshop.write('own.csr', request);
    expect(workshop.try('req', '-verify', '-inform', 'DER', '-in', 'own.csr', '-noout').output).toMatch(
      /verify OK/,
    );
    const parsed = parseRequest(request);
    expect(parsed.ok && (await isRequestGenuine(parsed.value, verifier))).toBe(true);

    const validity = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2051, 0, 1) };
    const name = subjectOf({ country: 'CN', organisation: '演示机构', commonName: `根 ${algorithm}` });
    const root = await buildCertificate(
      {
        serial: '0100',
        issuer: name,
        subject: name,
        ...validity,
        spki,
        ca: { pathLength: 1 },
        keyUsage: ['keyCertSign', 'cRLSign'],
      },
      signer,
    );
    const leaf = await buildCertificate(
      {
        serial: 'f0e1d2',
        issuer: name,
        subject,
        ...validity,
        spki,
        issuerSpki: spki,
        keyUsage: ['digitalSignature', 'nonRepudiation', 'decipherOnly'],
        extKeyUsage: ['1.3.6.1.5.5.7.3.2'],
        policies: ['1.2.156.1.2.3'],
        crlUrls: ['http://ca.example/a.crl'],
        ocspUrls: ['http://ca.example/ocsp'],
      },
      signer,
    );
    const crl = await buildCrl(
      {
        issuer: name,
        issuerSpki: spki,
        number: 7,
        thisUpdate: Date.UTC(2026, 10, 1),
        nextUpdate: Date.UTC(2027, 0, 1),
        revoked: [{ serial: 'F0E1D2', revokedAt: Date.UTC(2026, 10, 2), reason: 'superseded' }],
      },
      signer,
    );
    workshop.write('own-root.pem', encodePem('CERTIFICATE', root));
    workshop.write('own-leaf.pem', encodePem('CERTIFICATE', leaf));
    workshop.write('own.crl', encodePem('X509 CRL', crl));
    const verify = ['verify', '-x509_strict', '-attime', String(NOW / 1000), '-CAfile', 'own-root.pem'];
    expect([
      workshop.try(...verify, 'own-leaf.pem').ok,
      workshop
        .try(...verify, '-crl_check', '-CRLfile', 'own.crl', 'own-leaf.pem')
        .output.includes('certificate revoked'),
    ]).toEqual([true, true]);
    const text = workshop.run(
      'x509',
      '-in',
      'own-leaf.pem',
      '-noout',
      '-ext',
      'keyUsage,extendedKeyUsage,certificatePolicies,crlDistributionPoints,authorityInfoAccess',
    );
    for (const expected of [
      'Digital Signature, Non Repudiation, Decipher Only',
      'TLS Web Client Authentication',
      '1.2.156.1.2.3',
      'URI:http://ca.example/a.crl',
      'OCSP - URI:http://ca.example/ocsp',
    ])
      expect(text).toContain(expected);
    const list = parseCrl(crl);
    expect(list.ok && [list.value.revoked, list.value.signatureAlgorithm]).toEqual([
      [{ serial: 'F0E1D2', revokedAt: Date.UTC(2026, 10, 2), reason: 'superseded' }],
      signer.algorithm,
    ]);
    expect([root, leaf].map((der) => parseCertificate(der).ok)).toEqual([true, true]);
    expect(decodePem(encodePem('CERTIFICATE', leaf))[0]?.der).toEqual(leaf);
  });

  it('refuses a request whose signature belongs to another key', async () => {
    makeKey(workshop, 'a', 'EC:P-256');
    makeKey(workshop, 'b', 'EC:P-256');
    const info = requestInfo({ subject, spki: spkiFrom('a.key') });
    const request = assembleRequest(info, 'ECDSA-SHA256', await signerFrom('b.key', 'EC-P256').sign(info));
    const parsed = parseRequest(request);
    expect(parsed.ok && (await isRequestGenuine(parsed.value, verifier))).toBe(false);
  });
});
