// Writing PDF objects (ISO 32000-2 §7.3): what was read comes out with the same meaning.

import { joinBytes } from '../../certificate/der.ts';
import { encodeUtf8 } from '../../certificate/text.ts';
import type { PdfArray, PdfDict, PdfName, PdfRef, PdfString, PdfValue } from './syntax.ts';

export function pdfName(name: string): PdfName {
  return { type: 'name', name };
}

export function pdfRef(number: number): PdfRef {
  return { type: 'ref', number, generation: 0 };
}

export function pdfArray(...items: readonly PdfValue[]): PdfArray {
  return { type: 'array', items };
}

export function pdfDict(entries: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
  const present = Object.entries(entries).filter(
    (entry): entry is [string, PdfValue] => entry[1] !== undefined,
  );
  return { type: 'dict', entries: new Map(present) };
}

/** The dictionary with these entries replaced or added. */
export function withEntries(dict: PdfDict, entries: Readonly<Record<string, PdfValue>>): PdfDict {
  return { type: 'dict', entries: new Map([...dict.entries, ...Object.entries(entries)]) };
}

/** Text string: UTF-16 with its mark unless it is plain ASCII (§7.9.2.2). */
export function pdfText(text: string): PdfString {
  const isAscii = /^[\x20-\x7e]*$/.test(text);
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  const bytes = isAscii
    ? encodeUtf8(text)
    : Uint8Array.from([0xfe, 0xff, ...units.flatMap((unit) => [unit >> 8, unit & 0xff])]);
  return { type: 'string', bytes, isHex: true, start: 0, end: 0 };
}

/** `D:20211201100002Z`, always UTC (§7.9.4). */
export function pdfDate(time: number): PdfString {
  const digits = new Date(time).toISOString().replace(/[-:T]|\.\d+Z$/g, '');
  return pdfText(`D:${digits.replace('Z', '')}Z`);
}

const HEX = '0123456789abcdef';

/** Strings are written in hexadecimal, so no byte of theirs can be taken for syntax. */
export function writeValue(value: PdfValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeNumber(value);
  switch (value.type) {
    case 'name':
      return writeName(value.name);
    case 'ref':
      return `${value.number} ${value.generation} R`;
    case 'string':
      return `<${Array.from(value.bytes, (byte) => (HEX[byte >> 4] ?? '') + (HEX[byte & 15] ?? '')).join('')}>`;
    case 'array':
      return `[${value.items.map(writeValue).join(' ')}]`;
    case 'dict':
      return `<<${[...value.entries].map(([key, item]) => `${writeName(key)} ${writeValue(item)}`).join(' ')}>>`;
  }
}

/** At most six places and never an exponent (§7.3.3). */
function writeNumber(value: number): string {
  return Number.isInteger(value) ? value.toFixed(0) : value.toFixed(6).replace(/0+$/, '').replace(/\.$/, '');
}

function writeName(name: string): string {
  const escaped = Array.from(name, (character) => {
    const code = character.charCodeAt(0);
    const isPlain = code > 0x20 && code < 0x7f && !'()<>[]{}/%#'.includes(character);
    return isPlain ? character : `#${(HEX[(code >> 4) & 15] ?? '') + (HEX[code & 15] ?? '')}`;
  });
  return `/${escaped.join('')}`;
}

/** `12 0 obj … endobj`. */
export function writeObject(number: number, value: PdfValue): Uint8Array {
  return encodeUtf8(`${number} 0 obj\n${writeValue(value)}\nendobj\n`);
}

/** `dict` without /Length, which is added. */
export function writeStream(number: number, dict: PdfDict, data: Uint8Array): Uint8Array {
  const head = `${number} 0 obj\n${writeValue(withEntries(dict, { Length: data.length }))}\nstream\n`;
  return joinBytes([encodeUtf8(head), data, encodeUtf8('\nendstream\nendobj\n')]);
}
