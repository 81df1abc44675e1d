// What the rehearsal CA issues and publishes, judged by openssl.

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { createApplicant, provisionHolder, type Holder } from '../support/applicant.ts';
import { referenceTo, valueOf, type SoftwareAlgorithm } from '../support/key-holder.ts';
import { openWorkshop } from '../support/openssl.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';

const workshop = openWorkshop();
let sandbox: TestSandbox;

beforeEach(async () => {
  sandbox = await openTestSandbox();
  workshop.write('root.pem', sandbox.rootPem);
});
afterEach(() => sandbox.close());
afterAll(() => workshop.dispose());

const pem = (certificate: string) => encodePem('CERTIFICATE', Buffer.from(certificate, 'base64'));

async function download(path: string): Promise<Uint8Array> {
  const response = await fetch(sandbox.url + path);
  return new Uint8Array(await response.arrayBuffer());
}

async function renewed(holder: Holder): Promise<string> {
  const client = sandbox.client();
  const applicant = createApplicant(() => client, holder);
  await applicant.logIn();
  await applicant.createOrder();
  await applicant.acceptAgreements();
  await applicant.submitForm();
  await applicant.submitRequest();
  const { items } = await applicant.fetch();
  await applicant.confirm();
  workshop.write('chain.pem', items[0]!.chain.map(pem).join(''));
  return items[0]!.signing;
}

describe('openssl', () => {
  it.each<SoftwareAlgorithm>(['RSA-2048', 'RSA-3072', 'RSA-4096', 'EC-P256', 'EC-P384'])(
    'accepts a renewed certificate with a key of %s',
    async (algorithm) => {
      workshop.write('new.pem', pem(await renewed(await provisionHolder(sandbox.operator, { algorithm }))));
      const verify = ['verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'chain.pem'];
      expect(workshop.try(...verify, 'new.pem')).toEqual({ ok: true, output: 'new.pem: OK\n' });
    },
  );

  it('reads in the certificate what a certificate of a Chinese CA holds', async () => {
    const holder = await provisionHolder(sandbox.operator, { algorithm: 'RSA-2048' });
    workshop.write('old.pem', pem(holder.certificate));
    const printed = workshop
      .run('x509', '-in', 'old.pem', '-noout', '-ext', 'basicConstraints,keyUsage,certificatePolicies')
      .concat(
        workshop.run('x509', '-in', 'old.pem', '-noout', '-ext', 'crlDistributionPoints,authorityInfoAccess'),
      );
    expect(printed.replace(/^\s+/gm, '').split('\n').filter(Boolean)).toEqual([
      'X509v3 Basic Constraints: critical',
      'CA:FALSE',
      'X509v3 Key Usage: critical',
      'Digital Signature, Non Repudiation, Key Encipherment',
      'X509v3 Certificate Policies: ',
      'Policy: 1.3.6.1.4.1.32473.1.1',
      'X509v3 CRL Distribution Points: ',
      'Full Name:',
      `URI:${sandbox.url}/crl/issuing.crl`,
      'Authority Information Access: ',
      `OCSP - URI:${sandbox.url}/ocsp/issuing`,
      `CA Issuers - URI:${sandbox.url}/ca/issuing.cer`,
    ]);
  });

  it('finds the old certificate on the revocation list and the new one not', async () => {
    const holder = await provisionHolder(sandbox.operator);
    workshop.write('new.pem', pem(await renewed(holder)));
    workshop.write('old.pem', pem(holder.certificate));
    for (const name of ['root', 'issuing']) {
      workshop.write(`${name}.crl`, await download(`/crl/${name}.crl`));
      workshop.run('crl', '-inform', 'DER', '-in', `${name}.crl`, '-out', `${name}.crl.pem`);
    }
    workshop.write('issuing.cer', await download('/ca/issuing.cer'));
    workshop.run('x509', '-inform', 'DER', '-in', 'issuing.cer', '-out', 'issuing.pem');
    const signed = workshop.try('crl', '-in', 'issuing.crl.pem', '-noout', '-CAfile', 'issuing.pem');
    expect(signed).toEqual({ ok: true, output: 'verify OK\n' });
    const check = (file: string) =>
      workshop.try(
        ...['verify', '-crl_check_all', '-CAfile', 'root.pem', '-untrusted', 'chain.pem'],
        ...['-CRLfile', 'root.crl.pem', '-CRLfile', 'issuing.crl.pem', file],
      );
    expect(check('new.pem')).toEqual({ ok: true, output: 'new.pem: OK\n' });
    expect(check('old.pem')).toMatchObject({
      ok: false,
      output: expect.stringContaining('certificate revoked') as string,
    });
  });

  it('sees a frozen certificate as held', async () => {
    const holder = await provisionHolder(sandbox.operator);
    const certificate = referenceTo(holder.certificate);
    valueOf(await sandbox.operator.freezeCertificate({ certificate }));
    workshop.write('held.crl', await download('/crl/issuing.crl'));
    const printed = workshop.run('crl', '-inform', 'DER', '-in', 'held.crl', '-noout', '-text');
    expect(printed).toMatch(new RegExp(`${certificate.serial}[^]*Certificate Hold`));
  });
});
