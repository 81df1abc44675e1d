// A PDF opened for reading objects by number. Every answer is a value or a `malformedPdf` inside `attemptPdf`.

import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { decodeStream, readCrossReference, type CrossReference } from './cross-reference.ts';
import {
  attemptPdf,
  createLexer,
  isDict,
  isRef,
  isStream,
  malformedPdf,
  readIndirect,
  type PdfDict,
  type PdfObject,
  type PdfStream,
  type PdfValue,
} from './syntax.ts';

export interface PdfDocument {
  readonly bytes: Uint8Array;
  readonly reference: CrossReference;
  /** Object of that number; null: free or absent. */
  object(number: number): PdfObject;
  /** Follows references, at most a few. */
  resolve(value: PdfObject | undefined): PdfObject;
  /** A dictionary entry, followed; null when absent. */
  entry(dict: PdfDict, key: string): PdfObject;
  /** Bytes of a stream as they lie in the file. */
  streamBytes(stream: PdfStream): Uint8Array;
}

export type PdfError = AppError<'document.unreadable' | 'document.encrypted'>;

const MAX_PACKED = 64 * 1_048_576;
const MAX_FOLLOWED = 8;

/** Takes `bytes` as they are; they must not change while the document is used. */
export function openPdf(bytes: Uint8Array): Result<PdfDocument, PdfError> {
  const reference = attemptPdf(() => readCrossReference(bytes));
  if (!reference.ok) return err({ code: 'document.unreadable', reason: reference.reason });
  if (reference.value.trailer.entries.has('Encrypt')) return err({ code: 'document.encrypted' });
  return ok(createDocument(bytes, reference.value));
}

interface Container {
  readonly data: Uint8Array;
  /** Object number and offset in `data`, by index. */
  readonly members: readonly { readonly number: number; readonly offset: number }[];
}

function createDocument(bytes: Uint8Array, reference: CrossReference): PdfDocument {
  const known = new Map<number, PdfObject>();
  const containers = new Map<number, Container>();
  const unpacking = new Set<number>();
  let unpackedLeft = 4 * MAX_PACKED;
  // Objects can overlap (a string that swallows those behind it): their sum is bounded, not only each.
  let readLeft = 4 * bytes.length + 8 * 1_048_576;

  function object(number: number): PdfObject {
    const before = known.get(number);
    if (before !== undefined) return before;
    const value = read(number);
    known.set(number, value);
    return value;
  }

  function read(number: number): PdfObject {
    const place = reference.places.get(number);
    if (place === undefined || place.kind === 'free') return null;
    if (place.kind === 'offset') {
      const found = readIndirect(bytes, place.offset);
      spend(found.end - place.offset);
      if (found.number !== number || found.generation !== place.generation)
        malformedPdf('another object lies there');
      return found.object;
    }
    const container = containers.get(place.container) ?? unpack(place.container);
    const member = container.members[place.index];
    if (member?.number !== number) return malformedPdf('another object is packed there');
    const lexer = createLexer(container.data, member.offset);
    const value = lexer.value();
    spend(lexer.position() - member.offset);
    return value;
  }

  function spend(length: number): void {
    readLeft -= length;
    if (readLeft < 0) malformedPdf('overlapping objects');
  }

  function unpack(number: number): Container {
    const place = reference.places.get(number);
    if (unpacking.has(number)) malformedPdf('object streams in a circle');
    unpacking.add(number);
    if (place?.kind !== 'offset') return malformedPdf('object stream missing');
    const { object: stream } = readIndirect(bytes, place.offset);
    if (!isStream(stream)) return malformedPdf('object stream missing');
    const data = decodeStream(bytes, stream, lengthOf(stream), Math.min(MAX_PACKED, unpackedLeft));
    unpackedLeft -= data.length;
    const [count, first] = [wholeNumber(entry(stream.dict, 'N')), wholeNumber(entry(stream.dict, 'First'))];
    if (count * 4 > data.length + 4) malformedPdf('object stream cut off');
    const lexer = createLexer(data, 0);
    const members = Array.from({ length: count }, () => ({
      number: lexer.integer(),
      offset: first + lexer.integer(),
    }));
    const container = { data, members };
    containers.set(number, container);
    unpacking.delete(number);
    return container;
  }

  function lengthOf(stream: PdfStream): number {
    return wholeNumber(entry(stream.dict, 'Length'));
  }

  function resolve(value: PdfObject | undefined): PdfObject {
    let current: PdfObject = value ?? null;
    for (let count = 0; isRef(current); count++) {
      if (count === MAX_FOLLOWED) malformedPdf('references in a circle');
      current = object(current.number);
    }
    return current;
  }

  function entry(dict: PdfDict, key: string): PdfObject {
    return resolve(dict.entries.get(key));
  }

  return {
    bytes,
    reference,
    object,
    resolve,
    entry,
    streamBytes(stream) {
      const length = lengthOf(stream);
      if (stream.start + length > bytes.length) malformedPdf('stream outside the file');
      return bytes.subarray(stream.start, stream.start + length);
    },
  };
}

function wholeNumber(value: PdfObject): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
    ? value
    : malformedPdf('number expected');
}

export function catalogOf(document: PdfDocument): PdfDict {
  const catalog = document.entry(document.reference.trailer, 'Root');
  return isDict(catalog) ? catalog : malformedPdf('no catalog');
}

/** The entry when it is a dictionary. */
export function dictIn(document: PdfDocument, dict: PdfDict, key: string): PdfDict | null {
  const value = document.entry(dict, key);
  return isDict(value) ? value : null;
}

/** Items of an array entry; empty for anything else. */
export function itemsIn(document: PdfDocument, dict: PdfDict, key: string): readonly PdfValue[] {
  const value = document.entry(dict, key);
  return value !== null && typeof value === 'object' && value.type === 'array' ? value.items : [];
}
