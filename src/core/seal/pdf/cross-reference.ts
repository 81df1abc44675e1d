// Cross-reference tables and streams (ISO 32000-2 §7.5.4, §7.5.8): where each object of a PDF lies. Follows the
// chain exactly as written; a file that would have to be repaired is refused, because two programs could repair
// it in two ways.

import { inflateBounded } from '../ofd/zip.ts';
import {
  createLexer,
  isArray,
  isDict,
  isStream,
  malformedPdf,
  nameOf,
  readIndirect,
  type PdfDict,
  type PdfStream,
  type PdfValue,
} from './syntax.ts';

export type ObjectPlace =
  | { readonly kind: 'free' }
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'packed'; readonly container: number; readonly index: number };

export interface CrossReference {
  readonly places: ReadonlyMap<number, ObjectPlace>;
  /** Of the newest section. */
  readonly trailer: PdfDict;
  /** Offset of the newest section. */
  readonly start: number;
  readonly isStream: boolean;
}

const TAIL = 2048;
const MAX_SECTIONS = 1024;
const MAX_OBJECTS = 2_000_000;
const MAX_STREAM = 64 * 1_048_576;
const ENTRY_LENGTH = 20;

interface Section {
  readonly entries: Map<number, ObjectPlace>;
  readonly trailer: PdfDict;
  readonly isStream: boolean;
}

/** May say `malformedPdf`. */
export function readCrossReference(bytes: Uint8Array): CrossReference {
  const start = readStart(bytes);
  const sections: Section[] = [];
  const seen = new Set<number>();
  let count = 0;
  for (let next: number | null = start; next !== null;) {
    if (seen.has(next) || sections.length === MAX_SECTIONS)
      malformedPdf('cross-reference sections in a circle');
    seen.add(next);
    const section: Section = readSection(bytes, next);
    sections.push(section);
    count += section.entries.size;
    if (count > MAX_OBJECTS) malformedPdf('too many objects');
    next = offsetIn(section.trailer, 'Prev');
  }
  const newest = sections[0] ?? malformedPdf('no cross-reference');
  const places = new Map<number, ObjectPlace>();
  for (const { entries } of sections.toReversed())
    for (const [number, place] of entries) places.set(number, place);
  return { places, trailer: newest.trailer, start, isStream: newest.isStream };
}

/** The number behind the last `startxref`. */
function readStart(bytes: Uint8Array): number {
  const word = 'startxref';
  for (let offset = bytes.length - word.length; offset >= Math.max(0, bytes.length - TAIL); offset--) {
    const lexer = createLexer(bytes, offset);
    if (lexer.takes(word)) return lexer.integer();
  }
  return malformedPdf('no startxref');
}

function offsetIn(trailer: PdfDict, key: string): number | null {
  const value = trailer.entries.get(key);
  if (value === undefined) return null;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
    ? value
    : malformedPdf(`${key} is no offset`);
}

function readSection(bytes: Uint8Array, offset: number): Section {
  if (offset >= bytes.length) malformedPdf('cross-reference outside the file');
  const lexer = createLexer(bytes, offset);
  lexer.skipWhite();
  if (!lexer.takes('xref')) return readStreamSection(bytes, offset);
  const { entries, end } = readTable(bytes, lexer.position());
  const after = createLexer(bytes, end);
  const trailer = after.value();
  if (!isDict(trailer)) return malformedPdf('no trailer');
  const hidden = offsetIn(trailer, 'XRefStm');
  if (hidden !== null) {
    // Hybrid file (§7.5.8.4): what the table calls free may be in the stream.
    for (const [number, place] of readStreamSection(bytes, hidden).entries)
      if ((entries.get(number)?.kind ?? 'free') === 'free') entries.set(number, place);
  }
  return { entries, trailer, isStream: false };
}

/** Ends behind the word `trailer`. */
function readTable(bytes: Uint8Array, start: number): { entries: Map<number, ObjectPlace>; end: number } {
  const entries = new Map<number, ObjectPlace>();
  let lexer = createLexer(bytes, start);
  for (;;) {
    lexer.skipWhite();
    if (lexer.takes('trailer')) return { entries, end: lexer.position() };
    const [first, count] = [lexer.integer(), lexer.integer()];
    if (entries.size + count > MAX_OBJECTS) malformedPdf('too many objects');
    lexer.skipWhite();
    const begin = lexer.position();
    if (begin + count * ENTRY_LENGTH > bytes.length + 1) malformedPdf('table cut off');
    for (let index = 0; index < count; index++)
      entries.set(first + index, readEntry(bytes, begin + index * ENTRY_LENGTH));
    lexer = createLexer(bytes, begin + count * ENTRY_LENGTH - (count === 0 ? 0 : 1));
  }
}

/** `nnnnnnnnnn ggggg n` and two bytes of line end. */
function readEntry(bytes: Uint8Array, at: number): ObjectPlace {
  const digits = (from: number, length: number) => {
    let value = 0;
    for (let index = from; index < from + length; index++) {
      const digit = (bytes[index] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return malformedPdf('table entry damaged');
      value = value * 10 + digit;
    }
    return value;
  };
  const kind = bytes[at + 17];
  if (bytes[at + 10] !== 0x20 || bytes[at + 16] !== 0x20) malformedPdf('table entry damaged');
  if (kind === 0x66) return { kind: 'free' };
  if (kind !== 0x6e) malformedPdf('table entry damaged');
  const offset = digits(at, 10);
  // Some writers mark what they never wrote as in use at 0.
  return offset === 0 ? { kind: 'free' } : { kind: 'offset', offset, generation: digits(at + 11, 5) };
}

function readStreamSection(bytes: Uint8Array, offset: number): Section {
  const { object } = readIndirect(bytes, offset);
  if (!isStream(object) || nameOf(object.dict.entries.get('Type')) !== 'XRef')
    return malformedPdf('no cross-reference where one should be');
  const { dict } = object;
  const data = decodeStream(bytes, object, directLength(dict), MAX_STREAM);
  const widths = numbersIn(dict.entries.get('W'));
  const [typeWidth = 0, firstWidth = 0, secondWidth = 0] = widths;
  const width = typeWidth + firstWidth + secondWidth;
  if (widths.length < 3 || width === 0 || widths.some((each) => each > 8)) malformedPdf('field widths');
  const size = numbersIn({ type: 'array', items: [dict.entries.get('Size') ?? null] })[0] ?? 0;
  const index = dict.entries.has('Index') ? numbersIn(dict.entries.get('Index')) : [0, size];
  const entries = new Map<number, ObjectPlace>();
  let at = 0;
  const field = (length: number, absent: number) => {
    let value = length === 0 ? absent : 0;
    for (let count = 0; count < length; count++) value = value * 256 + (data[at++] ?? 0);
    return value;
  };
  for (let pair = 0; pair + 1 < index.length; pair += 2) {
    const [first = 0, count = 0] = index.slice(pair, pair + 2);
    if (count * width > data.length - at) malformedPdf('cross-reference stream cut off');
    for (let step = 0; step < count; step++) {
      const [kind, one, two] = [field(typeWidth, 1), field(firstWidth, 0), field(secondWidth, 0)];
      entries.set(first + step, placeOf(kind, one, two));
    }
  }
  return { entries, trailer: dict, isStream: true };
}

function placeOf(kind: number, one: number, two: number): ObjectPlace {
  if (kind === 1) return { kind: 'offset', offset: one, generation: two };
  return kind === 2 ? { kind: 'packed', container: one, index: two } : { kind: 'free' };
}

function directLength(dict: PdfDict): number {
  const length = dict.entries.get('Length');
  return typeof length === 'number' ? length : malformedPdf('cross-reference stream without a length');
}

function numbersIn(value: PdfValue | undefined): readonly number[] {
  if (!isArray(value)) return malformedPdf('list of numbers expected');
  return value.items.map((item) =>
    typeof item === 'number' && Number.isInteger(item) && item >= 0 ? item : malformedPdf('number expected'),
  );
}

/** Content of a stream that is plain or Flate with or without a PNG predictor; other filters are refused. */
export function decodeStream(
  bytes: Uint8Array,
  { dict, start }: PdfStream,
  length: number,
  limit: number,
): Uint8Array {
  if (length < 0 || start + length > bytes.length) malformedPdf('stream outside the file');
  const raw = bytes.subarray(start, start + length);
  const filter = dict.entries.get('Filter');
  const filters = isArray(filter) ? filter.items : filter === undefined || filter === null ? [] : [filter];
  if (filters.length === 0) return raw;
  if (filters.length > 1 || nameOf(filters[0]) !== 'FlateDecode') return malformedPdf('filter not supported');
  if (raw.length < 6) malformedPdf('stream damaged');
  // Behind the two zlib bytes is raw DEFLATE; the checksum is not needed.
  const plain = inflateBounded(raw.subarray(2), limit) ?? malformedPdf('stream damaged or too large');
  const given = dict.entries.get('DecodeParms');
  const parameters = isArray(given) ? given.items[0] : given;
  return isDict(parameters) ? undoPredictor(plain, parameters) : plain;
}

/** Undoes PNG filters (ISO/IEC 15948 §9) in rows that each begin with the filter; other predictors are refused. */
export function undoPredictor(data: Uint8Array, parameters: PdfDict): Uint8Array {
  const number = (key: string, usual: number) => {
    const value = parameters.entries.get(key);
    return typeof value === 'number' && value > 0 && value <= 65_536 ? value : usual;
  };
  const predictor = number('Predictor', 1);
  if (predictor === 1) return data;
  if (predictor < 10) return malformedPdf('predictor not supported');
  const pixel = Math.max(1, Math.ceil((number('Colors', 1) * number('BitsPerComponent', 8)) / 8));
  const row = Math.ceil((number('Colors', 1) * number('BitsPerComponent', 8) * number('Columns', 1)) / 8);
  const rows = Math.ceil(data.length / (row + 1));
  const out = new Uint8Array(rows * row);
  for (let line = 0; line < rows; line++) {
    const from = line * (row + 1);
    for (let column = 0; column < row; column++) {
      const at = line * row + column;
      const left = column >= pixel ? (out[at - pixel] ?? 0) : 0;
      const up = line > 0 ? (out[at - row] ?? 0) : 0;
      const corner = line > 0 && column >= pixel ? (out[at - row - pixel] ?? 0) : 0;
      out[at] = (data[from + 1 + column] ?? 0) + predicted(data[from] ?? 0, left, up, corner);
    }
  }
  return out;
}

/** PNG filters (ISO/IEC 15948 §9.2). */
function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
