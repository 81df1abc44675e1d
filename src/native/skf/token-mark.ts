import { createHash } from 'node:crypto';
import type { KeyContainer } from '../../core/token/token.ts';
import { readCertificateFields } from '../../core/certificate/certificate-fields.ts';

/**
 * Hexadecimal SHA-256 of the public key that stays longest on a token: that of its oldest certificate, else
 * the smallest of its keys without one; null on a token without any. The same key shown by a PKCS#11 library
 * gets the same mark.
 */
export function tokenMark(containers: readonly KeyContainer[]): string | null {
  const certified = containers.flatMap(({ certificates }) =>
    certificates.flatMap(({ der }) => {
      const fields = readCertificateFields(der);
      return fields === null ? [] : [`${fields.notBefore} ${sha256(fields.publicKey)}`];
    }),
  );
  const oldest = certified.sort()[0]?.split(' ')[1];
  const keys = containers.flatMap(({ keys: all }) =>
    all.flatMap(({ publicKey }) => (publicKey === null ? [] : [sha256(publicKey)])),
  );
  return oldest ?? keys.sort()[0] ?? null;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
