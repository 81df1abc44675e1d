// CFCA's own ways: a temporary key in the request, the escrow string that answers it, and the ".sm2" key file.

import { concatBytes } from '@noble/hashes/utils.js';
import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import {
  childrenOf,
  encode,
  equalBytes,
  expectTag,
  innerElement,
  malformed,
  octetString,
  oid,
  readDer,
  readOid,
  readSmallInteger,
  readUnsigned,
  sequence,
  smallInteger,
  TAG,
  type DerElement,
} from '../der.ts';
import type { CertificateRequest } from '../request.ts';
import { ecSpki, rsaSpki } from '../driver-key.ts';
import { encodeUtf8 } from '../text.ts';
import { readRawSm2Ciphertext } from './ciphertext.ts';
import type { DirectEnvelope } from './enveloped-key.ts';
import { isSm2Point, sm2PublicKey, type Sm2KeyPair } from './sm2.ts';
import { sm3 } from './sm3.ts';
import { decryptSm4Cbc } from './sm4.ts';

const ID_TEMPORARY_KEY = '1.2.840.113549.1.9.63';
const ID_CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7';
/** Bit length 0x00B4 and algorithm 0x00010000 as CFCA's client writes them before the point. */
const POINT_HEADER = Uint8Array.of(0x00, 0xb4, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00);

/** The temporary key that a CFCA request carries, as SubjectPublicKeyInfo; null: none. */
export function temporaryKeyOf(request: Pick<CertificateRequest, 'attributes'>): Uint8Array | null {
  const value = request.attributes.find(({ type }) => type === ID_TEMPORARY_KEY)?.values[0];
  if (value === undefined) return null;
  const reading = readDer(value, value.length, readTemporaryKey);
  return reading.ok ? reading.value : null;
}

function readTemporaryKey(root: DerElement): Uint8Array {
  const holder = innerElement(expectTag(root, TAG.octetString, 'attribute').content, TAG.sequence, 'key');
  const [version, key] = childrenOf(holder);
  if (readSmallInteger(version) !== 1) malformed('another version');
  const { content } = expectTag(key, TAG.octetString, 'key');
  if (content[0] === TAG.sequence) return readRsaKey(content);
  if (content.length !== 136) malformed('key of a wrong length');
  const point = concatBytes(Uint8Array.of(4), content.subarray(8, 40), content.subarray(72, 104));
  if (!isSm2Point(point)) malformed('key is not on the curve');
  return ecSpki('SM2', point);
}

function readRsaKey(der: Uint8Array): Uint8Array {
  const [modulus, exponent] = childrenOf(innerElement(der, TAG.sequence, 'RSA key')).map(readUnsigned);
  return modulus === undefined || exponent === undefined ? malformed('RSA key') : rsaSpki(modulus, exponent);
}

/** The two attributes as CFCA's client writes them, values without SET (for `requestInfo`, rawAttributes). */
export function cfcaAttributes(challengePassword: string, temporaryPublicKey: Uint8Array): Uint8Array[] {
  const gap = new Uint8Array(32);
  const x = temporaryPublicKey.subarray(1, 33);
  const key = concatBytes(POINT_HEADER, x, gap, temporaryPublicKey.subarray(33), gap);
  return [
    sequence(oid(ID_CHALLENGE_PASSWORD), encode(TAG.printableString, encodeUtf8(challengePassword))),
    sequence(oid(ID_TEMPORARY_KEY), octetString(sequence(smallInteger(1), octetString(key)))),
  ];
}

const PREFIX = '0000000000000001'.repeat(2) + '0'.repeat(32);
const PREFIX_LENGTH = PREFIX.length + 16;

/** Whether a text has the form of an escrow string with its prefix. */
export function isEscrowText(text: string): boolean {
  return text.startsWith(PREFIX.slice(0, 32));
}

/**
 * Escrow string: optional prefix with the length behind it, then base64, where commas may stand anywhere, of
 * SEQUENCE { 1, OCTET STRING C1 ‖ C3 ‖ C2 }.
 */
export function parseEscrow(text: string): Result<DirectEnvelope, AppError<'envelope.invalid'>> {
  const body = isEscrowText(text) ? withoutPrefix(text) : text;
  if (body === null || !/^[A-Za-z0-9+/=,]+$/.test(body))
    return err({ code: 'envelope.invalid', reason: 'escrow string' });
  const der = decodeBase64(body.replaceAll(',', ''));
  const reading = der === null ? null : readDer(der, der.length, readEscrow);
  return reading?.ok === true
    ? ok(reading.value)
    : err({ code: 'envelope.invalid', reason: reading?.reason ?? 'no base64' });
}

function withoutPrefix(text: string): string | null {
  const length = text.slice(PREFIX.length, PREFIX_LENGTH);
  const body = text.slice(PREFIX_LENGTH);
  return text.startsWith(PREFIX) && /^\d{16}$/.test(length) && Number(length) === body.length ? body : null;
}

export function readEscrow(root: DerElement): DirectEnvelope {
  const [version, raw, extra] = childrenOf(expectTag(root, TAG.sequence, 'escrow'));
  if (readSmallInteger(version) !== 1 || extra !== undefined) malformed('another version of escrow');
  const { content } = expectTag(raw, TAG.octetString, 'ciphertext');
  const ciphertext = readRawSm2Ciphertext(content, 'C1C3C2');
  if (ciphertext?.c2.length !== 96) return malformed('ciphertext of a wrong length');
  return { kind: 'direct', ciphertext };
}

/** Escrow string with prefix. */
export function encodeEscrow({ ciphertext: { c1, c3, c2 } }: DirectEnvelope): string {
  const body = encodeBase64(sequence(smallInteger(1), octetString(concatBytes(c1, c3, c2))));
  return PREFIX + String(body.length).padStart(16, '0') + body;
}

export interface CfcaKeyFile {
  readonly encryptedPrivateKey: Uint8Array;
  /** DER */
  readonly certificate: Uint8Array;
}

/** ".sm2" file: SEQUENCE { 1, { data, SM4, encrypted key }, { data, certificate } }. */
export function parseCfcaKeyFile(der: Uint8Array): Result<CfcaKeyFile, AppError<'envelope.invalid'>> {
  const reading = readDer(der, 65_536, (root) => {
    const [version, key, certificate] = childrenOf(expectTag(root, TAG.sequence, 'key file'));
    if (readSmallInteger(version) !== 1) malformed('another version of key file');
    const [, cipher, encrypted] = childrenOf(expectTag(key, TAG.sequence, 'key'));
    if (readOid(cipher) !== '1.2.156.10197.1.104') malformed('unknown cipher in key file');
    const [, holder] = childrenOf(expectTag(certificate, TAG.sequence, 'certificate'));
    return {
      encryptedPrivateKey: expectTag(encrypted, TAG.octetString, 'encrypted key').content.slice(),
      certificate: expectTag(holder, TAG.octetString, 'certificate').content.slice(),
    };
  });
  return reading.ok ? ok(reading.value) : err({ code: 'envelope.invalid', reason: reading.reason });
}

/** `password` in UTF-8; `expectedPublicKey` (04 ‖ X ‖ Y) from the certificate tells whether it was the right one. */
export function openCfcaKeyFile(
  file: CfcaKeyFile,
  password: Uint8Array,
  expectedPublicKey: Uint8Array,
): Result<Sm2KeyPair, AppError<'key.decryptionFailed'>> {
  const secret = sm3(password, Uint8Array.of(0, 0, 0, 1));
  const privateKey = decryptSm4Cbc(secret.subarray(16), secret.subarray(0, 16), file.encryptedPrivateKey);
  secret.fill(0);
  const publicKey = privateKey === null ? null : sm2PublicKey(privateKey);
  if (privateKey === null || publicKey === null || !equalBytes(publicKey, expectedPublicKey))
    return err({ code: 'key.decryptionFailed' });
  return ok({ privateKey, publicKey });
}
