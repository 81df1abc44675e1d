// The sealed part opened: private keys in one buffer, so that one fill(0) wipes every one of them.

import type { ContainerId, KeyUse } from '../../core/token/token.ts';

/** By `keyRecord`. Values may be views of one buffer; whoever opened them wipes them. */
export type PrivateRecords = ReadonlyMap<string, Uint8Array>;

const MAX_KEY_BYTES = 8_192;

export function keyRecord(container: ContainerId, use: KeyUse): string {
  return `${container}/${use}`;
}

/** name length (2 bytes), name (ASCII), value length (2 bytes), value; big-endian, one after the other. */
export function encodeRecords(records: PrivateRecords): Uint8Array {
  const size = [...records].reduce((sum, [name, value]) => sum + 4 + name.length + value.length, 0);
  const bytes = Buffer.alloc(size);
  let offset = 0;
  for (const [name, value] of records) {
    offset = bytes.writeUInt16BE(name.length, offset);
    offset += bytes.write(name, offset, 'latin1');
    offset = bytes.writeUInt16BE(value.length, offset);
    bytes.set(value, offset);
    offset += value.length;
  }
  return bytes;
}

/** Views of `plaintext`. null: not the form above, which no file of this schema holds. */
export function decodeRecords(plaintext: Uint8Array): PrivateRecords | null {
  const bytes = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  const records = new Map<string, Uint8Array>();
  let offset = 0;
  const take = (length: number): Buffer | null => {
    if (length > bytes.length - offset) return null;
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const name = take(take(2)?.readUInt16BE() ?? Infinity);
    const value = name && take(take(2)?.readUInt16BE() ?? Infinity);
    if (value === null || name === null || value.length > MAX_KEY_BYTES) return null;
    records.set(name.toString('latin1'), value);
  }
  return records;
}
