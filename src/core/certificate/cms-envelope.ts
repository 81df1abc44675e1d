// Enveloped messages: CMS (RFC 5652 §6, PKCS#7) and GM/T 0010, EnvelopedData and SignedAndEnvelopedData. Reads
// both families with the object identifiers that products really write, and assembles EnvelopedData around
// parts that were encrypted elsewhere. Opens nothing: that is the token's work.

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import type { Envelope } from '../token/provider.ts';
import { definiteLengths } from './ber.ts';
import { readMaskedHash } from './algorithms.ts';
import { readSerial, type Certificate } from './certificate.ts';
import {
  childrenOf,
  derNull,
  encode,
  expectTag,
  joinBytes,
  malformed,
  octetString,
  oid,
  readDer,
  readOid,
  sequence,
  setOf,
  smallInteger,
  TAG,
  unsignedInteger,
  type DerElement,
} from './der.ts';
import { isSameName, parseName } from './names.ts';

export type RecipientId =
  | { readonly kind: 'issuerAndSerial'; readonly issuer: Uint8Array; readonly serial: string }
  /** Subject key identifier, lower-case hex. */
  | { readonly kind: 'keyId'; readonly keyId: string };

export interface EnvelopeRecipient {
  readonly id: RecipientId;
  /** null: a way of key transport that we do not know. */
  readonly keyTransport: Envelope['keyTransport'] | null;
  readonly encryptedKey: Uint8Array;
}

export interface CmsEnvelope {
  readonly family: 'cms' | 'gm';
  readonly recipients: readonly EnvelopeRecipient[];
  /** null: unknown; `cipherOid` names it. */
  readonly cipher: Envelope['cipher'] | null;
  readonly cipherOid: string;
  readonly iv: Uint8Array;
  readonly content: Uint8Array;
  /** DER certificates that came along (SignedAndEnvelopedData). */
  readonly certificates: readonly Uint8Array[];
}

/** Largest enveloped message that is read, in bytes. */
export const MAX_ENVELOPE_BYTES = 64 * 1_048_576;

const GM = '1.2.156.10197.6.1.4.2';
const PKCS7 = '1.2.840.113549.1.7';
const KINDS: Readonly<Record<string, { family: 'cms' | 'gm'; isSigned: boolean }>> = {
  [`${GM}.3`]: { family: 'gm', isSigned: false },
  [`${GM}.4`]: { family: 'gm', isSigned: true },
  [`${PKCS7}.3`]: { family: 'cms', isSigned: false },
  [`${PKCS7}.4`]: { family: 'cms', isSigned: true },
};

const SM2 = '1.2.156.10197.1.301';
const OAEP = '1.2.840.113549.1.1.7';
const KEY_TRANSPORTS: Readonly<Record<string, Envelope['keyTransport']>> = {
  '1.2.840.113549.1.1.1': 'RSA-PKCS1',
  [`${SM2}.3`]: 'SM2',
  // GmSSL writes .2, which the standard gives to key exchange; some products name the curve only.
  [`${SM2}.2`]: 'SM2',
  [SM2]: 'SM2',
};

const SM4 = '1.2.156.10197.1.104';
const CIPHER_OIDS = {
  'AES-128-CBC': '2.16.840.1.101.3.4.1.2',
  'AES-256-CBC': '2.16.840.1.101.3.4.1.42',
  'SM4-CBC': `${SM4}.2`,
  'SM4-ECB': `${SM4}.1`,
} as const;

export function parseCmsEnvelope(bytes: Uint8Array): Result<CmsEnvelope, AppError<'envelope.invalid'>> {
  const der = definiteLengths(bytes.slice(), MAX_ENVELOPE_BYTES);
  if (der === null) return err({ code: 'envelope.invalid', reason: 'no ASN.1' });
  const reading = readDer(der, MAX_ENVELOPE_BYTES, readEnvelope);
  return reading.ok ? ok(reading.value) : err({ code: 'envelope.invalid', reason: reading.reason });
}

function readEnvelope(root: DerElement): CmsEnvelope {
  const [type, wrapper] = childrenOf(expectTag(root, TAG.sequence, 'message'));
  const kind = KINDS[readOid(type)];
  if (kind === undefined) return malformed('not an enveloped message');
  const [body] = childrenOf(expectTag(wrapper, 0xa0, 'content'));
  const fields = childrenOf(expectTag(body, TAG.sequence, 'enveloped data'));
  const recipients = fields.find(({ tag }) => tag === TAG.set);
  const encrypted = fields.find(({ tag }) => tag === TAG.sequence);
  const certificates = kind.isSigned ? fields.find(({ tag }) => tag === 0xa0) : undefined;
  return {
    family: kind.family,
    recipients: childrenOf(expectTag(recipients, TAG.set, 'recipients')).flatMap(readRecipient),
    ...readEncryptedContent(expectTag(encrypted, TAG.sequence, 'encrypted content')),
    certificates: certificates === undefined ? [] : childrenOf(certificates).map(({ bytes }) => bytes),
  };
}

/** Key transport only; other kinds of recipients are left out. */
function readRecipient(element: DerElement): EnvelopeRecipient[] {
  if (element.tag !== TAG.sequence) return [];
  const [, id, algorithm, key] = childrenOf(element);
  const [type, parameters] = childrenOf(expectTag(algorithm, TAG.sequence, 'key transport'));
  return [
    {
      id: readRecipientId(id),
      keyTransport: readKeyTransport(readOid(type), parameters),
      encryptedKey: expectTag(key, TAG.octetString, 'encrypted key').content,
    },
  ];
}

/** Also names the signer of a signed message. For use inside a DER reading. */
export function readRecipientId(element: DerElement | undefined): RecipientId {
  if (element?.tag === 0x80) return { kind: 'keyId', keyId: bytesToHex(element.content) };
  const [issuer, serial] = childrenOf(expectTag(element, TAG.sequence, 'recipient'));
  return {
    kind: 'issuerAndSerial',
    issuer: issuer?.bytes ?? new Uint8Array(0),
    serial: readSerial(serial),
  };
}

function readKeyTransport(type: string, parameters: DerElement | undefined): Envelope['keyTransport'] | null {
  if (type !== OAEP) return KEY_TRANSPORTS[type] ?? null;
  return readMaskedHash(parameters) === ID_SHA256 ? 'RSA-OAEP-SHA256' : null;
}

const ID_SHA256 = '2.16.840.1.101.3.4.2.1';
const SHA256 = sequence(oid(ID_SHA256), derNull);
const OAEP_SHA256 = sequence(
  encode(0xa0, SHA256),
  encode(0xa1, sequence(oid('1.2.840.113549.1.1.8'), SHA256)),
);

function readEncryptedContent(
  element: DerElement,
): Pick<CmsEnvelope, 'cipher' | 'cipherOid' | 'iv' | 'content'> {
  const [, algorithm, content] = childrenOf(element);
  const [type, parameters] = childrenOf(expectTag(algorithm, TAG.sequence, 'content cipher'));
  const cipherOid = readOid(type);
  const iv = parameters?.tag === TAG.octetString ? parameters.content : new Uint8Array(0);
  return { cipher: cipherOf(cipherOid, iv), cipherOid, iv, content: contentBytes(content) };
}

function cipherOf(type: string, iv: Uint8Array): Envelope['cipher'] | null {
  if (type === SM4) return iv.length === 0 ? 'SM4-ECB' : iv.length === 16 ? 'SM4-CBC' : null;
  const [name] = Object.entries(CIPHER_OIDS).find(([, known]) => known === type) ?? [];
  if (name === undefined) return null;
  return iv.length === (name === 'SM4-ECB' ? 0 : 16) ? (name as Envelope['cipher']) : null;
}

/** Implicit OCTET STRING [0], whole or in pieces. */
function contentBytes(element: DerElement | undefined): Uint8Array {
  if (element === undefined) return new Uint8Array(0);
  if (element.tag === 0x80) return element.content;
  const pieces = childrenOf(expectTag(element, 0xa0, 'content'));
  return joinBytes(pieces.map((piece) => expectTag(piece, TAG.octetString, 'content piece').content));
}

/** The recipient that `certificate` stands for; null: it is not meant. */
export function recipientFor(envelope: CmsEnvelope, certificate: Certificate): EnvelopeRecipient | null {
  return envelope.recipients.find(({ id }) => isMeant(id, certificate)) ?? null;
}

export function isMeant(id: RecipientId, certificate: Certificate): boolean {
  if (id.kind === 'keyId') return id.keyId === certificate.subjectKeyId;
  const issuer = id.serial === certificate.serial ? parseName(id.issuer) : null;
  return issuer !== null && isSameName(issuer, certificate.issuer);
}

/** What a token opens (TokenProvider.decrypt); the error names the algorithm that is not known. */
export function tokenEnvelope(
  envelope: CmsEnvelope,
  recipient: EnvelopeRecipient,
): Result<Envelope, AppError<'key.unsupported'>> {
  const { cipher, cipherOid, iv, content } = envelope;
  if (recipient.keyTransport === null) return err({ code: 'key.unsupported', algorithm: 'key transport' });
  if (cipher === null) return err({ code: 'key.unsupported', algorithm: cipherOid });
  return ok({
    keyTransport: recipient.keyTransport,
    wrappedKey: recipient.encryptedKey,
    cipher,
    iv,
    content,
  });
}

/** EnvelopedData for one recipient by issuer and serial, DER: GM/T 0010 for SM2, CMS for RSA. */
export function assembleCmsEnvelope(envelope: Envelope, recipient: Certificate): Uint8Array {
  const isGm = envelope.keyTransport === 'SM2';
  const family = isGm ? GM : PKCS7;
  const serial = unsignedInteger(hexToBytes(recipient.serial));
  const info = sequence(
    smallInteger(isGm ? 1 : 0),
    sequence(recipient.issuer.der, serial),
    encodeKeyTransport(envelope.keyTransport),
    octetString(envelope.wrappedKey),
  );
  const content = sequence(oid(`${family}.1`), encodeCipher(envelope), encode(0x80, envelope.content));
  const body = sequence(smallInteger(isGm ? 1 : 0), setOf(info), content);
  return sequence(oid(`${family}.3`), encode(0xa0, body));
}

function encodeKeyTransport(keyTransport: Envelope['keyTransport']): Uint8Array {
  if (keyTransport === 'SM2') return sequence(oid(`${SM2}.3`));
  if (keyTransport === 'RSA-PKCS1') return sequence(oid('1.2.840.113549.1.1.1'), derNull);
  return sequence(oid(OAEP), OAEP_SHA256);
}

/** SM4 as GM/T 0010 files have it: one identifier, the mode by the parameters. */
function encodeCipher({ cipher, iv }: Envelope): Uint8Array {
  if (cipher === 'SM4-ECB') return sequence(oid(SM4));
  return sequence(oid(cipher === 'SM4-CBC' ? SM4 : CIPHER_OIDS[cipher]), octetString(iv));
}
