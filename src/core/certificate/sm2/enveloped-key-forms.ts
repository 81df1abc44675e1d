// The forms in which CAs send the encryption private key, told apart by looking, and written for the sandbox.

import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { decodeBase64 } from '../base64.ts';
import { parseCmsEnvelope } from '../cms-envelope.ts';
import {
  bitString,
  childrenOf,
  derNull,
  encode,
  expectTag,
  malformed,
  oid,
  readBits,
  readDer,
  readOid,
  sequence,
  setOf,
  TAG,
  type DerElement,
} from '../der.ts';
import { decodePem } from '../pem.ts';
import { isEscrowText, parseEscrow, readEscrow } from './cfca.ts';
import { decodeSm2Cipher, encodeSm2Cipher, readSm2Cipher } from './ciphertext.ts';
import type { EnvelopedEncryptionKey, SessionKeyEnvelope } from './enveloped-key.ts';
import { isSkfBlob, readSkfBlob } from './skf-blob.ts';
import { isSm2Point } from './sm2.ts';

export type EnvelopeForm =
  /** SM2EnvelopedKey (GM/T 0009 §7.4, GB/T 35276) */
  | 'sm2EnvelopedKey'
  /** CSRResponse (GM/T 0092-2020) */
  | 'csrResponse'
  /** SignedAndEnvelopedData or EnvelopedData around the key (GM/T 0010) */
  | 'gmEnvelope'
  /** CFCA escrow */
  | 'escrow'
  /** ENVELOPEDKEYBLOB (GM/T 0016) */
  | 'skfBlob';

export interface ReceivedKey {
  readonly form: EnvelopeForm;
  readonly key: EnvelopedEncryptionKey;
  /** DER certificates that came along, signing before encryption. */
  readonly certificates: readonly Uint8Array[];
}

type Received = Result<ReceivedKey, AppError<'envelope.invalid'>>;

const MAX_ENVELOPE_BYTES = 262_144;

/** Bytes in any form, or text: base64, PEM, or an escrow string. */
export function parseEnvelopedKey(received: Uint8Array | string): Received {
  if (typeof received !== 'string') return parseBytes(received);
  const text = received.trim();
  if (text.length > 2 * MAX_ENVELOPE_BYTES) return refused('too long');
  const pem = decodePem(text)[0];
  if (pem !== undefined) return parseBytes(pem.der);
  if (isEscrowText(text) || text.includes(',')) return escrow(text);
  const bytes = decodeBase64(text);
  return bytes === null ? refused('no base64') : parseBytes(bytes);
}

function refused(reason: string): Received {
  return err({ code: 'envelope.invalid', reason });
}

function escrow(text: string): Received {
  const parsed = parseEscrow(text);
  return parsed.ok ? ok({ form: 'escrow', key: parsed.value, certificates: [] }) : parsed;
}

function parseBytes(bytes: Uint8Array): Received {
  if (bytes.length > MAX_ENVELOPE_BYTES) return refused('too long');
  const copy = bytes.slice();
  if (isSkfBlob(copy)) return skfBlob(copy);
  const reading = readDer(copy, MAX_ENVELOPE_BYTES, readDerForm);
  if (!reading.ok) return refused(reading.reason);
  return reading.value === 'message' ? gmEnvelope(copy) : ok(reading.value);
}

function skfBlob(bytes: Uint8Array): Received {
  const reading = readSkfBlob(bytes);
  return reading.ok ? ok({ form: 'skfBlob', key: reading.value, certificates: [] }) : refused(reading.reason);
}

/** By the first element: OID → message, INTEGER → escrow, SET → CSRResponse, else SM2EnvelopedKey. */
function readDerForm(root: DerElement): ReceivedKey | 'message' {
  const [first] = childrenOf(expectTag(root, TAG.sequence, 'envelope'));
  if (first?.tag === TAG.oid) return isMessage(first) ? 'message' : malformed('unknown message');
  if (first?.tag === TAG.integer) return { form: 'escrow', key: readEscrow(root), certificates: [] };
  if (first?.tag === TAG.set) return readCsrResponse(root);
  return { form: 'sm2EnvelopedKey', key: readSm2EnvelopedKey(root), certificates: [] };
}

function isMessage(type: DerElement): boolean {
  const name = readOid(type);
  return name.startsWith('1.2.156.10197.6.1.4.2.') || name.startsWith('1.2.840.113549.1.7.');
}

const CIPHERS: Readonly<Record<string, SessionKeyEnvelope['cipher']>> = {
  '1.2.156.10197.1.102': 'SM1',
  '1.2.156.10197.1.102.1': 'SM1',
  '1.2.156.10197.1.103': 'SSF33',
  '1.2.156.10197.1.103.1': 'SSF33',
  '1.2.156.10197.1.104': 'SM4',
  '1.2.156.10197.1.104.1': 'SM4',
};

/** SEQUENCE { cipher, SM2Cipher, public key, encrypted private key }; ECB with or without 32 zero bytes before D. */
export function readSm2EnvelopedKey(element: DerElement): SessionKeyEnvelope {
  return readEnvelopedKeyMembers(childrenOf(expectTag(element, TAG.sequence, 'SM2EnvelopedKey')));
}

function readEnvelopedKeyMembers(members: readonly DerElement[]): SessionKeyEnvelope {
  const [algorithm, wrappedKey, publicKey, body, extra] = members;
  if (extra !== undefined) malformed('more than an SM2EnvelopedKey');
  const [type, parameters] = childrenOf(expectTag(algorithm, TAG.sequence, 'cipher'));
  const cipher = CIPHERS[readOid(type)];
  if (cipher === undefined || (parameters !== undefined && parameters.tag !== TAG.null))
    return malformed('unknown cipher');
  const point = readBits(publicKey);
  if (!isSm2Point(point)) malformed('public key is not on the curve');
  return {
    kind: 'sessionKey',
    cipher,
    wrappedKey: sessionKeyOf(readSm2Cipher(wrappedKey)),
    encryptedPrivateKey: privateKeyHalf(readBits(body)),
    publicKey: point,
  };
}

function sessionKeyOf(wrappedKey: SessionKeyEnvelope['wrappedKey']): SessionKeyEnvelope['wrappedKey'] {
  return wrappedKey.c2.length === 16 ? wrappedKey : malformed('session key of a wrong length');
}

/** 32 bytes, or the second half of 64: in ECB the halves do not depend on each other. */
function privateKeyHalf(body: Uint8Array): Uint8Array {
  if (body.length !== 32 && body.length !== 64) malformed('encrypted private key of a wrong length');
  return body.slice(-32);
}

/** SEQUENCE { signing certificates, [0] SM2EnvelopedKey, [1] encryption certificates }, implicit tags. */
function readCsrResponse(root: DerElement): ReceivedKey {
  const [signing, envelope, encryption] = childrenOf(root);
  const key = readEnvelopedKeyMembers(childrenOf(expectTag(envelope, 0xa0, 'encrypted private key')));
  const sets = [signing, ...(encryption?.tag === 0xa1 ? [encryption] : [])];
  const certificates = sets.flatMap((set) => (set === undefined ? [] : childrenOf(set)));
  return { form: 'csrResponse', key, certificates: certificates.map(({ bytes }) => bytes) };
}

/** GM message whose content is the private key in SM4-ECB. The public key is in the certificate then. */
function gmEnvelope(bytes: Uint8Array): Received {
  const message = parseCmsEnvelope(bytes);
  if (!message.ok) return message;
  const { recipients, cipher, content, certificates } = message.value;
  const recipient = recipients.find(({ keyTransport }) => keyTransport === 'SM2');
  const wrappedKey = recipient === undefined ? null : decodeSm2Cipher(recipient.encryptedKey);
  if (wrappedKey?.c2.length !== 16) return refused('no session key for an SM2 key');
  if (cipher !== 'SM4-ECB') return refused('private key not in SM4-ECB');
  if (content.length !== 32 && content.length !== 64) return refused('private key of a wrong length');
  const key: SessionKeyEnvelope = {
    kind: 'sessionKey',
    cipher: 'SM4',
    wrappedKey,
    encryptedPrivateKey: content.slice(-32),
    publicKey: null,
  };
  return ok({ form: 'gmEnvelope', key, certificates });
}

const CIPHER_OIDS = {
  SM4: '1.2.156.10197.1.104.1',
  SM1: '1.2.156.10197.1.102.1',
  SSF33: '1.2.156.10197.1.103.1',
};

function sm2EnvelopedKeyMembers(envelope: SessionKeyEnvelope, publicKey: Uint8Array): Uint8Array[] {
  return [
    sequence(oid(CIPHER_OIDS[envelope.cipher]), derNull),
    encodeSm2Cipher(envelope.wrappedKey),
    bitString(publicKey),
    bitString(envelope.encryptedPrivateKey),
  ];
}

/** SM2EnvelopedKey, DER, with a 32-byte body. `publicKey` is 04 ‖ X ‖ Y. */
export function encodeSm2EnvelopedKey(envelope: SessionKeyEnvelope, publicKey: Uint8Array): Uint8Array {
  return sequence(...sm2EnvelopedKeyMembers(envelope, publicKey));
}

/** CSRResponse of GM/T 0092, DER. */
export function encodeCsrResponse(
  envelope: SessionKeyEnvelope,
  publicKey: Uint8Array,
  signingCertificates: readonly Uint8Array[],
  encryptionCertificates: readonly Uint8Array[],
): Uint8Array {
  return sequence(
    setOf(...signingCertificates),
    encode(0xa0, ...sm2EnvelopedKeyMembers(envelope, publicKey)),
    encode(0xa1, ...encryptionCertificates),
  );
}
