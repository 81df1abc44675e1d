// Answers to fetchCertificates that a broken or malicious gateway might give. The forger has the rehearsal CA's
// own keys, so everything but the named fault is right.

import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayAnswer } from '../../src/contract/gateway.ts';
import { buildCertificate, type CertificateFields } from '../../src/core/certificate/build-certificate.ts';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import { subjectOf } from '../../src/core/certificate/names.ts';
import { createSoftwareKey, valueOf } from './key-holder.ts';

type Fetched = GatewayAnswer<'fetchCertificates'>;

export const FORGERIES = [
  'otherKey',
  'untrustedIssuer',
  'otherSubject',
  'endsBeforeOld',
  'brokenSignature',
  'wrongUsage',
  'otherOrder',
] as const;
export type Forgery = (typeof FORGERIES)[number];

const DAY = 86_400_000;

/** @param folder of a sandbox */
export function createForger(folder: string) {
  const issuingKey = createPrivateKey(readFileSync(join(folder, 'keys', 'issuing.pem')));
  const strangerKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const otherKey = createSoftwareKey('RSA-2048');

  const reissue = async (der: string, change: Partial<CertificateFields>, key: KeyObject = issuingKey) => {
    const old = valueOf(parseCertificate(Buffer.from(der, 'base64')));
    const fields: CertificateFields = {
      serial: `5A${randomBytes(15).toString('hex').toUpperCase()}`,
      issuer: old.issuer.der,
      subject: old.subject.der,
      notBefore: old.notBefore,
      notAfter: old.notAfter,
      spki: old.spki,
      keyUsage: old.keyUsage ?? [],
      policies: old.policies,
      ...change,
    };
    const signer = {
      algorithm: 'RSA-SHA256' as const,
      sign: (tbs: Uint8Array) => Promise.resolve(new Uint8Array(sign('sha256', tbs, key))),
    };
    return Buffer.from(await buildCertificate(fields, signer)).toString('base64');
  };

  const forgeOne: Record<Exclude<Forgery, 'otherOrder'>, (der: string) => string | Promise<string>> = {
    otherKey: (der) => reissue(der, { spki: otherKey.spki }),
    untrustedIssuer: (der) => reissue(der, {}, strangerKey),
    otherSubject: (der) =>
      reissue(der, { subject: subjectOf({ country: 'CN', organisation: '别的公司', commonName: '李四' }) }),
    endsBeforeOld: (der) => reissue(der, { notAfter: Date.now() + DAY, notBefore: Date.now() - DAY }),
    brokenSignature: (der) => {
      const bytes = Buffer.from(der, 'base64');
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      return bytes.toString('base64');
    },
    wrongUsage: (der) => reissue(der, { keyUsage: ['keyCertSign'] }),
  };

  return {
    async forge(answer: Fetched, forgery: Forgery): Promise<Fetched> {
      if (forgery === 'otherOrder') return { ...answer, orderId: 'O-0000000000000000' };
      const items = [];
      for (const item of answer.items)
        items.push({ ...item, signing: await forgeOne[forgery](item.signing) });
      return { ...answer, items };
    },
  };
}
