// PKCS#8 in and out (RFC 5208): RSA and EC by Node, SM2 by the core, because Electron's crypto knows no SM2.

import { encodeSm2PrivateKey, parseSm2PrivateKey } from '../../../core/certificate/sm2/private-key.ts';
import { sm2PointOf } from '../../../core/certificate/sm2/signature.ts';
import { ecSpki } from '../../../core/certificate/driver-key.ts';
import type { KeyPair } from '../key-family.ts';
import { importRsaOrEc } from '../rsa-ec-keys.ts';

/** null: no private key, or of a kind or size that we do not use. */
export function keyPairOf(pkcs8: Uint8Array): KeyPair | null {
  const sm2 = parseSm2PrivateKey(pkcs8);
  if (!sm2.ok) return importRsaOrEc(pkcs8, 'pkcs8');
  return {
    algorithm: 'SM2',
    privateKey: sm2.value.privateKey,
    publicKey: ecSpki('SM2', sm2.value.publicKey),
  };
}

/** A copy; the caller wipes it. */
export function pkcs8Of({ privateKey, publicKey }: Pick<KeyPair, 'privateKey' | 'publicKey'>): Uint8Array {
  const point = sm2PointOf(publicKey);
  return point === null ? new Uint8Array(privateKey) : encodeSm2PrivateKey({ privateKey, publicKey: point });
}
