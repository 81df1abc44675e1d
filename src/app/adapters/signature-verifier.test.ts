import { constants, createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignatureAlgorithm } from '../../core/certificate/signature-verifier.ts';
import { signSm2 } from '../../core/certificate/sm2/signature.ts';
import { generateSm2KeyPair } from '../../core/certificate/sm2/sm2.ts';
import { ecSpki } from '../../core/certificate/spki.ts';
import { createSignatureVerifier } from './signature-verifier.ts';

const verifier = createSignatureVerifier();
const message = new Uint8Array(Buffer.from('message'));
const random = (length: number) =>
  new Uint8Array(createHash('shake256', { outputLength: length }).update('x').digest());

const keys = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  tiny: generateKeyPairSync('rsa', { modulusLength: 512 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ed: generateKeyPairSync('ed25519'),
};
const spkiOf = (key: KeyObject) => new Uint8Array(key.export({ format: 'der', type: 'spki' }));
const spkis: Uint8Array[] = Object.values(keys).map(({ publicKey }) => spkiOf(publicKey));
const sm2 = generateSm2KeyPair(random);
spkis.push(ecSpki('SM2', sm2.publicKey), new Uint8Array(0), message);

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const ALGORITHMS: readonly SignatureAlgorithm[] = [
  'RSA-MD5',
  'RSA-SHA1',
  'RSA-SHA256',
  'RSA-SHA512',
  'RSA-PSS-SHA256',
  'RSA-PSS-SHA512',
  'ECDSA-SHA256',
  'ECDSA-SHA384',
  'SM2-SM3',
];

describe('signature verifier', () => {
  it.each<[SignatureAlgorithm, Uint8Array, Uint8Array]>([
    ['RSA-SHA256', spkiOf(keys.rsa.publicKey), sign('sha256', message, keys.rsa.privateKey)],
    ['RSA-SHA1', spkiOf(keys.rsa.publicKey), sign('sha1', message, keys.rsa.privateKey)],
    [
      'RSA-PSS-SHA256',
      spkiOf(keys.rsa.publicKey),
      sign('sha256', message, { key: keys.rsa.privateKey, ...pss }),
    ],
    ['ECDSA-SHA256', spkiOf(keys.p256.publicKey), sign('sha256', message, keys.p256.privateKey)],
    ['ECDSA-SHA384', spkiOf(keys.p384.publicKey), sign('sha384', message, keys.p384.privateKey)],
    ['SM2-SM3', ecSpki('SM2', sm2.publicKey), signSm2(message, sm2.privateKey, random) ?? new Uint8Array(0)],
  ])('%s is genuine with its own key and algorithm only', async (algorithm, spki, signature) => {
    const genuine: [SignatureAlgorithm, number][] = [];
    for (const other of ALGORITHMS)
      for (const [index, key] of spkis.entries())
        if (await verifier.verify(key, other, message, signature)) genuine.push([other, index]);
    const own = spkis.findIndex((each) => Buffer.compare(each, spki) === 0);
    expect(genuine).toEqual([[algorithm, own]]);
  });

  it('answers false, never throws, for rubbish', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ALGORITHMS),
        fc.oneof(fc.constantFrom(...spkis), fc.uint8Array({ maxLength: 100 })),
        fc.uint8Array({ maxLength: 300 }),
        async (algorithm, spki, signature) => {
          expect(await verifier.verify(spki, algorithm, message, signature)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});
