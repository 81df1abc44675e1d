import {
  constants,
  createCipheriv,
  createDecipheriv,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import type { Certificate } from '../../src/core/certificate/certificate.ts';
import {
  assembleCmsEnvelope,
  parseCmsEnvelope,
  recipientFor,
  tokenEnvelope,
} from '../../src/core/certificate/cms-envelope.ts';
import { parseSignedMessage, verifySigner } from '../../src/core/certificate/cms-signed.ts';
import { encodePem } from '../../src/core/certificate/pem.ts';
import type { Envelope } from '../../src/core/token/provider.ts';
import { certificateFrom, makeKey, openWorkshop, type Workshop } from '../support/openssl.ts';

const content = new Uint8Array(randomBytes(100_000));
const verifier = createSignatureVerifier();
let workshop: Workshop;
let recipient: Certificate;
let ecSigner: Certificate;

beforeAll(() => {
  workshop = openWorkshop();
  for (const [name, kind] of [
    ['rsa', 'RSA:2048'],
    ['ec', 'EC:P-256'],
  ] as const) {
    makeKey(workshop, name, kind);
    workshop.run(
      'req',
      '-new',
      '-x509',
      '-key',
      `${name}.key`,
      '-subj',
      `/O=T/CN=${name}`,
      '-days',
      '30',
      '-out',
      `${name}.pem`,
    );
  }
  recipient = certificateFrom(workshop, 'rsa.pem');
  ecSigner = certificateFrom(workshop, 'ec.pem');
  workshop.write('content', content);
});
afterAll(() => {
  workshop.dispose();
});

function padding(transport: Envelope['keyTransport']) {
  return transport === 'RSA-OAEP-SHA256'
    ? { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
    : { padding: constants.RSA_PKCS1_PADDING };
}

/** Node refuses PKCS#1 v1.5 for private decryption, so its padding (00 02 … 00) is taken off here. */
function unwrap(transport: Envelope['keyTransport'], wrappedKey: Uint8Array): Uint8Array {
  const key = Buffer.from(workshop.read('rsa.key'));
  if (transport === 'RSA-OAEP-SHA256') return privateDecrypt({ key, ...padding(transport) }, wrappedKey);
  const padded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, wrappedKey);
  return padded.subarray(padded.indexOf(0, 2) + 1);
}

describe('envelopes to RSA certificates', () => {
  it.each([
    ['PKCS#1, AES-128', ['-aes128'], 'RSA-PKCS1'],
    [
      'OAEP, AES-256',
      [
        '-aes256',
        '-keyopt',
        'rsa_padding_mode:oaep',
        '-keyopt',
        'rsa_oaep_md:sha256',
        '-keyopt',
        'rsa_mgf1_md:sha256',
      ],
      'RSA-OAEP-SHA256',
    ],
    ['a key identifier', ['-aes256', '-keyid'], 'RSA-PKCS1'],
    ['lengths left open', ['-aes256', '-stream'], 'RSA-PKCS1'],
  ])('made by openssl with %s open', (_, options, transport) => {
    const [cipher = '', ...more] = options;
    const toRecipient = more.length === 0 ? ['rsa.pem'] : ['-recip', 'rsa.pem', ...more];
    workshop.run(
      'cms',
      '-encrypt',
      '-binary',
      '-in',
      'content',
      '-outform',
      'DER',
      '-out',
      'sealed',
      cipher,
      ...toRecipient,
    );
    const message = parseCmsEnvelope(workshop.read('sealed'));
    if (!message.ok) throw new Error(message.error.reason);
    const meant = recipientFor(message.value, recipient);
    const envelope = meant && tokenEnvelope(message.value, meant);
    if (envelope?.ok !== true) throw new Error('not for the recipient');
    const { keyTransport, wrappedKey, cipher: name, iv } = envelope.value;
    const key = unwrap(keyTransport, wrappedKey);
    const decipher = createDecipheriv(name.toLowerCase(), key, iv);
    const opened = new Uint8Array(Buffer.concat([decipher.update(envelope.value.content), decipher.final()]));
    expect([keyTransport, opened.length, recipientFor(message.value, ecSigner)]).toEqual([
      transport,
      content.length,
      null,
    ]);
    expect(Buffer.compare(opened, content)).toBe(0);
  });

  it.each(['RSA-PKCS1', 'RSA-OAEP-SHA256'] as const)(
    'assembled by us with %s open in openssl',
    (keyTransport) => {
      const [key, iv] = [randomBytes(32), randomBytes(16)];
      const cipher = createCipheriv('aes-256-cbc', key, iv);
      const publicKey = encodePem('PUBLIC KEY', recipient.spki);
      const envelope: Envelope = {
        keyTransport,
        wrappedKey: new Uint8Array(publicEncrypt({ key: publicKey, ...padding(keyTransport) }, key)),
        cipher: 'AES-256-CBC',
        iv: new Uint8Array(iv),
        content: new Uint8Array(Buffer.concat([cipher.update(content), cipher.final()])),
      };
      workshop.write('ours', assembleCmsEnvelope(envelope, recipient));
      workshop.run(
        'cms',
        '-decrypt',
        '-binary',
        '-inform',
        'DER',
        '-in',
        'ours',
        '-recip',
        'rsa.pem',
        '-inkey',
        'rsa.key',
        '-out',
        'opened',
      );
      expect(Buffer.compare(workshop.read('opened'), content)).toBe(0);
    },
  );

  it('with another cipher are named, not opened', () => {
    workshop.run(
      'cms',
      '-encrypt',
      '-des3',
      '-in',
      'content',
      '-outform',
      'DER',
      '-out',
      'sealed',
      'rsa.pem',
    );
    const message = parseCmsEnvelope(workshop.read('sealed'));
    const meant = message.ok ? recipientFor(message.value, recipient) : null;
    expect(message.ok && meant && tokenEnvelope(message.value, meant)).toEqual({
      ok: false,
      error: { code: 'key.unsupported', algorithm: '1.2.840.113549.3.7' },
    });
  });
});

describe('signed messages made by openssl', () => {
  it.each([
    ['rsa', ['-nodetach']],
    ['ec', ['-nodetach']],
    ['rsa', ['-nodetach', '-noattr']],
    ['ec', ['-nodetach', '-stream', '-md', 'sha384']],
    ['rsa', []],
  ])('by %s with %j verify with their content only', async (key, options) => {
    workshop.run(
      'cms',
      '-sign',
      '-binary',
      '-in',
      'content',
      '-signer',
      `${key}.pem`,
      '-inkey',
      `${key}.key`,
      '-outform',
      'DER',
      '-out',
      'signed',
      ...options,
    );
    const message = parseSignedMessage(workshop.read('signed'));
    if (!message.ok) throw new Error(message.error.reason);
    const [signer] = message.value.signers;
    if (signer === undefined) throw new Error('no signer');
    const verify = (bytes: Uint8Array | null) => verifySigner(message.value, signer, bytes, [], verifier);
    expect([
      (await verify(content)).ok,
      (await verify(null)).ok,
      (await verify(content.subarray(1))).ok,
    ]).toEqual([true, options.length > 0, false]);
  });
});
