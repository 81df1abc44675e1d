// PDF objects (ISO 32000-2 §7.2, §7.3) read from bytes that may be hostile: bounded depth and counts, positions
// kept, a dictionary key twice refused. Written here because a verifier must know at which byte a string begins
// and must read exactly what is there; packages repair what they read (docs/decisions/0010-documents.md).

export interface PdfName {
  readonly type: 'name';
  readonly name: string;
}

export interface PdfString {
  readonly type: 'string';
  readonly bytes: Uint8Array;
  readonly isHex: boolean;
  /** From the opening bracket to behind the closing one, in the bytes that were read. */
  readonly start: number;
  readonly end: number;
}

export interface PdfRef {
  readonly type: 'ref';
  readonly number: number;
  readonly generation: number;
}

export interface PdfArray {
  readonly type: 'array';
  readonly items: readonly PdfValue[];
}

export interface PdfDict {
  readonly type: 'dict';
  readonly entries: ReadonlyMap<string, PdfValue>;
}

export interface PdfStream {
  readonly type: 'stream';
  readonly dict: PdfDict;
  /** Of the data, in the bytes that were read; its length is in the dictionary. */
  readonly start: number;
}

export type PdfValue = null | boolean | number | PdfName | PdfString | PdfRef | PdfArray | PdfDict;
export type PdfObject = PdfValue | PdfStream;

/** Never leaves `core/seal/pdf`. */
class PdfMalformed extends Error {}

export function malformedPdf(reason: string): never {
  throw new PdfMalformed(reason);
}

export type PdfReading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Runs a reader that says `malformedPdf` when it does not like what it sees. */
export function attemptPdf<T>(read: () => T): PdfReading<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof PdfMalformed) return { ok: false, reason: error.message };
    throw error;
  }
}

const MAX_DEPTH = 48;
/** Items and entries of one object: a page list or a form of a very large document. */
const MAX_ITEMS = 500_000;
const MAX_TOKEN = 128;

const WHITE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITERS = new Set(Array.from('()<>[]{}/%', (character) => character.charCodeAt(0)));
const CR = 13;
const LF = 10;

export function isWhite(byte: number | undefined): boolean {
  return byte !== undefined && WHITE.has(byte);
}

export interface PdfLexer {
  position(): number;
  skipWhite(): void;
  /** Reads one object that is no stream. */
  value(): PdfValue;
  /** Whether the word comes next; steps over it when it does. */
  takes(word: string): boolean;
  /** A non-negative whole number. */
  integer(): number;
}

/** Reads `bytes` from `start` on. Every method may say `malformedPdf`. */
export function createLexer(bytes: Uint8Array, start: number): PdfLexer {
  let at = start;
  let itemsLeft = MAX_ITEMS;

  function skipWhite(): void {
    for (;;) {
      while (isWhite(bytes[at])) at++;
      if (bytes[at] !== 0x25) return;
      while (at < bytes.length && bytes[at] !== CR && bytes[at] !== LF) at++;
    }
  }

  function word(): string {
    const begin = at;
    while (at < bytes.length && !isWhite(bytes[at]) && !DELIMITERS.has(bytes[at] ?? 0)) at++;
    if (at - begin > MAX_TOKEN) malformedPdf('word too long');
    return String.fromCharCode(...bytes.subarray(begin, at));
  }

  function takes(expected: string): boolean {
    for (let index = 0; index < expected.length; index++)
      if (bytes[at + index] !== expected.charCodeAt(index)) return false;
    at += expected.length;
    return true;
  }

  function integer(): number {
    skipWhite();
    const text = word();
    return /^\d{1,10}$/.test(text) ? Number(text) : malformedPdf('number expected');
  }

  function value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) malformedPdf('nested too deeply');
    if (--itemsLeft < 0) malformedPdf('too many items');
    skipWhite();
    const byte = bytes[at];
    if (byte === undefined) return malformedPdf('truncated');
    if (byte === 0x2f) return readName();
    if (byte === 0x28) return readLiteral();
    if (byte === 0x5b) return readArray(depth);
    if (byte === 0x3c) return bytes[at + 1] === 0x3c ? readDict(depth) : readHex();
    return readWord();
  }

  function readName(): PdfName {
    at++;
    const text = word().replace(/#([0-9A-Fa-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(parseInt(digits, 16)),
    );
    return { type: 'name', name: text };
  }

  function readWord(): PdfValue {
    const text = word();
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) return malformedPdf('unknown word');
    return /^\d{1,10}$/.test(text) ? (readRef(Number(text)) ?? Number(text)) : Number(text);
  }

  /** `12 0 R`, or null and nothing read. */
  function readRef(number: number): PdfRef | null {
    const before = at;
    skipWhite();
    const generation = /^\d{1,5}$/.exec(word());
    if (generation !== null) {
      skipWhite();
      if (
        bytes[at] === 0x52 &&
        (at + 1 >= bytes.length || isWhite(bytes[at + 1]) || DELIMITERS.has(bytes[at + 1] ?? 0))
      ) {
        at++;
        return { type: 'ref', number, generation: Number(generation[0]) };
      }
    }
    at = before;
    return null;
  }

  function readArray(depth: number): PdfArray {
    at++;
    const items: PdfValue[] = [];
    for (;;) {
      skipWhite();
      if (takes(']')) return { type: 'array', items };
      items.push(value(depth + 1));
    }
  }

  function readDict(depth: number): PdfDict {
    at += 2;
    const entries = new Map<string, PdfValue>();
    for (;;) {
      skipWhite();
      if (takes('>>')) return { type: 'dict', entries };
      if (bytes[at] !== 0x2f) malformedPdf('dictionary key expected');
      const { name } = readName();
      if (entries.has(name)) malformedPdf(`key ${name} twice`);
      entries.set(name, value(depth + 1));
    }
  }

  function readHex(): PdfString {
    const begin = at++;
    const digits: number[] = [];
    for (; bytes[at] !== 0x3e; at++) {
      const byte = bytes[at];
      if (byte === undefined) return malformedPdf('truncated');
      if (isWhite(byte)) continue;
      digits.push(hexDigit(byte));
    }
    at++;
    const content = new Uint8Array(Math.ceil(digits.length / 2));
    for (const [index, digit] of digits.entries())
      content[index >> 1] = (content[index >> 1] ?? 0) | (digit << (index % 2 === 0 ? 4 : 0));
    return { type: 'string', bytes: content, isHex: true, start: begin, end: at };
  }

  function readLiteral(): PdfString {
    const begin = at++;
    const content: number[] = [];
    for (let nesting = 1; ;) {
      const byte = bytes[at++];
      if (byte === undefined) return malformedPdf('truncated');
      if (byte === 0x28) nesting++;
      if (byte === 0x29 && --nesting === 0) break;
      if (byte === 0x5c) escape(content);
      else content.push(byte);
    }
    return { type: 'string', bytes: Uint8Array.from(content), isHex: false, start: begin, end: at };
  }

  function escape(content: number[]): void {
    const byte = bytes[at++];
    if (byte === undefined) return malformedPdf('truncated');
    if (byte === CR && bytes[at] === LF) at++;
    if (byte === CR || byte === LF) return;
    const simple = { n: 10, r: 13, t: 9, b: 8, f: 12 }[String.fromCharCode(byte)];
    if (simple !== undefined) content.push(simple);
    else if (byte < 0x30 || byte > 0x37) content.push(byte);
    else {
      let code = byte - 0x30;
      for (let count = 0; count < 2 && isOctal(bytes[at]); count++)
        code = code * 8 + ((bytes[at++] ?? 0) - 0x30);
      content.push(code & 0xff);
    }
  }

  return { position: () => at, skipWhite, value: () => value(), takes, integer };
}

function isOctal(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37;
}

function hexDigit(byte: number): number {
  const value = parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? malformedPdf('hexadecimal digit expected') : value;
}

export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly object: PdfObject;
  /** Behind the value; the end of the dictionary for a stream. */
  readonly end: number;
}

/** `12 0 obj … `: the object that begins at `offset`. */
export function readIndirect(bytes: Uint8Array, offset: number): IndirectObject {
  const lexer = createLexer(bytes, offset);
  const [number, generation] = [lexer.integer(), lexer.integer()];
  lexer.skipWhite();
  if (!lexer.takes('obj')) malformedPdf('no object where one should be');
  const value = lexer.value();
  const end = lexer.position();
  if (value === null || typeof value !== 'object' || value.type !== 'dict')
    return { number, generation, object: value, end };
  lexer.skipWhite();
  if (!lexer.takes('stream')) return { number, generation, object: value, end };
  const start = lexer.position();
  const skip = bytes[start] === CR && bytes[start + 1] === LF ? 2 : bytes[start] === LF ? 1 : 0;
  if (skip === 0) malformedPdf('stream without a line end');
  return { number, generation, object: { type: 'stream', dict: value, start: start + skip }, end };
}

export function isDict(value: PdfObject | undefined): value is PdfDict {
  return value !== null && typeof value === 'object' && value.type === 'dict';
}

export function isRef(value: PdfObject | undefined): value is PdfRef {
  return value !== null && typeof value === 'object' && value.type === 'ref';
}

export function isArray(value: PdfObject | undefined): value is PdfArray {
  return value !== null && typeof value === 'object' && value.type === 'array';
}

export function isStream(value: PdfObject | undefined): value is PdfStream {
  return value !== null && typeof value === 'object' && value.type === 'stream';
}

export function isString(value: PdfObject | undefined): value is PdfString {
  return value !== null && typeof value === 'object' && value.type === 'string';
}

/** The name; null for anything else. */
export function nameOf(value: PdfObject | undefined): string | null {
  return value !== null && typeof value === 'object' && value.type === 'name' ? value.name : null;
}
