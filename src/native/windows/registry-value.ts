// Registry values as bytes and as data. What does not keep the shape of its type is malformed, never a throw.

import type { RegistryValue } from '../../core/environment/windows-probe.ts';
import { dword, dwordAt, textAt, textsAt, utf16 } from './numbers.ts';

/** winnt.h. */
const TYPE = { text: 1, expandable: 2, bytes: 3, number: 4, list: 7 } as const;

/** null: malformed. */
export function readRegistryValue(type: number, data: Uint8Array): RegistryValue | null {
  switch (type) {
    case TYPE.text:
    case TYPE.expandable:
      if (data.length % 2 !== 0) return null;
      return { type: type === TYPE.text ? 'text' : 'expandable', value: textAt(data) };
    case TYPE.list:
      return data.length % 2 === 0 ? { type: 'list', value: textsAt(data) } : null;
    case TYPE.number:
      return data.length === 4 ? { type: 'number', value: dwordAt(data) } : null;
    case TYPE.bytes:
      return { type: 'bytes', value: Buffer.from(data).toString('base64') };
    default:
      return { type: 'other', value: type };
  }
}

/** null: of a type that is read and never written. */
export function writeRegistryValue(
  value: RegistryValue,
): { readonly type: number; readonly data: Uint8Array } | null {
  switch (value.type) {
    case 'text':
    case 'expandable':
      return { type: TYPE[value.type], data: utf16(value.value) };
    case 'list':
      return { type: TYPE.list, data: utf16(value.value.map((text) => `${text}\0`).join('')) };
    case 'number':
      return { type: TYPE.number, data: dword(value.value) };
    case 'bytes':
      return { type: TYPE.bytes, data: new Uint8Array(Buffer.from(value.value, 'base64')) };
    case 'other':
      return null;
  }
}
