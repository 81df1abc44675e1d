// Certificates for tests of storage: well-formed X.509 around a given key, with a signature that is noise.

import { bitString, encode, octetString, sequence, unsignedInteger } from '../../src/core/certificate/der.ts';

export interface CertificateWish {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly commonName: string;
  readonly serial: number;
  /** `digitalSignature` alone, `keyEncipherment` alone, or no key usage extension. */
  readonly use: 'signing' | 'encryption' | 'any';
  /** First and last year. */
  readonly years: readonly [number, number];
}

const SHA256_WITH_RSA = sequence(Buffer.from('06092a864886f70d01010b', 'hex'), Buffer.from('0500', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const KEY_USAGE = Buffer.from('0603551d0f', 'hex');
const USAGE_BITS = { signing: '03020780', encryption: '03020520' } as const;

export function makeCertificate(wish: CertificateWish): Uint8Array {
  const tbs = sequence(
    encode(0xa0, unsignedInteger(Uint8Array.of(2))),
    unsignedInteger(Uint8Array.of(wish.serial >> 8, wish.serial & 0xff)),
    SHA256_WITH_RSA,
    nameOf('Test CA'),
    sequence(...wish.years.map((year) => encode(0x18, Buffer.from(`${year}0101000000Z`)))),
    nameOf(wish.commonName),
    wish.publicKey,
    ...(wish.use === 'any' ? [] : [encode(0xa3, sequence(keyUsage(wish.use)))]),
  );
  return sequence(tbs, SHA256_WITH_RSA, bitString(new Uint8Array(256).fill(wish.serial & 0xff)));
}

function keyUsage(use: keyof typeof USAGE_BITS): Uint8Array {
  return sequence(KEY_USAGE, octetString(Buffer.from(USAGE_BITS[use], 'hex')));
}

function nameOf(commonName: string): Uint8Array {
  return sequence(encode(0x31, sequence(COMMON_NAME, encode(0x0c, Buffer.from(commonName)))));
}
