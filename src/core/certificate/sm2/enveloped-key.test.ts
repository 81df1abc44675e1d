import { randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '../base64.ts';
import { parseCertificate } from '../certificate.ts';
import { bitString, derNull, octetString, oid, sequence } from '../der.ts';
import { decodePem } from '../pem.ts';
import { assembleRequest, isRequestGenuine, parseRequest, requestInfo } from '../request.ts';
import { ecSpki, keyAlgorithmOf } from '../spki.ts';
import type { SignatureVerifier } from '../signature-verifier.ts';
import { subjectOf } from '../names.ts';
import { encodeUtf8 } from '../text.ts';
import {
  cfcaAttributes,
  encodeEscrow,
  openCfcaKeyFile,
  parseCfcaKeyFile,
  parseEscrow,
  temporaryKeyOf,
} from './cfca.ts';
import { encodeSm2Cipher } from './ciphertext.ts';
import {
  openEnvelopedKey,
  sealDirectEnvelope,
  sealEnvelopedKey,
  type SessionKeyEnvelope,
} from './enveloped-key.ts';
import { encodeCsrResponse, encodeSm2EnvelopedKey, parseEnvelopedKey } from './enveloped-key-forms.ts';
import { isSm2SignatureGenuine, signSm2, sm2PointOf } from './signature.ts';
import { encodeSkfBlob } from './skf-blob.ts';
import { encryptSm2, generateSm2KeyPair, sm2PublicKey } from './sm2.ts';
import { encodeSm2PrivateKey, parseSm2PrivateKey } from './private-key.ts';

const folder = new URL('../../../../test/fixtures/gm/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const json = (name: string) => JSON.parse(text(name)) as Record<string, string>;
// RSA by Node here: the core computes none.
const verifier: SignatureVerifier = {
  verify: (spki, algorithm, message, signature) =>
    algorithm === 'SM2-SM3'
      ? isSm2SignatureGenuine(spki, message, signature)
      : verify('sha256', message, { key: Buffer.from(spki), format: 'der', type: 'spki' }, signature),
};
const random = (length: number) => new Uint8Array(randomBytes(length));

interface Verdict {
  readonly file: string;
  readonly accept: boolean | 'per entry';
  readonly keys?: string;
}
interface EscrowEntry {
  readonly note: string;
  readonly input: string;
  readonly temp_private_key: string;
  readonly expected_enc_private_key: string;
  readonly expect_error: boolean;
}

const verdicts = (JSON.parse(text('expected.json')) as { envelopedKey: Verdict[] }).envelopedKey;
const own = json('envelopedkey/values.json');

function received(file: string): Uint8Array | string {
  if (file.endsWith('.hex')) return hexToBytes(text(file).trim());
  return file.endsWith('.pem') ? text(file) : new Uint8Array(readFileSync(new URL(file, folder)));
}

describe('envelopes made by others', () => {
  it.each(verdicts.filter(({ accept }) => accept === true))('$file opens', ({ file, keys }) => {
    const secrets = keys === undefined ? own : json(keys);
    const parsed = parseEnvelopedKey(received(file));
    if (!parsed.ok) throw new Error(parsed.error.reason);
    const opened = openEnvelopedKey(parsed.value.key, hexToBytes(secrets['sign_d'] ?? ''));
    const expected = hexToBytes(secrets['enc_d'] ?? secrets['expected_enc_d'] ?? '');
    expect(opened).toEqual({
      ok: true,
      value: { privateKey: expected, publicKey: sm2PublicKey(expected) },
    });
  });

  it.each(verdicts.filter(({ accept }) => accept === false))('$file is refused', ({ file }) => {
    const parsed = parseEnvelopedKey(received(file));
    expect(parsed.ok ? 'accepted' : parsed.error.code).toBe('envelope.invalid');
  });

  const escrows = JSON.parse(text('gmsm/cfca-escrow-keys.json')) as EscrowEntry[];
  it.each(escrows)('escrow string $note', (entry) => {
    const parsed = parseEscrow(entry.input);
    const opened = parsed.ok ? openEnvelopedKey(parsed.value, hexToBytes(entry.temp_private_key)) : parsed;
    expect(opened.ok ? bytesToHex(opened.value.privateKey) : 'refused').toBe(
      entry.expect_error ? 'refused' : entry.expected_enc_private_key,
    );
    const detected = parseEnvelopedKey(entry.input);
    expect(detected.ok && detected.value.form).toBe(entry.expect_error ? false : 'escrow');
  });

  it('the certificates that came with a key match it', () => {
    const parsed = parseEnvelopedKey(text('gmsm/smSignedEnveloped.p7.pem'));
    if (!parsed.ok) throw new Error(parsed.error.reason);
    expect(parsed.value.certificates.map((der) => parseCertificate(der).ok)).toEqual([true]);
    const certificate = parseCertificate(
      decodePem(text('gmsm/smSE-encCert.pem'))[0]?.der ?? new Uint8Array(0),
    );
    const opened = openEnvelopedKey(
      parsed.value.key,
      hexToBytes(json('gmsm/smSE-keys.json')['sign_d'] ?? ''),
    );
    expect(opened.ok && opened.value.publicKey).toEqual(certificate.ok && sm2PointOf(certificate.value.spki));
  });

  it.each([
    ['cfca-pkcs12-0.pem', '123456'],
    ['cfca-pkcs12-2.pem', 'ys123456'],
  ])('key file %s opens with its password and its certificate', (name, password) => {
    const file = parseCfcaKeyFile(decodePem(text(`gmsm/${name}`))[0]?.der ?? new Uint8Array(0));
    if (!file.ok) throw new Error(file.error.reason);
    const certificate = parseCertificate(file.value.certificate);
    const point = certificate.ok ? sm2PointOf(certificate.value.spki) : null;
    if (point === null) throw new Error('no SM2 certificate');
    const open = (word: string) => openCfcaKeyFile(file.value, encodeUtf8(word), point);
    expect([open(password).ok, open('wrong')]).toEqual([
      true,
      { ok: false, error: { code: 'key.decryptionFailed' } },
    ]);
  });
});

describe('requests with attributes that are no SET', () => {
  it.each([
    ['csr-cfca-sadk.pem', 'SM2', true],
    // Its signature does not verify with OpenSSL either.
    ['csr-trustasia.pem', 'SM2', false],
    ['csr-rsa-signed-cfca.pem', 'RSA-2048', true],
  ])('%s is read with its temporary key', async (name, algorithm, isGenuine) => {
    const request = parseRequest(decodePem(text(`gmsm/${name}`))[0]?.der ?? new Uint8Array(0));
    if (!request.ok) throw new Error(request.error.reason);
    const temporary = temporaryKeyOf(request.value);
    expect([
      keyAlgorithmOf(request.value.spki),
      temporary && keyAlgorithmOf(temporary),
      await isRequestGenuine(request.value, verifier),
    ]).toEqual([algorithm, algorithm, isGenuine]);
  });

  it('can be written the same way', () => {
    const { publicKey, privateKey } = generateSm2KeyPair(random);
    const temporary = generateSm2KeyPair(random);
    const info = requestInfo({
      subject: subjectOf({ commonName: 'certRequisition', organisation: 'CFCA TEST CA' }),
      spki: ecSpki('SM2', publicKey),
      rawAttributes: cfcaAttributes('111111', temporary.publicKey),
    });
    const signature = signSm2(info, privateKey, random) ?? new Uint8Array(0);
    const request = parseRequest(assembleRequest(info, 'SM2-SM3', signature));
    expect(request.ok && temporaryKeyOf(request.value)).toEqual(ecSpki('SM2', temporary.publicKey));
  });
});

describe('our own envelopes', () => {
  const recipient = generateSm2KeyPair(random);
  const encryption = generateSm2KeyPair(random);
  const sealed = sealEnvelopedKey(encryption, recipient.publicKey, random);
  if (sealed === null) throw new Error('not sealed');
  const direct = sealDirectEnvelope(encryption, recipient.publicKey, random);
  if (direct === null) throw new Error('not sealed');
  const blob = encodeSkfBlob(sealed, encryption.publicKey);
  const der = encodeSm2EnvelopedKey(sealed, encryption.publicKey);

  it.each([
    ['sm2EnvelopedKey', der],
    ['sm2EnvelopedKey', encodeBase64(der)],
    ['csrResponse', encodeCsrResponse(sealed, encryption.publicKey, [sequence()], [sequence()])],
    ['skfBlob', blob],
    ['skfBlob', concatBytes(blob, new Uint8Array(4))],
    ['skfBlob', encodeBase64(blob).replace(/.{76}/g, '$&\r\n')],
    ['escrow', encodeEscrow(direct)],
    ['escrow', encodeEscrow(direct).slice(80).replace(/.{64}/g, '$&,')],
    ['escrow', encodeEscrow(direct).slice(80)],
  ])('as %s are recognised and open', (form, bytes) => {
    const parsed = parseEnvelopedKey(bytes);
    expect(parsed.ok && parsed.value.form).toBe(form);
    expect(parsed.ok && openEnvelopedKey(parsed.value.key, recipient.privateKey)).toEqual({
      ok: true,
      value: encryption,
    });
  });

  it('has 388 bytes as SKF wants it', () => {
    expect([blob.length, blob.subarray(12, 44).every((byte) => byte === 0)]).toEqual([388, true]);
  });

  it('for another signing key do not open', () => {
    const other = generateSm2KeyPair(random).privateKey;
    expect([openEnvelopedKey(sealed, other), openEnvelopedKey(direct, other)]).toEqual([
      { ok: false, error: { code: 'key.decryptionFailed' } },
      { ok: false, error: { code: 'key.decryptionFailed' } },
    ]);
  });

  it('with another public key beside the private key are refused', () => {
    const wrong: SessionKeyEnvelope = { ...sealed, publicKey: recipient.publicKey };
    expect(openEnvelopedKey(wrong, recipient.privateKey)).toEqual({
      ok: false,
      error: { code: 'envelope.keyMismatch' },
    });
  });

  it('under a cipher that only tokens have are named, not opened', () => {
    expect(openEnvelopedKey({ ...sealed, cipher: 'SM1' }, recipient.privateKey)).toEqual({
      ok: false,
      error: { code: 'key.unsupported', algorithm: 'SM1' },
    });
  });

  it('aligned to the left, as old devices write them, open too', () => {
    const left = blob.slice();
    left.set(blob.subarray(44, 76), 12);
    left.fill(0, 44, 76);
    const parsed = parseEnvelopedKey(left);
    expect(parsed.ok && openEnvelopedKey(parsed.value.key, recipient.privateKey).ok).toBe(true);
  });

  const changed = (offset: number, value: number) => {
    const copy = blob.slice();
    copy[offset] = value;
    return copy;
  };
  it.each([
    ['version 2', changed(0, 2)],
    ['SM4-CBC', changed(4, 2)],
    ['512 bits', changed(9, 2)],
    ['a public key off the curve', changed(120, (blob[120] ?? 0) ^ 1)],
    ['a session key of 17 bytes', concatBytes(changed(368, 17), new Uint8Array(1))],
    ['its end cut off', blob.slice(0, -1)],
    ['much behind its end', concatBytes(blob, new Uint8Array(100))],
    ['a public key off the curve in DER', encodeSm2EnvelopedKey(sealed, new Uint8Array(65).fill(4))],
    ['a private key of 33 bytes', envelopeWithBody(33)],
    ['a body of 48 bytes', envelopeWithBody(48)],
    ['another message', sequence(oid('1.2.3.4'), derNull)],
    ['nothing', new Uint8Array(0)],
    ['no base64', '%%%'],
  ])('with %s are refused', (_, bytes) => {
    const parsed = parseEnvelopedKey(bytes);
    expect(parsed.ok ? 'accepted' : parsed.error.code).toBe('envelope.invalid');
  });

  it('cut or altered never throw and never yield another key', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(der, blob, encodeUtf8(encodeEscrow(direct))),
        fc.nat(500),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        (valid, place, value, isCut) => {
          const bytes = isCut ? valid.slice(0, place % valid.length) : valid.slice();
          if (!isCut) bytes[place % bytes.length] = value;
          const isText = valid.length === encodeEscrow(direct).length;
          const parsed = parseEnvelopedKey(isText ? Buffer.from(bytes).toString('latin1') : bytes);
          if (!parsed.ok) return;
          const opened = openEnvelopedKey(parsed.value.key, recipient.privateKey);
          if (opened.ok) expect(opened.value).toEqual(encryption);
        },
      ),
      { numRuns: 300 },
    );
  });

  function envelopeWithBody(length: number): Uint8Array {
    const wrapped = encryptSm2(random(16), recipient.publicKey, random);
    if (wrapped === null) throw new Error('not encrypted');
    return sequence(
      sequence(oid('1.2.156.10197.1.104'), derNull),
      encodeSm2Cipher(wrapped),
      bitString(encryption.publicKey),
      bitString(new Uint8Array(length)),
    );
  }
});

it('SM2 private keys come back from PKCS#8', () => {
  const pair = generateSm2KeyPair(random);
  expect([
    parseSm2PrivateKey(encodeSm2PrivateKey(pair)),
    parseSm2PrivateKey(octetString(pair.privateKey)).ok,
  ]).toEqual([{ ok: true, value: pair }, false]);
});
