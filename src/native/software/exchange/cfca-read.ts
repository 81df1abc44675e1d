// CFCA's own key file, `.sm2` or PEM "CFCA KEY": an SM2 key and its certificate. The key derivation is written
// nowhere; it was found in public code and holds for the public vectors of both passwords: SM3 key stream of
// the password (GB/T 32918.4 §5.4.3 with counter 1), first half the initial vector, second half the SM4 key.
// It is no stretching at all: such a file is as safe as the place where it is kept.

import { sm3 } from '../../../core/certificate/sm2/sm3.ts';
import { decryptSm4Cbc } from '../../../core/certificate/sm2/sm4.ts';
import {
  childrenOf,
  expectTag,
  readDer,
  readOid,
  readSmallInteger,
  TAG,
} from '../../../core/certificate/der.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { wipe } from '../sealing.ts';
import { MAX_KEY_FILE_BYTES, type KeyFileError } from './pkcs12-read.ts';

const SM4_NAMES = ['1.2.156.10197.1.104', '1.2.156.10197.1.104.2'];

export interface CfcaContent {
  /** 32 bytes; the caller wipes them, and proves that they belong to the certificate. */
  readonly scalar: Uint8Array;
  readonly certificate: Uint8Array;
}

/** `password` is UTF-8 and stays the caller's. */
export function readCfcaKeyFile(der: Uint8Array, password: Uint8Array): Result<CfcaContent, KeyFileError> {
  const reading = readDer(der, MAX_KEY_FILE_BYTES, (root) => {
    const [version, key, certificate] = childrenOf(expectTag(root, TAG.sequence, 'key file'));
    const [, cipher, ciphertext] = childrenOf(expectTag(key, TAG.sequence, 'key'));
    const [, content] = childrenOf(expectTag(certificate, TAG.sequence, 'certificate'));
    return {
      version: readSmallInteger(version),
      cipher: readOid(cipher),
      ciphertext: expectTag(ciphertext, TAG.octetString, 'key').content,
      certificate: expectTag(content, TAG.octetString, 'certificate').content,
    };
  });
  if (!reading.ok) return err({ code: 'keyFile.invalid', reason: reading.reason });
  const { cipher, ciphertext, certificate } = reading.value;
  if (!SM4_NAMES.includes(cipher)) return err({ code: 'keyFile.unsupported', algorithm: cipher });
  const stream = sm3(password, Uint8Array.of(0, 0, 0, 1));
  const scalar = decryptSm4Cbc(stream.subarray(16), stream.subarray(0, 16), ciphertext);
  wipe(stream);
  return scalar?.length === 32 ? ok({ scalar, certificate }) : err({ code: 'keyFile.passwordIncorrect' });
}
