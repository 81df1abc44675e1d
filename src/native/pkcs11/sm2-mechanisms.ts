// PKCS#11 up to 3.1 has no SM2; each vendor took numbers of its own, which another may use for something else. A
// list is believed to offer SM2 where it holds everything that marks one vendor's numbering. Only for telling people:
// nothing is called by these numbers before a real module has shown what they do.

/** Key pair generation, signature and, where numbers are small, SM3: together they are nobody else's. */
const VENDOR_NUMBERINGS: readonly (readonly number[])[] = [
  // Sansec, iTrus, JIT: CKM_SM2_KEY_PAIR_GEN; the range holds nothing but SM2.
  [0x8000_8001],
  // Westone, two editions.
  [0x8000_0001, 0x8000_0002, 0x8000_001f],
  [0x8000_0003, 0x8000_0004, 0x8000_001f],
  // MeSince MK-1.
  [0x0001_0009, 0x0001_0002, 0x0001_0005],
  // IBM.
  [0x8005_000a, 0x8005_000b],
];

export function offersSm2(mechanisms: ReadonlySet<number>): boolean {
  return VENDOR_NUMBERINGS.some((numbering) => numbering.every((mechanism) => mechanisms.has(mechanism)));
}
