// What of a call may be written down. Names of containers, files and devices become pseudonyms of the same
// length, so that lists keep their form; application names are the vendor's and stay. PINs leave nothing, other
// secrets their length and a hash under a salt that is never stored: equal things look equal, and no more.

import { createHmac, randomBytes } from 'node:crypto';
import { layoutOf, USUAL_ABI } from './abi.ts';
import { splitNames } from './calls.ts';

type NameKind = 'device' | 'container' | 'file' | 'label' | 'serial';

export interface SecretTrace {
  readonly length: number;
  readonly hash: string;
}

export interface Redaction {
  secret(bytes: Uint8Array): SecretTrace;
  name(kind: NameKind, bytes: Uint8Array): Uint8Array;
  /** A list of names with its NULs where they were. */
  names(kind: NameKind, list: Uint8Array): Uint8Array;
  /** DEVINFO without label and serial; their place is the same in every layout. */
  deviceInfo(bytes: Uint8Array): Uint8Array;
  fileInfo(bytes: Uint8Array): Uint8Array;
}

export function createRedaction(salt: Uint8Array = randomBytes(32)): Redaction {
  const pseudonyms = new Map<string, Uint8Array>();

  function name(kind: NameKind, bytes: Uint8Array): Uint8Array {
    const key = `${kind} ${Buffer.from(bytes).toString('hex')}`;
    const known = pseudonyms.get(key);
    if (known !== undefined || bytes.length === 0) return known ?? bytes;
    const number = [...pseudonyms.keys()].filter((other) => other.startsWith(`${kind} `)).length + 1;
    const text = `${kind}${String(number)}`.padEnd(bytes.length, '.');
    // A short name keeps the end of its pseudonym, where the number is.
    const made = new Uint8Array(Buffer.from(text.length > bytes.length ? text.slice(-bytes.length) : text));
    pseudonyms.set(key, made);
    return made;
  }

  function inField(kind: NameKind, bytes: Uint8Array, offset: number, size: number): void {
    const field = bytes.subarray(offset, offset + size);
    const nul = field.indexOf(0);
    const used = field.subarray(0, nul < 0 ? field.length : nul);
    used.set(name(kind, used.slice()));
    // What a driver left behind the NUL may be anything.
    field.subarray(used.length).fill(0);
  }

  return {
    secret: (bytes) => ({
      length: bytes.length,
      hash: createHmac('sha256', salt).update(bytes).digest('hex').slice(0, 16),
    }),
    name,
    names(kind, list) {
      const redacted = new Uint8Array(list.length);
      let offset = 0;
      for (const { raw } of splitNames(list)) {
        redacted.set(name(kind, raw), offset);
        offset += raw.length + 1;
      }
      return redacted;
    },
    deviceInfo(bytes) {
      const { label, serialNumber } = layoutOf('deviceInfo', USUAL_ABI).fields;
      const redacted = bytes.slice();
      inField('label', redacted, label.offset, label.size);
      inField('serial', redacted, serialNumber.offset, serialNumber.size);
      return redacted;
    },
    fileInfo(bytes) {
      const { fileName } = layoutOf('fileAttribute', USUAL_ABI).fields;
      const redacted = bytes.slice();
      inField('file', redacted, fileName.offset, fileName.size);
      return redacted;
    },
  };
}
