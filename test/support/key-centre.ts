// A CA's key centre: makes an encryption key and delivers it for one signing key only.

import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { encodeSm2Cipher } from '../../src/core/certificate/sm2/ciphertext.ts';
import { sm2PointOf } from '../../src/core/certificate/sm2/signature.ts';
import { encryptSm2, generateSm2KeyPair, type Sm2Ciphertext } from '../../src/core/certificate/sm2/sm2.ts';
import { encryptSm4Cbc, encryptSm4Ecb } from '../../src/core/certificate/sm2/sm4.ts';
import { ecSpki } from '../../src/core/certificate/spki.ts';
import type { Envelope } from '../../src/core/token/provider.ts';
import type { EncryptionKeyEnvelope } from '../../src/core/token/token.ts';

export interface Delivery {
  readonly envelope: EncryptionKeyEnvelope;
  /** SubjectPublicKeyInfo of the encryption key. */
  readonly publicKey: Uint8Array;
  /** An SM4-CBC envelope that only the encryption key opens. */
  message(content: Uint8Array): Envelope;
}

type Sm2Options = { readonly layout?: 32 | 64; readonly cipher?: 'SM4-ECB' | 'SM1-ECB' | 'SSF33-ECB' };

/** What softskf mixes into every key byte where it stands in for a secret cipher. */
const STAND_IN = { 'SM4-ECB': 0, 'SM1-ECB': 0x5a, 'SSF33-ECB': 0xa5 } as const;

/** `signingKey` is the SubjectPublicKeyInfo of the key that shall open it. */
export function deliverEncryptionKey(
  algorithm: 'SM2' | 'RSA-2048',
  signingKey: Uint8Array,
  options: Sm2Options = {},
): Delivery {
  return algorithm === 'SM2' ? deliverSm2(signingKey, options) : deliverRsa(signingKey);
}

function deliverSm2(signingKey: Uint8Array, { layout = 32, cipher = 'SM4-ECB' }: Sm2Options): Delivery {
  const pair = generateSm2KeyPair(random);
  const session = random(16);
  const inCipher = session.map((byte) => byte ^ STAND_IN[cipher]);
  const plain = Buffer.concat([new Uint8Array(layout - 32), pair.privateKey]);
  const point = sm2PointOf(signingKey) ?? new Uint8Array();
  const wrapped = sealSm2(session, point);
  return {
    envelope: {
      kind: 'sm2',
      symmetricAlgorithm: cipher,
      wrappedKey: {
        x: wrapped.c1.slice(0, 32),
        y: wrapped.c1.slice(32),
        hash: wrapped.c3,
        cipher: wrapped.c2,
      },
      publicKey: pair.publicKey,
      encryptedPrivateKey: encryptSm4Ecb(inCipher, plain),
    },
    publicKey: ecSpki('SM2', pair.publicKey),
    message(content) {
      const [key, iv] = [random(16), random(16)];
      return {
        keyTransport: 'SM2',
        wrappedKey: encodeSm2Cipher(sealSm2(key, pair.publicKey)),
        cipher: 'SM4-CBC',
        iv,
        content: encryptSm4Cbc(key, iv, content),
      };
    },
  };
}

function deliverRsa(signingKey: Uint8Array): Delivery {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const session = random(16);
  const cipher = createCipheriv('aes-128-ecb', session, null);
  const pkcs1 = pair.privateKey.export({ format: 'der', type: 'pkcs1' });
  const publicKey = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }));
  return {
    envelope: {
      kind: 'rsa',
      symmetricAlgorithm: 'AES-128-ECB',
      wrappedKey: sealRsa(session, signingKey),
      encryptedPrivateKey: new Uint8Array(Buffer.concat([cipher.update(pkcs1), cipher.final()])),
    },
    publicKey,
    message(content) {
      const [key, iv] = [random(16), random(16)];
      return {
        keyTransport: 'RSA-PKCS1',
        wrappedKey: sealRsa(key, publicKey),
        cipher: 'SM4-CBC',
        iv,
        content: encryptSm4Cbc(key, iv, content),
      };
    },
  };
}

function sealSm2(content: Uint8Array, point: Uint8Array): Sm2Ciphertext {
  const sealed = encryptSm2(content, point, random);
  if (sealed === null) throw new Error('no SM2 key');
  return sealed;
}

function sealRsa(content: Uint8Array, spki: Uint8Array): Uint8Array {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, content));
}

function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}
