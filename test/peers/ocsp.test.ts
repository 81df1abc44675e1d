// Status of certificates against OpenSSL: its client asks our responder, our client asks its responder, and both
// say what the CA did to the certificate.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetworkProbe } from '../../src/app/adapters/os/network.ts';
import { DIRECT } from '../../src/app/adapters/os/proxy-route.ts';
import { createRevocationCache } from '../../src/app/adapters/revocation-cache.ts';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import { createRevocationProbe } from '../../src/app/services/environment/revocation.ts';
import { decodeBase64 } from '../../src/core/certificate/base64.ts';
import { parseCertificate, type Certificate } from '../../src/core/certificate/certificate.ts';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { valueOf } from '../support/key-holder.ts';
import { openWorkshop, issue, type Workshop } from '../support/openssl.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function parsed(der: Uint8Array): Certificate {
  return valueOf(parseCertificate(der));
}

/** What our client hears, in a new data folder each time. */
async function ask(certificate: Certificate, issuer: Certificate) {
  const folder = mkdtempSync(join(tmpdir(), 'revocation-'));
  folders.push(folder);
  const probe = createRevocationProbe({
    network: createNetworkProbe(null, () => Promise.resolve(DIRECT)),
    trust: {
      chain: () => Promise.resolve({ issuers: [{ certificate: issuer, source: '' }], isComplete: false }),
    },
    verifier: createSignatureVerifier(),
    now: Date.now,
    cache: createRevocationCache(folder),
  });
  return probe(certificate);
}

describe('the rehearsal CA as responder', () => {
  let sandbox: TestSandbox;
  let leaf: Certificate;
  let issuer: Certificate;
  const workshop = openWorkshop();

  beforeAll(async () => {
    sandbox = await openTestSandbox();
    workshop.run('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'leaf.key');
    workshop.run('pkey', '-in', 'leaf.key', '-pubout', '-outform', 'DER', '-out', 'leaf.pub');
    const publicKey = Buffer.from(workshop.read('leaf.pub')).toString('base64');
    const issued = valueOf(
      await sandbox.operator.provision({
        publicKey,
        request: null,
        subject: { commonName: '张三' },
        daysLeft: 30,
      }),
    );
    leaf = parsed(decodeBase64(issued.certificate) ?? new Uint8Array());
    issuer = parsed(decodeBase64(issued.chain[0] ?? '') ?? new Uint8Array());
    workshop.write('leaf.pem', encodePem('CERTIFICATE', leaf.der));
    workshop.write('issuer.pem', encodePem('CERTIFICATE', issuer.der));
    workshop.write('root.pem', sandbox.rootPem);
  });
  afterAll(async () => {
    workshop.dispose();
    await sandbox.close();
  });

  const reference = () => ({ issuer: '', serial: leaf.serial });

  it.each([
    ['good', null, /: good/],
    ['frozen', 'freezeCertificate', /: revoked[^]*certificateHold/],
    ['good', 'unfreezeCertificate', /: good/],
    ['revoked', 'revokeCertificate', /: revoked/],
  ] as const)('says %s after %s, to OpenSSL and to us', async (state, call, sentence) => {
    if (call !== null) {
      const listed = valueOf(await sandbox.operator.listCertificates({}));
      const mine = listed.certificates.find(({ serial }) => serial === leaf.serial);
      valueOf(await sandbox.operator[call]({ certificate: { ...reference(), issuer: mine?.issuer ?? '' } }));
    }
    const theirs = await runOpenssl(
      workshop,
      ...['ocsp', '-issuer', 'issuer.pem', '-cert', 'leaf.pem', '-CAfile', 'root.pem', '-timeout', '10'],
      ...['-verify_other', 'issuer.pem', '-url', leaf.ocspUrls[0] ?? '', '-no_nonce'],
      ...['-header', `Host=${new URL(sandbox.url).host}`],
    );
    expect(theirs).toMatch(/Response verify OK/);
    expect(theirs.replace(/\s+/g, ' ')).toMatch(sentence);
    expect(await ask(leaf, issuer)).toMatchObject({ ok: true, value: { state, source: 'ocsp' } });
  });

  it('leaves its lists to those who ask no responder', async () => {
    const withoutResponder = { ...leaf, ocspUrls: ['http://127.0.0.1:1/'] };
    expect(await ask(withoutResponder, issuer)).toMatchObject({
      ok: true,
      value: { state: 'revoked', source: 'crl' },
    });
  });

  it('is not believed when another CA signed', async () => {
    const another = { ...issuer, spki: leaf.spki };
    expect(await ask(leaf, another)).toMatchObject({ ok: false, error: { reason: 'malformed' } });
  });
});

describe('OpenSSL as responder, with a certificate for just that', () => {
  const workshop: Workshop = openWorkshop();
  const server = createServer();
  let issuer: Certificate;
  let leaf: Certificate;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const name of ['ca', 'leaf', 'responder'])
      workshop.run(
        'genpkey',
        '-algorithm',
        'EC',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-out',
        `${name}.key`,
      );
    issuer = issue(workshop, 'ca', {
      key: 'ca.key',
      subject: '/CN=CA',
      extensions: ['basicConstraints=critical,CA:true'],
    });
    issue(workshop, 'responder', {
      ...{ key: 'responder.key', subject: '/CN=responder', issuer: 'ca', serial: '0x5003' },
      extensions: ['extendedKeyUsage=OCSPSigning'],
    });
    leaf = issue(workshop, 'leaf', {
      ...{ key: 'leaf.key', subject: '/CN=leaf', issuer: 'ca', serial: '0x5002' },
      extensions: [`authorityInfoAccess=OCSP;URI:http://127.0.0.1:${String(port)}/`],
    });
    workshop.write('index.txt', 'R\t400101000000Z\t200301000000Z,keyCompromise\t5002\tunknown\t/CN=leaf\n');
    // OpenSSL would listen on every address: it makes the answers, and this server hands them over.
    server.on('request', (request, response) => {
      void buffer(request).then((body) => {
        workshop.write('request.der', body);
        workshop.run(
          ...['ocsp', '-index', 'index.txt', '-CA', 'ca.pem', '-rsigner', 'responder.pem'],
          ...['-rkey', 'responder.key', '-reqin', 'request.der', '-respout', 'response.der', '-ndays', '1'],
        );
        response.setHeader('content-type', 'application/ocsp-response').end(workshop.read('response.der'));
      });
    });
  });
  afterAll(() => {
    server.close();
    workshop.dispose();
  });

  it('is believed', async () => {
    expect(await ask(leaf, issuer)).toEqual({
      ok: true,
      value: { state: 'revoked', at: Date.UTC(2020, 2, 1), reason: 'keyCompromise', source: 'ocsp' },
    });
  });
});

/** The server it asks lives in this very process, which must not wait for it. */
async function runOpenssl({ directory }: Workshop, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('openssl', [...args], {
    cwd: directory,
    timeout: 20_000,
  });
  return stdout + stderr;
}
