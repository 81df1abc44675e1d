// SM2 certificates, revocation lists and envelopes of the rehearsal CA, judged and opened by openssl.

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IssuedItem } from '../../src/contract/gateway.ts';
import { cfcaAttributes } from '../../src/core/certificate/sm2/cfca.ts';
import { encodeSm2Cipher } from '../../src/core/certificate/sm2/ciphertext.ts';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { encodeSm2PrivateKey } from '../../src/core/certificate/sm2/private-key.ts';
import type { SandboxSettings } from '../../src/sandbox/settings.ts';
import { createApplicant, provisionHolder, type Holder } from '../support/applicant.ts';
import {
  createSm2Key,
  freshIdempotencyKey,
  referenceTo,
  requestFor,
  valueOf,
  type Sm2SoftwareKey,
} from '../support/key-holder.ts';
import { openWorkshop } from '../support/openssl.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';

const ID = 'distid:1234567812345678';
const workshop = openWorkshop();
let sandbox: TestSandbox;

beforeEach(async () => {
  sandbox = await openTestSandbox();
  workshop.write('root.pem', valueOf(await sandbox.operator.readRoots({})).sm2);
});
afterEach(() => sandbox.close());
afterAll(() => workshop.dispose());

const pem = (certificate: string) => encodePem('CERTIFICATE', Buffer.from(certificate, 'base64'));

async function download(path: string): Promise<Uint8Array> {
  const response = await fetch(sandbox.url + path);
  return new Uint8Array(await response.arrayBuffer());
}

/** A renewed pair. With a temporary key the request is CFCA's. */
async function renewed(key: Sm2SoftwareKey, temporary?: Sm2SoftwareKey): Promise<IssuedItem> {
  const client = sandbox.client();
  const applicant = createApplicant(
    () => client,
    await provisionHolder(sandbox.operator, { algorithm: 'SM2' }),
  );
  await applicant.logIn();
  await applicant.createOrder();
  await applicant.acceptAgreements();
  const { items } = await applicant.submitForm();
  const attributes = temporary === undefined ? [] : cfcaAttributes('', temporary.pair.publicKey);
  const request = requestFor(key, items[0]!.subject, attributes);
  valueOf(
    await client.call('submitRequest', {
      params: { orderId: applicant.orderId },
      body: { item: '1', request },
      idempotencyKey: freshIdempotencyKey(),
    }),
  );
  const fetched = (await applicant.fetch()).items[0]!;
  await applicant.confirm();
  return fetched;
}

function writePair({ certificate, encryption }: Pick<Holder, 'certificate' | 'encryption'>): void {
  workshop.write('signing.pem', pem(certificate));
  workshop.write('encryption.pem', pem(encryption ?? ''));
}

interface Element {
  readonly depth: number;
  readonly kind: string;
  /** With tag and length. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** The elements of a DER file as openssl sees them. */
function elementsOf(file: string): Element[] {
  const bytes = workshop.read(file);
  const line = /^ *(\d+):d=(\d+) +hl=(\d+) +l= *(\d+) (?:cons|prim): *(.*?) *(?:\[HEX DUMP\])?(?::.*)?$/;
  const lines = workshop.run('asn1parse', '-inform', 'DER', '-in', file).split('\n');
  return lines.flatMap((text) => {
    const [, offset, depth, header, length, kind = ''] = line.exec(text) ?? [];
    if (offset === undefined) return [];
    const [start, body] = [Number(offset), Number(offset) + Number(header)];
    const end = body + Number(length);
    return [{ depth: Number(depth), kind, whole: bytes.slice(start, end), content: bytes.slice(body, end) }];
  });
}

/** On the signature of a certificate or list: openssl 3.0 cannot be told the identity for these. DER files. */
function verdictOn(file: string, issuer: string): string {
  const key = workshop.run('x509', '-inform', 'DER', '-in', issuer, '-noout', '-pubkey');
  workshop.write('issuer.pub', key);
  const [tbs, , signature] = elementsOf(file).filter(({ depth }) => depth === 1);
  workshop.write('tbs', tbs!.whole);
  workshop.write('signature', signature!.content.slice(1));
  const verify = ['dgst', '-sm3', '-verify', 'issuer.pub', '-sigopt', ID, '-signature', 'signature'];
  return workshop.try(...verify, 'tbs').output;
}

describe('openssl', () => {
  /** One link at a time: openssl 3.0 gives the identity to the first certificate of a path only. */
  it('accepts both certificates of a pair and the chain above them', async () => {
    const item = await renewed(createSm2Key());
    writePair({ certificate: item.signing, encryption: item.encryption });
    workshop.write('issuing.pem', pem(item.chain[0] ?? ''));
    const verify = (issuer: string, ...certificates: string[]) =>
      workshop.try(
        ...['verify', '-x509_strict', '-partial_chain', '-vfyopt', ID],
        ...['-CAfile', issuer, ...certificates],
      ).output;
    expect([
      verify('issuing.pem', 'signing.pem', 'encryption.pem'),
      verify('root.pem', 'issuing.pem'),
    ]).toEqual(['signing.pem: OK\nencryption.pem: OK\n', 'issuing.pem: OK\n']);
    workshop.write('root.cer', await download('/ca/sm2-root.cer'));
    expect(verdictOn('root.cer', 'root.cer')).toBe('Verified OK\n');
    expect(pem(item.chain[1] ?? '')).toBe(Buffer.from(workshop.read('root.pem')).toString());
  });

  it('reads their usages and addresses', async () => {
    writePair(await provisionHolder(sandbox.operator, { algorithm: 'SM2' }));
    const printed = ['signing', 'encryption'].map((name) =>
      workshop
        .run('x509', '-in', `${name}.pem`, '-noout', '-ext', 'keyUsage,crlDistributionPoints')
        .replace(/^\s+/gm, '')
        .split('\n')
        .filter(Boolean),
    );
    const addresses = [
      'X509v3 CRL Distribution Points: ',
      'Full Name:',
      `URI:${sandbox.url}/crl/sm2-issuing.crl`,
    ];
    const usage = 'X509v3 Key Usage: critical';
    expect(printed).toEqual([
      [usage, 'Digital Signature, Non Repudiation', ...addresses],
      [usage, 'Key Encipherment, Data Encipherment, Key Agreement', ...addresses],
    ]);
  });

  it('finds both old certificates on the revocation list, and its signature good', async () => {
    const holder = await provisionHolder(sandbox.operator, { algorithm: 'SM2' });
    const serials = [holder.certificate, holder.encryption ?? ''].map((der) => referenceTo(der).serial);
    valueOf(await sandbox.operator.revokeCertificate({ certificate: referenceTo(holder.certificate) }));
    workshop.write('list.crl', await download('/crl/sm2-issuing.crl'));
    const printed = workshop.run('crl', '-inform', 'DER', '-in', 'list.crl', '-noout', '-text');
    expect(printed.match(/(?<=Serial Number: )\w+/g)?.sort()).toEqual(serials.sort());

    workshop.write('issuing.cer', await download('/ca/sm2-issuing.cer'));
    expect(verdictOn('list.crl', 'issuing.cer')).toBe('Verified OK\n');
  });
});

interface Sealed {
  /** SM2Cipher, DER. */
  readonly wrapped: Uint8Array;
  readonly body: Uint8Array;
}

/** The four members of SM2EnvelopedKey, at this depth. */
function envelopedKeyAt(elements: readonly Element[], depth: number): Sealed {
  const [, cipher, , body] = elements.filter((element) => element.depth === depth);
  return { wrapped: cipher!.whole, body: body!.content.slice(1) };
}

function sm2EnvelopedKey(text: string): Sealed {
  workshop.write('envelope', Buffer.from(text, 'base64'));
  return envelopedKeyAt(elementsOf('envelope'), 1);
}

/** By the offsets of ENVELOPEDKEYBLOB (GM/T 0016 §6.4.10). */
function skfBlob(text: string, bodyOffset: number): Sealed {
  const blob = Buffer.from(text, 'base64');
  const c1 = Buffer.concat([blob.subarray(240, 272), blob.subarray(304, 336)]);
  const wrapped = encodeSm2Cipher({ c1, c3: blob.subarray(336, 368), c2: blob.subarray(372, 388) });
  return { wrapped, body: blob.subarray(bodyOffset, 76) };
}

const READERS: Readonly<
  Record<Exclude<SandboxSettings['envelopeForm'], 'escrow'>, (text: string) => Sealed>
> = {
  sm2EnvelopedKey,
  sm2EnvelopedKeyPem: (text) => sm2EnvelopedKey(text.replace(/-----[^-]+-----/g, '')),
  csrResponse(text) {
    workshop.write('envelope', Buffer.from(text, 'base64'));
    const elements = elementsOf('envelope');
    const start = elements.findIndex(({ depth, kind }) => depth === 1 && kind === 'cont [ 0 ]');
    const end = elements.findIndex(({ depth, kind }) => depth === 1 && kind === 'cont [ 1 ]');
    return envelopedKeyAt(elements.slice(start, end), 2);
  },
  skfBlob: (text) => skfBlob(text, 44),
  skfBlob64: (text) => skfBlob(text, 12),
  gmEnvelope(text) {
    workshop.write('envelope', Buffer.from(text, 'base64'));
    const elements = elementsOf('envelope');
    const wrapped = elements.find(({ kind }) => kind === 'OCTET STRING')!.content;
    const body = elements.find(({ depth, kind }) => depth === 4 && kind === 'cont [ 0 ]')!.content;
    return { wrapped, body };
  },
};

/** What openssl makes of the public key of a private one, and of a certificate. */
function publicKeys(privateKey: Uint8Array, certificate: string): readonly string[] {
  const sec1 = Buffer.concat([
    Buffer.from('30310201010420', 'hex'),
    privateKey,
    Buffer.from('a00a06082a811ccf5501822d', 'hex'),
  ]);
  workshop.write('encryption.key', encodePem('EC PRIVATE KEY', sec1));
  workshop.write('encryption.pem', pem(certificate));
  return [
    workshop.run('pkey', '-in', 'encryption.key', '-pubout'),
    workshop.run('x509', '-in', 'encryption.pem', '-noout', '-pubkey'),
  ];
}

function decrypt(ciphertext: Uint8Array, key: Sm2SoftwareKey): Uint8Array {
  workshop.write('signing.key', encodePem('PRIVATE KEY', encodeSm2PrivateKey(key.pair)));
  workshop.write('wrapped', ciphertext);
  workshop.run('pkeyutl', '-decrypt', '-inkey', 'signing.key', '-in', 'wrapped', '-out', 'plain');
  return workshop.read('plain');
}

describe('openssl opens', () => {
  it.each(Object.entries(READERS))('an encryption key that came as %s', async (form, readForm) => {
    const envelopeForm = form as keyof typeof READERS;
    valueOf(await sandbox.operator.changeSettings({ envelopeForm }));
    const key = createSm2Key();
    const item = await renewed(key);
    const { wrapped, body } = readForm(item.encryptionKey ?? '');
    const sessionKey = Buffer.from(decrypt(wrapped, key)).toString('hex');
    workshop.write('body', body);
    workshop.run('enc', '-d', '-sm4-ecb', '-nopad', '-K', sessionKey, '-in', 'body', '-out', 'private');
    const plain = workshop.read('private');
    const [found, certified] = publicKeys(plain.slice(-32), item.encryption ?? '');
    expect(found).toBe(certified);
    expect(plain.slice(0, -32).every((byte) => byte === 0)).toBe(true);
  });

  it("CFCA's escrow string with the temporary key", async () => {
    valueOf(await sandbox.operator.changeSettings({ envelopeForm: 'escrow' }));
    const temporary = createSm2Key();
    const item = await renewed(createSm2Key(), temporary);
    workshop.write('escrow', Buffer.from((item.encryptionKey ?? '').slice(80), 'base64'));
    const raw = Buffer.from(elementsOf('escrow').find(({ kind }) => kind === 'OCTET STRING')!.content);
    const parts = { c1: raw.subarray(0, 64), c3: raw.subarray(64, 96), c2: raw.subarray(96) };
    const plain = decrypt(encodeSm2Cipher(parts), temporary);
    const [found, certified] = publicKeys(plain.slice(64), item.encryption ?? '');
    expect(found).toBe(certified);
  });
});
