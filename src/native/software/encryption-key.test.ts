import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deliverEncryptionKey } from '../../../test/support/key-centre.ts';
import type { EncryptionKeyEnvelope } from '../../core/token/token.ts';
import { openEncryptionKey } from './encryption-key.ts';
import { KEY_FAMILIES } from './key-families.ts';

const signing = await KEY_FAMILIES.SM2.generate('SM2');
const other = await KEY_FAMILIES.SM2.generate('SM2');
type Sm2Envelope = Extract<EncryptionKeyEnvelope, { kind: 'sm2' }>;

const failed = { ok: false, error: { code: 'key.decryptionFailed' } };
const unsupported = (algorithm: string) => ({ ok: false, error: { code: 'key.unsupported', algorithm } });

function delivered(layout: 32 | 64 = 32): { envelope: Sm2Envelope; publicKey: Uint8Array } {
  const { envelope, publicKey } = deliverEncryptionKey('SM2', signing.publicKey, { layout });
  if (envelope.kind !== 'sm2') throw new Error(envelope.kind);
  return { envelope, publicKey };
}

const open = (envelope: EncryptionKeyEnvelope) => openEncryptionKey('SM2', signing.privateKey, envelope);
const broken = (bytes: Uint8Array, place = 0) =>
  bytes.map((byte, index) => (index === place ? byte ^ 1 : byte));

describe('an encryption key from the key centre', () => {
  it.each([32, 64] as const)('opens from the layout of %i bytes', (layout) => {
    const { envelope, publicKey } = delivered(layout);
    const opened = open(envelope);
    expect(opened.ok && Buffer.from(opened.value.publicKey).equals(publicKey)).toBe(true);
  });

  it.each<[string, (envelope: Sm2Envelope) => EncryptionKeyEnvelope, object]>([
    [
      'its check value is wrong',
      (e) => ({ ...e, wrappedKey: { ...e.wrappedKey, hash: broken(e.wrappedKey.hash) } }),
      failed,
    ],
    [
      'its point is not on the curve',
      (e) => ({ ...e, wrappedKey: { ...e.wrappedKey, y: broken(e.wrappedKey.y) } }),
      failed,
    ],
    [
      'its private key is altered',
      (e) => ({ ...e, encryptedPrivateKey: broken(e.encryptedPrivateKey) }),
      failed,
    ],
    [
      'its private key is cut off',
      (e) => ({ ...e, encryptedPrivateKey: e.encryptedPrivateKey.subarray(16) }),
      failed,
    ],
    ['it is empty', (e) => ({ ...e, encryptedPrivateKey: new Uint8Array() }), failed],
    ['another public key is announced', (e) => ({ ...e, publicKey: randomBytes(65) }), failed],
    [
      'its session key has another length',
      (e) => ({ ...e, wrappedKey: { ...e.wrappedKey, cipher: new Uint8Array(8) } }),
      failed,
    ],
    ['only a token has its cipher', (e) => ({ ...e, symmetricAlgorithm: 'SM1-ECB' }), unsupported('SM1-ECB')],
  ])('is refused when %s', (_name, change, answer) => {
    expect(open(change(delivered().envelope))).toEqual(answer);
  });

  it('is refused by the signing key of another container', () => {
    expect(openEncryptionKey('SM2', other.privateKey, delivered().envelope)).toEqual(failed);
  });

  it('is refused by a signing key of another kind', async () => {
    const rsa = await KEY_FAMILIES['RSA-2048'].generate('RSA-2048');
    expect(openEncryptionKey('RSA-2048', rsa.privateKey, delivered().envelope)).toEqual(
      unsupported('RSA-2048'),
    );
  });
});
