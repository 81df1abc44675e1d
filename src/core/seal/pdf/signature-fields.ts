// Signature fields of a PDF form (ISO 32000-2 §12.7.5.5, §12.8.1) and the bytes each signature says it protects.

import { decodeUtf8 } from '../../certificate/text.ts';
import { readTimeText } from '../seal-time.ts';
import { catalogOf, dictIn, itemsIn, type PdfDocument } from './pdf-document.ts';
import {
  isArray,
  isDict,
  isRef,
  isString,
  malformedPdf,
  nameOf,
  type PdfDict,
  type PdfObject,
  type PdfString,
  type PdfValue,
} from './syntax.ts';

export interface PdfField {
  /** Full name; readers show it. */
  readonly name: string;
  readonly dict: PdfDict;
  /** Object number; null: written inside its parent. */
  readonly number: number | null;
  /** Signature dictionary; null: not signed yet. */
  readonly signature: PdfDict | null;
}

/** Fields and kids together, however often they are referred to. */
const MAX_FIELDS = 200_000;
const MAX_DEPTH = 16;

/** In the order of the form. May say `malformedPdf`. */
export function signatureFields(document: PdfDocument): readonly PdfField[] {
  const form = dictIn(document, catalogOf(document), 'AcroForm');
  if (form === null) return [];
  const found: PdfField[] = [];
  let left = MAX_FIELDS;
  const walk = (value: PdfValue, parents: readonly PdfDict[]): void => {
    if (--left < 0 || parents.length > MAX_DEPTH) malformedPdf('form too large or too deep');
    const dict = document.resolve(value);
    if (!isDict(dict)) return;
    const line = [...parents, dict];
    const kids = itemsIn(document, dict, 'Kids');
    left -= kids.length;
    const fields = kids.filter((kid) => {
      const child = document.resolve(kid);
      return isDict(child) && child.entries.has('T');
    });
    for (const kid of fields) walk(kid, line);
    if (fields.length > 0 || inherited(document, line, 'FT') !== 'Sig') return;
    found.push({
      name: line
        .map((each) => textOf(document.entry(each, 'T')))
        .filter((part) => part !== '')
        .join('.'),
      dict,
      number: isRef(value) ? value.number : null,
      signature: dictIn(document, dict, 'V'),
    });
  };
  for (const field of itemsIn(document, form, 'Fields')) walk(field, []);
  return found;
}

function inherited(document: PdfDocument, line: readonly PdfDict[], key: string): string | null {
  const holder = line.findLast((dict) => dict.entries.has(key));
  return holder === undefined ? null : nameOf(document.entry(holder, key));
}

/** Text string (§7.9.2.2): UTF-16 with its mark, UTF-8, else one byte a character. */
export function textOf(value: PdfObject): string {
  if (!isString(value)) return '';
  const { bytes } = value;
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff)
    return decodeUtf8(bytes) ?? String.fromCharCode(...bytes.subarray(0, 1024));
  let text = '';
  for (let at = 2; at + 1 < bytes.length; at += 2)
    text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return text;
}

export interface SignedRange {
  readonly contents: PdfString;
  /** From 0 to the gap, and from behind the gap to `end`. */
  readonly gapStart: number;
  readonly gapEnd: number;
  readonly end: number;
}

/**
 * Strictly what §12.8.1 means: two ranges that begin at 0 and leave out exactly this signature's own /Contents.
 * Anything else would leave bytes that nobody signed.
 */
export function readSignedRange(document: PdfDocument, signature: PdfDict): SignedRange | string {
  const range = signature.entries.get('ByteRange');
  const contents = signature.entries.get('Contents');
  if (!isArray(range) || !isString(contents) || !contents.isHex) return 'ByteRange or Contents missing';
  const numbers = range.items.filter(
    (item) => typeof item === 'number' && Number.isInteger(item) && item >= 0,
  );
  if (range.items.length !== 4 || numbers.length !== 4) return 'not two ranges';
  const [first = 0, length = 0, second = 0, rest = 0] = numbers as number[];
  if (first !== 0) return 'does not begin at the first byte';
  if (second < length) return 'ranges overlap';
  const end = second + rest;
  if (end > document.bytes.length) return 'reaches behind the end of the file';
  if (contents.start !== length || contents.end !== second) return 'the gap is not the signature value';
  return { contents, gapStart: length, gapEnd: second, end };
}

/** Epoch milliseconds of a date string (§7.9.4), `D:20210601100002+08'00'`; null: none. */
export function readPdfDate(value: PdfObject): number | null {
  const text = textOf(value).replace(/^D:/, '').replaceAll("'", '');
  return readTimeText(text)?.time ?? null;
}
