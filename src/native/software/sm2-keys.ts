// SM2 keys by the core's own arithmetic, never by node:crypto: Electron's has no SM2.

import { randomBytes } from 'node:crypto';
import { decodeSm2Cipher } from '../../core/certificate/sm2/ciphertext.ts';
import { isSm2SignatureGenuine, signSm2 } from '../../core/certificate/sm2/signature.ts';
import { decryptSm2, generateSm2KeyPair, sm2PublicKey } from '../../core/certificate/sm2/sm2.ts';
import { ecSpki } from '../../core/certificate/driver-key.ts';
import type { KeyFamily } from './key-family.ts';

export const SM2_KEYS: KeyFamily = {
  async generate(algorithm) {
    const { privateKey, publicKey } = generateSm2KeyPair(randomBytes);
    return { algorithm, privateKey, publicKey: ecSpki('SM2', publicKey) };
  },
  sign: (privateKey, hash, message) => (hash === 'SM3' ? signSm2(message, privateKey, randomBytes) : null),
  verify: (publicKey, _hash, message, signature) => isSm2SignatureGenuine(publicKey, message, signature),
  opens: (transport) => transport === 'SM2',
  unwrap(privateKey, _transport, wrapped) {
    const ciphertext = decodeSm2Cipher(wrapped);
    return ciphertext && decryptSm2(ciphertext, privateKey);
  },
  publicKeyOf(privateKey) {
    const point = sm2PublicKey(privateKey);
    return point && ecSpki('SM2', point);
  },
};
