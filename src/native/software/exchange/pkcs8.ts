// PKCS#8 in and out (RFC 5208). SM2 is read and written here by hand, because Electron's crypto knows no SM2.

import {
  bitString,
  childrenOf,
  encode,
  expectTag,
  innerElement,
  octetString,
  oid,
  readDer,
  readOid,
  sequence,
  smallInteger,
  TAG,
} from '../../../core/certificate/der.ts';
import { OID } from '../../../core/certificate/algorithms.ts';
import { publicKeyDetails } from '../../../core/certificate/spki.ts';
import type { KeyPair } from '../key-family.ts';
import { importRsaOrEc } from '../rsa-ec-keys.ts';
import { SM2_KEYS } from '../sm2-keys.ts';

const MAX_BYTES = 8_192;

/** null: no private key, or of a kind or size that we do not use. */
export function keyPairOf(pkcs8: Uint8Array): KeyPair | null {
  const scalar = sm2ScalarOf(pkcs8);
  return scalar === null ? importRsaOrEc(pkcs8, 'pkcs8') : sm2PairOf(scalar);
}

/** From the 32-byte scalar, which is copied. */
export function sm2PairOf(scalar: Uint8Array): KeyPair | null {
  const privateKey = scalar.slice();
  const publicKey = SM2_KEYS.publicKeyOf(privateKey);
  return publicKey && { algorithm: 'SM2', privateKey, publicKey };
}

export function pkcs8Of({ algorithm, privateKey, publicKey }: KeyPair): Uint8Array {
  if (algorithm !== 'SM2') return privateKey;
  const details = publicKeyDetails(publicKey);
  const point = details?.kind === 'ec' ? details.point : new Uint8Array();
  // ECPrivateKey (RFC 5915) with the public key, which some readers want.
  const inner = sequence(smallInteger(1), octetString(privateKey), encode(0xa1, bitString(point)));
  return sequence(smallInteger(0), sequence(oid(OID.ecPublicKey), oid(OID.sm2)), octetString(inner));
}

/** The scalar of an SM2 key, 32 bytes; null: another kind of key. */
function sm2ScalarOf(pkcs8: Uint8Array): Uint8Array | null {
  const reading = readDer(pkcs8, MAX_BYTES, (root) => {
    const [, algorithm, key] = childrenOf(expectTag(root, TAG.sequence, 'private key'));
    const [type, curve] = childrenOf(expectTag(algorithm, TAG.sequence, 'key algorithm'));
    const isSm2 = readOid(type) === OID.ecPublicKey && curve?.tag === TAG.oid && readOid(curve) === OID.sm2;
    if (!isSm2) return null;
    const wrapped = expectTag(key, TAG.octetString, 'key').content;
    const scalar = childrenOf(innerElement(wrapped, TAG.sequence, 'EC key'))[1];
    return expectTag(scalar, TAG.octetString, 'scalar').content;
  });
  if (!reading.ok || reading.value === null || reading.value.length > 32) return null;
  const scalar = new Uint8Array(32);
  scalar.set(reading.value, 32 - reading.value.length);
  return scalar;
}
