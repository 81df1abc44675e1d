// The encryption key that a CA's key centre made. It travels to the token as it came: only the token can open it,
// with the container's signing key.

import { equalBytes } from '../../core/certificate/der.ts';
import { sm2PointOf } from '../../core/certificate/sm2/signature.ts';
import type { EncryptionKeyEnvelope } from '../../core/token/token.ts';
import { Refusal, refuse } from '../driver-failures.ts';
import { layoutOf, structure, type SkfAbi } from './abi.ts';
import { eccCipherBlob, exportPublicKey } from './keys.ts';
import type { SkfLibrary } from './library.ts';
import { meaningOf, nativeFailure, SAR, SarFailure } from './sar.ts';

/** GB/T 33560 ECB identifiers; those of AES are vendors' (Longmai). */
const SYMMETRIC_IDS: Readonly<Record<EncryptionKeyEnvelope['symmetricAlgorithm'], number>> = {
  'SM1-ECB': 0x0000_0101,
  'SSF33-ECB': 0x0000_0201,
  'SM4-ECB': 0x0000_0401,
  'AES-128-ECB': 0x8000_0111,
  'AES-256-ECB': 0x8000_0141,
};

type Sm2Envelope = Extract<EncryptionKeyEnvelope, { kind: 'sm2' }>;
type RsaEnvelope = Extract<EncryptionKeyEnvelope, { kind: 'rsa' }>;

/**
 * SubjectPublicKeyInfo of the imported key, read back from the token. Refuses with `key.decryptionFailed` (for
 * another signing key, or damaged, or not the key it says) and `key.unsupported`.
 */
export function importEncryptionKey(
  library: SkfLibrary,
  container: bigint,
  envelope: EncryptionKeyEnvelope,
): Uint8Array {
  if (envelope.kind === 'rsa') return importRsa(library, container, envelope);
  const point =
    envelope.publicKey.length === 64 ? Buffer.from([4, ...envelope.publicKey]) : envelope.publicKey;
  if (!fits(envelope, point)) return refuse({ code: 'key.decryptionFailed' });
  importSm2(library, container, envelope, point);
  const imported = exportPublicKey(library, container, false);
  const read = imported === null ? null : sm2PointOf(imported);
  return imported !== null && read !== null && equalBytes(read, point)
    ? imported
    : refuse({ code: 'key.decryptionFailed' });
}

function fits({ wrappedKey, encryptedPrivateKey }: Sm2Envelope, point: Uint8Array): boolean {
  const { x, y, hash, cipher } = wrappedKey;
  const areNumbers = [x, y, hash].every((part) => part.length === 32);
  const isKey = encryptedPrivateKey.length === 32 || encryptedPrivateKey.length === 64;
  return areNumbers && isKey && cipher.length > 0 && cipher.length <= 64 && point.length === 65;
}

function importSm2(library: SkfLibrary, container: bigint, envelope: Sm2Envelope, point: Uint8Array): void {
  const { encryptedPrivateKey: key } = envelope;
  const right = new Uint8Array(64);
  right.set(key.subarray(-32), 32);
  // Both practices share the right half. Tokens that open the whole field want the 64-byte form as delivered.
  const fields = key.length === 64 ? [right, key] : [right];
  let rv: number = SAR.INDATAERR;
  for (const field of fields) {
    rv = library.call(
      'SKF_ImportECCKeyPair',
      container,
      envelopedKeyBlob(envelope, field, point, library.abi),
    );
    if (meaningOf(rv) !== 'badInput') break;
  }
  importResult('SKF_ImportECCKeyPair', rv, envelope.symmetricAlgorithm);
}

/** ENVELOPEDKEYBLOB with its variable end (GM/T 0016 §6.4.10). */
export function envelopedKeyBlob(
  { wrappedKey, symmetricAlgorithm }: Pick<Sm2Envelope, 'wrappedKey' | 'symmetricAlgorithm'>,
  privateKeyField: Uint8Array,
  point: Uint8Array,
  abi: SkfAbi,
): Uint8Array {
  const cipher = eccCipherBlob(wrappedKey, abi);
  const start = layoutOf('envelopedKey', abi).fields.cipher.offset;
  const bytes = new Uint8Array(start + cipher.length);
  const blob = structure('envelopedKey', abi, bytes);
  blob.setNumber('version', 1);
  blob.setNumber('symmAlgId', SYMMETRIC_IDS[symmetricAlgorithm]);
  blob.setNumber('bits', 256);
  blob.field('encryptedPrivateKey').set(privateKeyField);
  const key = structure('eccPublicKey', abi, blob.field('publicKey'));
  key.setNumber('bitLen', 256);
  key.setRightAligned('x', point.subarray(1, 33));
  key.setRightAligned('y', point.subarray(33, 65));
  bytes.set(cipher, start);
  return bytes;
}

function importRsa(library: SkfLibrary, container: bigint, envelope: RsaEnvelope): Uint8Array {
  const { symmetricAlgorithm, wrappedKey, encryptedPrivateKey } = envelope;
  const rv = library.call(
    'SKF_ImportRSAKeyPair',
    container,
    SYMMETRIC_IDS[symmetricAlgorithm],
    wrappedKey,
    wrappedKey.length,
    encryptedPrivateKey,
    encryptedPrivateKey.length,
  );
  importResult('SKF_ImportRSAKeyPair', rv, symmetricAlgorithm);
  return exportPublicKey(library, container, false) ?? refuse({ code: 'key.decryptionFailed' });
}

function importResult(
  call: 'SKF_ImportECCKeyPair' | 'SKF_ImportRSAKeyPair',
  rv: number,
  algorithm: string,
): void {
  if (rv === SAR.OK) return;
  const failure = new SarFailure(call, rv);
  const native = nativeFailure(failure);
  const meaning = meaningOf(rv);
  if (rv === SAR.NOTSUPPORTYETERR) throw new Refusal({ code: 'key.unsupported', algorithm, native });
  if (meaning === 'badInput' || meaning === 'absent')
    throw new Refusal({ code: 'key.decryptionFailed', native });
  throw failure;
}
