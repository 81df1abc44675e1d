// SM2 both ways against openssl (which needs the identity named) and against data that other programs made.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import { buildCertificate, type CertificateSigner } from '../../src/core/certificate/build-certificate.ts';
import { parseCertificate, type Certificate } from '../../src/core/certificate/certificate.ts';
import { buildChain } from '../../src/core/certificate/chain.ts';
import { parseCmsEnvelope, recipientFor, tokenEnvelope } from '../../src/core/certificate/cms-envelope.ts';
import { parseSignedMessage, verifySigner } from '../../src/core/certificate/cms-signed.ts';
import { buildCrl, parseCrl } from '../../src/core/certificate/crl.ts';
import { subjectOf } from '../../src/core/certificate/names.ts';
import { decodePem, encodePem } from '../../src/core/certificate/pem.ts';
import {
  assembleRequest,
  isRequestGenuine,
  parseRequest,
  requestInfo,
} from '../../src/core/certificate/request.ts';
import { parseCfcaKeyFile } from '../../src/core/certificate/sm2/cfca.ts';
import { decodeSm2Cipher, encodeSm2Cipher } from '../../src/core/certificate/sm2/ciphertext.ts';
import { openSm2Envelope, sealGmMessage } from '../../src/core/certificate/sm2/gm-envelope.ts';
import { encodeSm2PrivateKey, parseSm2PrivateKey } from '../../src/core/certificate/sm2/private-key.ts';
import { isSm2SignatureGenuine, signSm2 } from '../../src/core/certificate/sm2/signature.ts';
import { decryptSm2, encryptSm2, generateSm2KeyPair } from '../../src/core/certificate/sm2/sm2.ts';
import { decryptSm4Cbc, encryptSm4Cbc } from '../../src/core/certificate/sm2/sm4.ts';
import { ecSpki } from '../../src/core/certificate/spki.ts';
import { certificateFrom, makeKey, openWorkshop, type Workshop } from '../support/openssl.ts';

const ID = 'distid:1234567812345678';
const NOW = Date.UTC(2026, 10, 21);
const random = (length: number) => new Uint8Array(randomBytes(length));
const verifier = createSignatureVerifier();
const pair = generateSm2KeyPair(random);
const spki = ecSpki('SM2', pair.publicKey);
const signer: CertificateSigner = {
  algorithm: 'SM2-SM3',
  sign: async (message) => signSm2(message, pair.privateKey, random) ?? new Uint8Array(0),
};
const message = new Uint8Array(Buffer.from('要签名的内容 to be signed'));
const folder = new URL('../fixtures/gm/', import.meta.url);
const bytes = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const pem = (name: string) =>
  decodePem(Buffer.from(bytes(name)).toString('latin1'))[0]?.der ?? new Uint8Array(0);

let workshop: Workshop;
beforeAll(() => {
  workshop = openWorkshop();
  workshop.write('own.key', encodePem('PRIVATE KEY', encodeSm2PrivateKey(pair)));
  workshop.run('pkey', '-in', 'own.key', '-pubout', '-out', 'own.pub');
  workshop.write('message', message);
});
afterAll(() => {
  workshop.dispose();
});

function certificate(der: Uint8Array): Certificate {
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return parsed.value;
}

describe('openssl accepts', () => {
  it('our signature, with the default identity and with another', () => {
    workshop.write('signature', signSm2(message, pair.privateKey, random) ?? '');
    workshop.write(
      'signature-id',
      signSm2(message, pair.privateKey, random, new Uint8Array(Buffer.from('ALICE'))) ?? '',
    );
    const verify = (id: string, file: string) =>
      workshop.try('dgst', '-sm3', '-verify', 'own.pub', '-sigopt', id, '-signature', file, 'message').ok;
    expect([
      verify(ID, 'signature'),
      verify('distid:ALICE', 'signature-id'),
      verify(ID, 'signature-id'),
    ]).toEqual([true, true, false]);
  });

  it('our ciphertext and our SM4', () => {
    const ciphertext = encryptSm2(message, pair.publicKey, random);
    workshop.write('ciphertext', ciphertext === null ? '' : encodeSm2Cipher(ciphertext));
    workshop.run('pkeyutl', '-decrypt', '-inkey', 'own.key', '-in', 'ciphertext', '-out', 'plaintext');
    const [key, iv] = [random(16), random(16)];
    workshop.write('sm4', encryptSm4Cbc(key, iv, message));
    const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
    workshop.run('enc', '-d', '-sm4-cbc', '-K', hex(key), '-iv', hex(iv), '-in', 'sm4', '-out', 'sm4-plain');
    expect([workshop.read('plaintext'), workshop.read('sm4-plain')]).toEqual([message, message]);
  });

  it('our request, root, dual certificates; and reads our revocation list', async () => {
    const subject = subjectOf({ country: 'CN', organisation: '示例有限公司', commonName: '张三' });
    const info = requestInfo({ subject, spki });
    workshop.write('own.csr', assembleRequest(info, 'SM2-SM3', await signer.sign(info)));
    expect(
      workshop.try('req', '-verify', '-inform', 'DER', '-in', 'own.csr', '-vfyopt', ID, '-noout').output,
    ).toMatch(/verify OK/);

    const name = subjectOf({ country: 'CN', organisation: '演示机构', commonName: 'SM2 根' });
    const period = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2036, 0, 1) };
    const leafKey = ecSpki('SM2', generateSm2KeyPair(random).publicKey);
    const root = await buildCertificate(
      {
        serial: '01',
        issuer: name,
        subject: name,
        ...period,
        spki,
        ca: { pathLength: 0 },
        keyUsage: ['keyCertSign', 'cRLSign'],
      },
      signer,
    );
    const leaf = { issuer: name, subject, ...period, spki: leafKey, issuerSpki: spki };
    const signing = await buildCertificate(
      { ...leaf, serial: '02', keyUsage: ['digitalSignature', 'nonRepudiation'] },
      signer,
    );
    const encryption = await buildCertificate(
      { ...leaf, serial: '03', keyUsage: ['keyEncipherment', 'dataEncipherment', 'keyAgreement'] },
      signer,
    );
    for (const [file, der] of [
      ['root', root],
      ['signing', signing],
      ['encryption', encryption],
    ] as const)
      workshop.write(`${file}.pem`, encodePem('CERTIFICATE', der));
    const verify = (file: string) =>
      workshop.try(
        'verify',
        '-x509_strict',
        '-vfyopt',
        ID,
        '-attime',
        String(NOW / 1000),
        '-CAfile',
        'root.pem',
        `${file}.pem`,
      ).ok;
    expect([verify('signing'), verify('encryption'), verify('root')]).toEqual([true, true, true]);

    const chain = await buildChain(
      certificate(signing),
      [certificate(encryption)],
      [certificate(root)],
      verifier,
      { now: NOW, accept: 'strict' },
    );
    expect(chain.ok && chain.value.map(({ serial }) => serial)).toEqual(['02', '01']);

    const crl = await buildCrl(
      {
        issuer: name,
        issuerSpki: spki,
        number: 1,
        thisUpdate: NOW,
        nextUpdate: NOW + 86_400_000,
        revoked: [{ serial: '02', revokedAt: NOW, reason: null }],
      },
      signer,
    );
    workshop.write('own.crl', crl);
    expect(workshop.run('crl', '-inform', 'DER', '-in', 'own.crl', '-noout', '-text')).toContain(
      'Serial Number: 02',
    );
    const list = parseCrl(crl);
    expect(list.ok && (await verifier.verify(spki, 'SM2-SM3', list.value.tbs, list.value.signature))).toBe(
      true,
    );
  });
});

describe('we accept what openssl makes', () => {
  it('key, signature and ciphertext', () => {
    makeKey(workshop, 'theirs', 'EC:SM2');
    const key = parseSm2PrivateKey(
      decodePem(Buffer.from(workshop.read('theirs.key')).toString('latin1'))[0]?.der ?? new Uint8Array(0),
    );
    if (!key.ok) throw new Error(key.error.reason);
    workshop.run('dgst', '-sm3', '-sign', 'theirs.key', '-sigopt', ID, '-out', 'theirs.sig', 'message');
    workshop.run('pkeyutl', '-encrypt', '-inkey', 'theirs.key', '-in', 'message', '-out', 'theirs.enc');
    const ciphertext = decodeSm2Cipher(workshop.read('theirs.enc'));
    const theirs = ecSpki('SM2', key.value.publicKey);
    expect([
      isSm2SignatureGenuine(theirs, message, workshop.read('theirs.sig')),
      isSm2SignatureGenuine(spki, message, workshop.read('theirs.sig')),
      ciphertext && decryptSm2(ciphertext, key.value.privateKey),
    ]).toEqual([true, false, message]);
  });

  it('SM4-CBC', () => {
    const [key, iv] = [random(16), random(16)];
    const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
    workshop.run('enc', '-sm4-cbc', '-K', hex(key), '-iv', hex(iv), '-in', 'message', '-out', 'theirs.sm4');
    expect(decryptSm4Cbc(key, iv, workshop.read('theirs.sm4'))).toEqual(message);
  });

  it('request and chain, and refuse them with one bit changed', async () => {
    for (const name of ['sm2-root', 'sm2-leaf']) makeKey(workshop, name, 'EC:SM2');
    workshop.run(
      'req',
      '-new',
      '-x509',
      '-sm3',
      '-key',
      'sm2-root.key',
      '-sigopt',
      ID,
      '-subj',
      '/CN=SM2 root',
      '-days',
      '3650',
      '-out',
      'sm2-root.pem',
    );
    workshop.run(
      'req',
      '-new',
      '-sm3',
      '-key',
      'sm2-leaf.key',
      '-sigopt',
      ID,
      '-subj',
      '/CN=leaf',
      '-out',
      'sm2-leaf.csr',
    );
    workshop.run(
      'x509',
      '-req',
      '-sm3',
      '-in',
      'sm2-leaf.csr',
      '-vfyopt',
      ID,
      '-CA',
      'sm2-root.pem',
      '-CAkey',
      'sm2-root.key',
      '-CAcreateserial',
      '-sigopt',
      ID,
      '-days',
      '365',
      '-out',
      'sm2-leaf.pem',
    );
    const request = parseRequest(
      decodePem(Buffer.from(workshop.read('sm2-leaf.csr')).toString('latin1'))[0]?.der ?? new Uint8Array(0),
    );
    const [root, leaf] = [
      certificateFrom(workshop, 'sm2-root.pem'),
      certificateFrom(workshop, 'sm2-leaf.pem'),
    ];
    const altered = leaf.der.slice();
    altered.set([(altered.at(-1) ?? 0) ^ 1], altered.length - 1);
    const now = { now: leaf.notBefore + 1000, accept: 'strict' } as const;
    expect([
      request.ok && (await isRequestGenuine(request.value, verifier)),
      (await buildChain(leaf, [], [root], verifier, now)).ok,
      await buildChain(certificate(altered), [], [root], verifier, now),
    ]).toEqual([true, true, { ok: false, error: { code: 'certificate.badSignature' } }]);
  });
});

describe('data of other programs', () => {
  const options = { now: NOW, accept: 'strict', validityOf: 'none' } as const;

  it('GmSSL: certificates, requests, revocation list, signature', async () => {
    const [root, signing, encryption, revoked] = ['root', 'signcert', 'enccert', 'revokedcert'].map((name) =>
      certificate(pem(`gmssl-generated/${name}.pem`)),
    ) as [Certificate, Certificate, Certificate, Certificate];
    for (const leaf of [signing, encryption, revoked])
      expect((await buildChain(leaf, [], [root], verifier, options)).ok).toBe(true);
    for (const name of ['signreq', 'encreq']) {
      const request = parseRequest(pem(`gmssl-generated/${name}.pem`));
      expect(request.ok && (await isRequestGenuine(request.value, verifier))).toBe(true);
    }
    const list = parseCrl(bytes('gmssl-generated/crl.der'));
    if (!list.ok) throw new Error(list.error.reason);
    expect([
      list.value.revoked.map(({ serial, reason }) => [serial, reason]),
      await verifier.verify(root.spki, 'SM2-SM3', list.value.tbs, list.value.signature),
      isSm2SignatureGenuine(signing.spki, bytes('gmssl-generated/msg.txt'), bytes('gmssl-generated/msg.sig')),
      decodeSm2Cipher(bytes('gmssl-generated/msg.sm2cipher')) !== null,
    ]).toEqual([[[revoked.serial, 'keyCompromise']], true, true, true]);
    const message = parseCmsEnvelope(pem('gmssl-generated/enveloped.p7.pem'));
    expect(message.ok && recipientFor(message.value, encryption)?.keyTransport).toBe('SM2');
  });

  it('GmSSL: its signed message lacks Z and is refused', async () => {
    const message = parseSignedMessage(pem('gmssl-generated/signed.p7.pem'));
    if (!message.ok) throw new Error(message.error.reason);
    const [signer] = message.value.signers;
    expect(signer && (await verifySigner(message.value, signer, null, [], verifier))).toEqual({
      ok: false,
      error: { code: 'certificate.badSignature' },
    });
  });

  it('gmsm: a chain in a p7b, and the CA of a key file', async () => {
    const message = parseSignedMessage(pem('gmsm/gmssl-cn-chain.p7b.pem'));
    if (!message.ok) throw new Error(message.error.reason);
    const [leaf, ...others] = message.value.certificates;
    const anchor = others.at(-1);
    if (leaf === undefined || anchor === undefined) throw new Error('no chain');
    const [bottom, top] = leaf.issuer.display === anchor.subject.display ? [leaf, anchor] : [anchor, leaf];
    expect((await buildChain(bottom, others, [top], verifier, options)).ok).toBe(true);

    const file = parseCfcaKeyFile(pem('gmsm/cfca-pkcs12-0.pem'));
    const issuer = certificate(pem('gmsm/cfca-pkcs12-1.pem'));
    const owner = file.ok ? certificate(file.value.certificate) : issuer;
    expect((await buildChain(owner, [], [issuer], verifier, options)).ok).toBe(true);
  });

  it.each([
    ['envelope-1.pem', 'envelope-0.pem'],
    ['envelope-3.pem', 'envelope-2.pem'],
  ])('gmsm: %s is for a key identifier and SM4-CBC', (name) => {
    const message = parseCmsEnvelope(pem(`gmsm/${name}`));
    if (!message.ok) throw new Error(message.error.reason);
    const { family, cipher, recipients } = message.value;
    expect([family, cipher, recipients.map(({ id, keyTransport }) => [id.kind, keyTransport])]).toEqual([
      'gm',
      'SM4-CBC',
      [['keyId', 'SM2']],
    ]);
  });
});

it('a GM message to a certificate opens with its key only', async () => {
  const name = subjectOf({ commonName: '收件人' });
  const recipient = certificate(
    await buildCertificate(
      { serial: '8001', issuer: name, subject: name, notBefore: 0, notAfter: NOW, spki },
      signer,
    ),
  );
  const sealed = parseCmsEnvelope(sealGmMessage(message, recipient, random) ?? new Uint8Array(0));
  if (!sealed.ok) throw new Error(sealed.error.reason);
  const meant = recipientFor(sealed.value, recipient);
  const envelope = meant && tokenEnvelope(sealed.value, meant);
  if (envelope?.ok !== true) throw new Error('not for the recipient');
  expect([
    openSm2Envelope(envelope.value, pair.privateKey),
    openSm2Envelope(envelope.value, generateSm2KeyPair(random).privateKey),
  ]).toEqual([
    { ok: true, value: message },
    { ok: false, error: { code: 'key.decryptionFailed' } },
  ]);
});
