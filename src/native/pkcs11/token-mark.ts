import { createHash } from 'node:crypto';
import { readCertificateFields } from '../../core/certificate/certificate-fields.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { readObjects } from './objects.ts';

/**
 * Hexadecimal SHA-256 of the public key that stays longest on a token: that of its oldest certificate, else
 * the smallest of its keys without one; null on a token without any. A renewal beside the old certificate
 * therefore does not change it.
 */
export function tokenMark(cryptoki: Cryptoki, session: Handle): string | null {
  const { certificates, publicKeys } = readObjects(cryptoki, session, []);
  const certified = certificates.flatMap(({ der }) => {
    const fields = readCertificateFields(der);
    return fields === null ? [] : [`${fields.notBefore} ${sha256(fields.publicKey)}`];
  });
  const oldest = certified.sort()[0]?.split(' ')[1];
  return (
    oldest ?? publicKeys.flatMap(({ key }) => (key === null ? [] : [sha256(key.spki)])).sort()[0] ?? null
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
