// Private keys of the rehearsal CA: plain PKCS#8 files, readable by their owner only. That is enough for a CA
// nobody trusts, and for nothing else.

import { createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CertificateSigner } from '../core/certificate/build-certificate.ts';
import { writeDurably } from './durable-file.ts';

export interface CaKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly signer: CertificateSigner;
}

/** Makes an RSA-2048 key and stores it as `keys/<name>.pem`, replacing one of that name. */
export async function createCaKey(folder: string, name: string): Promise<CaKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await writeDurably(
    join(folder, 'keys', `${name}.pem`),
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  return caKeyOf(privateKey);
}

/** null: the file is missing or holds no key. */
export async function loadCaKey(folder: string, name: string): Promise<CaKey | null> {
  try {
    return caKeyOf(createPrivateKey(await readFile(join(folder, 'keys', `${name}.pem`))));
  } catch {
    return null;
  }
}

function caKeyOf(privateKey: KeyObject): CaKey {
  return {
    spki: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    signer: {
      algorithm: 'RSA-SHA256',
      sign: (tbs) =>
        new Promise((resolve, reject) =>
          sign('sha256', tbs, privateKey, (error, signature) =>
            error === null ? resolve(signature) : reject(error),
          ),
        ),
    },
  };
}
