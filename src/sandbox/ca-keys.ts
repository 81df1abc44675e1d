// Private keys of the rehearsal CA: plain PKCS#8 files, readable by their owner only. That is enough for a CA
// nobody trusts, and for nothing else.

import { createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CertificateSigner } from '../core/certificate/build-certificate.ts';
import { decodePem, encodePem } from '../core/certificate/pem.ts';
import { encodeSm2PrivateKey, parseSm2PrivateKey } from '../core/certificate/sm2/private-key.ts';
import { signSm2 } from '../core/certificate/sm2/signature.ts';
import { generateSm2KeyPair, type RandomSource, type Sm2KeyPair } from '../core/certificate/sm2/sm2.ts';
import { ecSpki } from '../core/certificate/spki.ts';
import { familyOf, type AuthorityFamily, type AuthorityId } from './authority-ids.ts';
import { replaceDurably } from '../storage/durable-file.ts';
import { makeFolder } from '../storage/make-folder.ts';

export interface CaKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly signer: CertificateSigner;
}

/** Makes an RSA-2048 or SM2 key and stores it as `keys/<id>.pem`, replacing one of that name. */
export async function createCaKey(folder: string, id: AuthorityId, random: RandomSource): Promise<CaKey> {
  const { pem, key } = familyOf(id) === 'sm2' ? newSm2Key(random) : await newRsaKey();
  makeFolder(join(folder, 'keys'));
  await replaceDurably(join(folder, 'keys', `${id}.pem`), pem);
  return key;
}

/** null: the file is missing or holds no key. */
export async function loadCaKey(
  folder: string,
  id: AuthorityId,
  random: RandomSource,
): Promise<CaKey | null> {
  try {
    const pem = await readFile(join(folder, 'keys', `${id}.pem`), 'utf8');
    return familyOf(id) === 'sm2' ? readSm2Key(pem, random) : nodeKeyOf(createPrivateKey(pem), 'RSA-SHA256');
  } catch {
    return null;
  }
}

/** A key that is stored nowhere: SM2, or EC P-256 beside RSA, which takes long to make. */
export async function passingKey(family: AuthorityFamily, random: RandomSource): Promise<CaKey> {
  if (family === 'sm2') return sm2KeyOf(generateSm2KeyPair(random), random);
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  return nodeKeyOf(privateKey, 'ECDSA-SHA256');
}

interface NewKey {
  readonly pem: string;
  readonly key: CaKey;
}

async function newRsaKey(): Promise<NewKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    key: nodeKeyOf(privateKey, 'RSA-SHA256'),
  };
}

function nodeKeyOf(privateKey: KeyObject, algorithm: 'RSA-SHA256' | 'ECDSA-SHA256'): CaKey {
  return {
    spki: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    signer: {
      algorithm,
      sign: (tbs) =>
        new Promise((resolve, reject) =>
          sign('sha256', tbs, privateKey, (error, signature) =>
            error === null ? resolve(signature) : reject(error),
          ),
        ),
    },
  };
}

function newSm2Key(random: RandomSource): NewKey {
  const pair = generateSm2KeyPair(random);
  return { pem: encodePem('PRIVATE KEY', encodeSm2PrivateKey(pair)), key: sm2KeyOf(pair, random) };
}

function readSm2Key(pem: string, random: RandomSource): CaKey | null {
  const pair = parseSm2PrivateKey(decodePem(pem)[0]?.der ?? new Uint8Array());
  return pair.ok ? sm2KeyOf(pair.value, random) : null;
}

function sm2KeyOf({ privateKey, publicKey }: Sm2KeyPair, random: RandomSource): CaKey {
  return {
    spki: ecSpki('SM2', publicKey),
    signer: {
      algorithm: 'SM2-SM3',
      sign: (tbs) => {
        const signature = signSm2(tbs, privateKey, random);
        if (signature === null) throw new Error('own SM2 key cannot sign');
        return Promise.resolve(signature);
      },
    },
  };
}
