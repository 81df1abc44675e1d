import { classifyContainers } from '../../../src/core/token/current.ts';
import { buildCertificate } from '../../../src/core/certificate/build-certificate.ts';
import { parseCertificate, type Certificate } from '../../../src/core/certificate/certificate.ts';
import { subjectOf } from '../../../src/core/certificate/names.ts';
import type { KeyList } from '../../../src/core/environment/probe.ts';
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Issued {
  readonly root: Certificate;
  readonly leaf: Certificate;
  /** Of the same subject, signing only, over since 2025. */
  readonly old: Certificate;
  /** A CA below the root. */
  readonly between: Certificate;
  /** A key that holds the leaf. */
  readonly keys: KeyList;
}

/** A root that signs for a clerk, valid around the fixed day of the tests. */
export async function issueCertificates(
  urls: { readonly crl?: string; readonly ocsp?: string; readonly leafKey?: 'rsa' } = {},
): Promise<Issued> {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isRsa = urls.leafKey === 'rsa';
  const own = isRsa
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spkiOf = (pair: typeof ca) => new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }));
  const signer = {
    algorithm: 'ECDSA-SHA256' as const,
    sign: async (message: Uint8Array) => new Uint8Array(sign('sha256', message, ca.privateKey)),
  };
  const issuer = subjectOf({ country: 'CN', organisation: '示例机构', commonName: '练习根' });
  const subject = subjectOf({ country: 'CN', organisation: '示例公司', commonName: '张三' });
  const time = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2036, 0, 1) };
  const names = { ...time, issuer, issuerSpki: spkiOf(ca) };
  const root = await buildCertificate(
    {
      ...names,
      serial: '01',
      subject: issuer,
      spki: spkiOf(ca),
      ca: { pathLength: 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
    signer,
  );
  const leaf = await buildCertificate(
    {
      ...names,
      serial: '02',
      subject,
      spki: spkiOf(own),
      keyUsage: ['digitalSignature'],
      ...(urls.crl === undefined ? {} : { crlUrls: [urls.crl] }),
      ...(urls.ocsp === undefined ? {} : { ocspUrls: [urls.ocsp] }),
    },
    signer,
  );
  const old = await buildCertificate(
    {
      ...names,
      ...{ notBefore: Date.UTC(2024, 0, 1), notAfter: Date.UTC(2025, 0, 1), serial: '03', subject },
      spki: spkiOf(own),
      keyUsage: ['digitalSignature', 'nonRepudiation'],
    },
    signer,
  );
  const between = await buildCertificate(
    {
      ...names,
      serial: '04',
      subject: subjectOf({ country: 'CN', organisation: '示例机构', commonName: '练习中级' }),
      spki: spkiOf(own),
      ca: { pathLength: 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
    signer,
  );
  const container = {
    id: '01',
    label: '',
    keys: [
      {
        ...{ use: 'signing' as const, algorithm: isRsa ? ('RSA-2048' as const) : ('EC-P256' as const) },
        ...{ publicKey: spkiOf(own), hasPrivateKey: true },
      },
    ],
    certificates: [{ use: 'signing' as const, der: leaf }],
  };
  const pin = { state: 'ok' as const, attemptsLeft: null, minLength: null, maxLength: null };
  const token = {
    ...{
      id: 'SN-1',
      label: '张三的UKey',
      serial: '1',
      serialClash: false,
      manufacturer: '',
      model: '',
      pin,
      sm2: 'full' as const,
    },
  };
  const rules = { isSuccessor: () => false, readCertificate: parseCertificate };
  return {
    root: read(root),
    leaf: read(leaf),
    old: read(old),
    between: read(between),
    keys: {
      tokens: [
        {
          module: '/usr/lib/driver.so',
          kind: 'pkcs11',
          token,
          containers: classifyContainers([container], Date.UTC(2026, 10, 20), rules),
        },
      ],
      problems: [],
    },
  };
}

function read(der: Uint8Array): Certificate {
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return parsed.value;
}
