// SM2 private keys in files: PKCS#8 (RFC 5208) around ECPrivateKey (RFC 5915), as OpenSSL reads and writes them.

import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { OID } from '../algorithms.ts';
import {
  bitString,
  childrenOf,
  encode,
  expectTag,
  innerElement,
  malformed,
  octetString,
  oid,
  readDer,
  readOid,
  readSmallInteger,
  sequence,
  smallInteger,
  TAG,
  type DerElement,
} from '../der.ts';
import { padTo32 } from './signature.ts';
import { sm2PublicKey, type Sm2KeyPair } from './sm2.ts';

const MAX_KEY_BYTES = 1_024;

/** PrivateKeyInfo, DER, unencrypted. */
export function encodeSm2PrivateKey({ privateKey, publicKey }: Sm2KeyPair): Uint8Array {
  const key = sequence(smallInteger(1), octetString(privateKey), encode(0xa1, bitString(publicKey)));
  const algorithm = sequence(oid(OID.ecPublicKey), oid(OID.sm2));
  return sequence(smallInteger(0), algorithm, octetString(key));
}

/** PrivateKeyInfo or bare ECPrivateKey; the public key is computed, not believed. */
export function parseSm2PrivateKey(der: Uint8Array): Result<Sm2KeyPair, AppError<'envelope.invalid'>> {
  const reading = readDer(der, MAX_KEY_BYTES, (root) => {
    const privateKey = padTo32(readKey(root));
    const publicKey = sm2PublicKey(privateKey);
    return publicKey === null ? malformed('private key out of range') : { privateKey, publicKey };
  });
  return reading.ok ? ok(reading.value) : err({ code: 'envelope.invalid', reason: reading.reason });
}

function readKey(root: DerElement): Uint8Array {
  const [version, second, third] = childrenOf(expectTag(root, TAG.sequence, 'private key'));
  if (readSmallInteger(version) === 1) {
    if (!isSm2Curve(third?.tag === 0xa0 ? childrenOf(third)[0] : undefined)) malformed('not an SM2 key');
    return expectTag(second, TAG.octetString, 'private key').content;
  }
  const [type, curve] = childrenOf(expectTag(second, TAG.sequence, 'key algorithm'));
  if (readOid(type) !== OID.ecPublicKey || !isSm2Curve(curve)) malformed('not an SM2 key');
  const inner = innerElement(expectTag(third, TAG.octetString, 'key').content, TAG.sequence, 'key');
  return expectTag(childrenOf(inner)[1], TAG.octetString, 'private key').content;
}

function isSm2Curve(element: DerElement | undefined): boolean {
  return element?.tag === TAG.oid && readOid(element) === OID.sm2;
}
