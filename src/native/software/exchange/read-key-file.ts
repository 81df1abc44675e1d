// Any key file that a person may hold: PKCS#12 or CFCA's, binary, base64 or PEM. Answers whole pairs: every
// key with the certificate that carries its public key.

import { decodeBase64 } from '../../../core/certificate/base64.ts';
import { definiteLengths } from '../../../core/certificate/ber.ts';
import { parseCertificate } from '../../../core/certificate/certificate.ts';
import { childrenOf, expectTag, readSmallInteger, readDer, TAG } from '../../../core/certificate/der.ts';
import { decodePem } from '../../../core/certificate/pem.ts';
import { openCfcaKeyFile, parseCfcaKeyFile } from '../../../core/certificate/sm2/cfca.ts';
import { sm2PointOf } from '../../../core/certificate/sm2/signature.ts';
import { ecSpki, isSamePublicKey } from '../../../core/certificate/spki.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { KeyPair } from '../key-family.ts';
import { wipe } from '../sealing.ts';
import { MAX_KEY_FILE_BYTES, readPkcs12, type KeyFileError } from './pkcs12-read.ts';
import { keyPairOf } from './pkcs8.ts';

export interface ImportedKey {
  /** The caller wipes the private one. */
  readonly pair: KeyPair;
  /** DER; null: the file has none for this key. */
  readonly certificate: Uint8Array | null;
  readonly label: string;
}

/** At least one key. `password` is UTF-8 and stays the caller's. */
export function readKeyFile(
  content: Uint8Array,
  password: Uint8Array,
): Result<readonly ImportedKey[], KeyFileError> {
  if (content.length > MAX_KEY_FILE_BYTES) return err({ code: 'keyFile.invalid', reason: 'too large' });
  const der = definiteLengths(binaryOf(content), MAX_KEY_FILE_BYTES);
  const version = der && versionOf(der);
  if (der !== null && version === 3) return readPkcs12Keys(der, password);
  if (der !== null && version === 1) return readCfcaKey(der, password);
  return err({ code: 'keyFile.invalid', reason: 'neither PKCS#12 nor CFCA' });
}

function binaryOf(content: Uint8Array): Uint8Array {
  if (content[0] === 0x30) return content;
  const text = Buffer.from(content).toString('latin1');
  return decodePem(text)[0]?.der ?? decodeBase64(text) ?? content;
}

function versionOf(der: Uint8Array): number | null {
  const reading = readDer(der, MAX_KEY_FILE_BYTES, (root) =>
    readSmallInteger(childrenOf(expectTag(root, TAG.sequence, 'key file'))[0]),
  );
  return reading.ok ? reading.value : null;
}

function readPkcs12Keys(der: Uint8Array, password: Uint8Array): Result<readonly ImportedKey[], KeyFileError> {
  const opened = readPkcs12(der, password);
  if (!opened.ok) return opened;
  const { keys, certificates } = opened.value;
  const imported = keys.map(({ pkcs8, label }) => ({ pair: keyPairOf(pkcs8), label }));
  wipe(...keys.map(({ pkcs8 }) => pkcs8));
  if (imported.length === 0) return err({ code: 'keyFile.invalid', reason: 'no private key' });
  const usable = imported.flatMap(({ pair, label }) =>
    pair === null ? [] : [{ pair, label, certificate: certificateFor(pair, certificates) }],
  );
  return usable.length === 0 ? err({ code: 'keyFile.unsupported', algorithm: 'private key' }) : ok(usable);
}

function certificateFor({ publicKey }: KeyPair, certificates: readonly Uint8Array[]): Uint8Array | null {
  const found = certificates.find((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok && isSamePublicKey(parsed.value.spki, publicKey);
  });
  return found ?? null;
}

/** How the password becomes a key is written nowhere; public vectors with both their passwords confirm it. */
function readCfcaKey(der: Uint8Array, password: Uint8Array): Result<readonly ImportedKey[], KeyFileError> {
  const file = parseCfcaKeyFile(der);
  if (!file.ok) return err({ code: 'keyFile.invalid', reason: file.error.reason });
  const { certificate } = file.value;
  const parsed = parseCertificate(certificate);
  const point = parsed.ok ? sm2PointOf(parsed.value.spki) : null;
  if (point === null) return err({ code: 'keyFile.invalid', reason: 'no SM2 certificate' });
  const opened = openCfcaKeyFile(file.value, password, point);
  if (!opened.ok) return err({ code: 'keyFile.passwordIncorrect' });
  const { privateKey, publicKey } = opened.value;
  const pair = { algorithm: 'SM2', privateKey, publicKey: ecSpki('SM2', publicKey) } as const;
  return ok([{ pair, certificate, label: '' }]);
}
