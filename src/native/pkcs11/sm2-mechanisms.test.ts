import { expect, it } from 'vitest';
import { CKM } from './constants.ts';
import { offersSm2 } from './sm2-mechanisms.ts';

const STANDARD = Object.values(CKM);

it.each([
  ['Sansec, iTrus, JIT', [0x8000_8000, 0x8000_8001, 0x8000_8103], true],
  ['Westone', [0x8000_0001, 0x8000_0002, 0x8000_001f], true],
  ['Westone, later numbers', [0x8000_0003, 0x8000_0004, 0x8000_001f], true],
  ['MeSince', [0x0001_0002, 0x0001_0004, 0x0001_0005, 0x0001_0009], true],
  ['IBM', [0x8005_000a, 0x8005_000b, 0x8005_000c], true],
  ['nothing but the standard', [], false],
  ['a first vendor number that may be anything', [0x8000_0001], false],
  ['signing without generation', [0x8005_000b], false],
])('reads a mechanism list of %s', (_, vendor, expected) => {
  expect(offersSm2(new Set([...STANDARD, ...vendor]))).toBe(expected);
});
