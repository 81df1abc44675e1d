// Key usage bits and what they make of a certificate. Imports no package: every driver host loads it.

/** Names of RFC 5280 §4.2.1.3 in bit order. */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsageName = (typeof KEY_USAGES)[number];

/** From the bits of the BIT STRING, first byte first, without the count of unused bits. */
export function keyUsagesIn(bits: Uint8Array): KeyUsageName[] {
  return KEY_USAGES.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

const SIGNING: readonly KeyUsageName[] = ['digitalSignature', 'nonRepudiation'];
const ENCRYPTION: readonly KeyUsageName[] = ['keyEncipherment', 'dataEncipherment', 'keyAgreement'];

/** What the key is for, by key usage; no key usage, or neither kind: both. */
export function certificateUse(certificate: {
  readonly keyUsage: readonly KeyUsageName[] | null;
}): 'signing' | 'encryption' | 'both' {
  const usages = certificate.keyUsage ?? [];
  const signs = SIGNING.some((usage) => usages.includes(usage));
  const encrypts = ENCRYPTION.some((usage) => usages.includes(usage));
  if (signs === encrypts) return 'both';
  return signs ? 'signing' : 'encryption';
}
