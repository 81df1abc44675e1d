import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { sm3 as sm3Hex } from 'sm-crypto-v2';

/** SM3 (GB/T 32905) of the parts one after the other: 32 bytes. */
export function sm3(...parts: readonly Uint8Array[]): Uint8Array {
  return hexToBytes(sm3Hex(parts.length === 1 && parts[0] !== undefined ? parts[0] : concatBytes(...parts)));
}
