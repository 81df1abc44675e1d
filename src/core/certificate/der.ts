// DER framing (ITU-T X.690): reading without copying and writing. Certificates, requests and revocation lists are
// read with @peculiar/asn1-* behind its check of size, depth and strictness; on the framing alone stand the GM
// forms, CMS, key files, and what every driver host loads (docs/decisions/0005-certificate-reader.md). Imports no
// package. Readers throw DerError inside this folder only; `readDer` turns it into a value.

export interface DerElement {
  /** Identifier octet: class, constructed bit and tag number below 31. */
  readonly tag: number;
  /** Tag, length and content: a view of the input. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Tag of a context-specific element; `constructed` for explicit tags and implicit sequences. */
export function contextTag(number: number, constructed: boolean): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

export const MAX_DEPTH = 32;
/** Elements of one reading: enough for a revocation list of 4 MiB. */
const MAX_ELEMENTS = 600_000;

/** Why bytes are not what they should be. Never leaves `core/certificate`. */
class DerError extends Error {}

export function malformed(reason: string): never {
  throw new DerError(reason);
}

export type DerReading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/**
 * Reads one DER element that fills `bytes`, at most `maxBytes` long, through `read`. Whatever the bytes are,
 * the answer is a value; only a bug throws.
 */
export function readDer<T>(
  bytes: Uint8Array,
  maxBytes: number,
  read: (root: DerElement) => T,
): DerReading<T> {
  return attempt(() => read(wholeElement(bytes, maxBytes)));
}

/** The element that fills `bytes`, checked down to its smallest part. Throws DerError. */
export function wholeElement(bytes: Uint8Array, maxBytes: number, maxElements = MAX_ELEMENTS): DerElement {
  if (bytes.length > maxBytes) malformed(`longer than ${String(maxBytes)} bytes`);
  const root = elementAt(bytes, 0);
  if (root.bytes.length !== bytes.length) malformed('bytes after the end');
  checkNesting(root, 0, { left: maxElements });
  return root;
}

/** Runs a reader that says `malformed` when it does not like what it sees. */
export function attempt<T>(read: () => T): DerReading<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reason: error.message };
    throw error;
  }
}

function checkNesting(element: DerElement, depth: number, budget: { left: number }): void {
  if (depth > MAX_DEPTH) malformed('nested too deeply');
  if ((element.tag & 0x20) === 0) return;
  for (const child of childrenOf(element)) {
    if (--budget.left < 0) malformed('too many elements');
    checkNesting(child, depth + 1, budget);
  }
}

/** The element at the start; what stands behind it is not looked at, nor what is inside. Throws DerError. */
export function firstElement(bytes: Uint8Array): DerElement {
  return elementAt(bytes, 0);
}

function elementAt(bytes: Uint8Array, offset: number): DerElement {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) return malformed('truncated');
  if ((tag & 0x1f) === 0x1f) malformed('tag number above 30');
  let start = offset + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) malformed('indefinite or huge length');
    length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + (bytes[start + index] ?? 0);
    start += count;
    if (length < 0x80 || length < 2 ** (8 * (count - 1))) malformed('length not in the shortest form');
  }
  if (start + length > bytes.length) malformed('truncated');
  return {
    tag,
    bytes: bytes.subarray(offset, start + length),
    content: bytes.subarray(start, start + length),
  };
}

export function childrenOf(element: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let offset = 0; offset < element.content.length;) {
    const child = elementAt(element.content, offset);
    children.push(child);
    offset += child.bytes.length;
  }
  return children;
}

export function expectTag(element: DerElement | undefined, tag: number, what: string): DerElement {
  if (element?.tag !== tag) return malformed(`${what} missing or of another type`);
  return element;
}

/** The only element inside an OCTET STRING, an explicit tag or an extension value. */
export function innerElement(content: Uint8Array, tag: number, what: string): DerElement {
  const element = expectTag(elementAt(content, 0), tag, what);
  if (element.bytes.length !== content.length) malformed(`bytes after ${what}`);
  return element;
}

export function readOid(element: DerElement | undefined): string {
  const { content } = expectTag(element, TAG.oid, 'object identifier');
  if (content.length === 0 || content.length > 64) malformed('object identifier of a wrong length');
  const arcs: string[] = [];
  let value = 0n;
  for (const [index, byte] of content.entries()) {
    if (value === 0n && byte === 0x80) malformed('object identifier not in the shortest form');
    value = value * 128n + BigInt(byte & 0x7f);
    if (byte >= 0x80) {
      if (index === content.length - 1) malformed('object identifier cut off');
      continue;
    }
    if (arcs.length === 0) {
      const root = value < 80n ? value / 40n : 2n;
      arcs.push(root.toString(), (value - root * 40n).toString());
    } else arcs.push(value.toString());
    value = 0n;
  }
  return arcs.join('.');
}

/** Non-negative integer that fits a number (path lengths, versions). */
export function readSmallInteger(element: DerElement | undefined): number {
  const { content } = expectTag(element, TAG.integer, 'integer');
  if (content.length === 0 || content.length > 4 || (content[0] ?? 0) >= 0x80)
    malformed('integer out of range');
  return content.reduce((value, byte) => value * 256 + byte, 0);
}

/** Bytes of a non-negative integer without the sign byte. */
export function readUnsigned(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.integer, 'integer');
  if (content.length === 0 || (content[0] ?? 0) >= 0x80) malformed('integer negative or empty');
  return content.length > 1 && content[0] === 0 ? content.subarray(1) : content;
}

/** Content of a BIT STRING that holds whole bytes (keys, signatures). */
export function readBits(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.bitString, 'bit string');
  if (content[0] !== 0) malformed('bit string with unused bits');
  return content.subarray(1);
}

export function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return encodeParts(tag, contents);
}

/** Like `encode`, for any number of parts. */
export function encodeParts(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  const content = joinBytes(parts);
  const { length } = content;
  const lengthBytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) lengthBytes.unshift(rest % 256);
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 | lengthBytes.length, ...lengthBytes];
  return joinBytes([Uint8Array.from(header), content]);
}

/** Concatenates any number of parts; arguments of a call are limited. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

export function sequence(...members: readonly Uint8Array[]): Uint8Array {
  return encode(TAG.sequence, ...members);
}

/** SET OF in DER order (X.690 §11.6). */
export function setOf(...members: readonly Uint8Array[]): Uint8Array {
  return encode(TAG.set, ...members.toSorted(compareBytes));
}

export function oid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const bytes = [first * 40n + second, ...rest].flatMap((arc) => {
    const digits = [Number(arc % 128n)];
    for (let left = arc / 128n; left > 0n; left /= 128n) digits.unshift(0x80 | Number(left % 128n));
    return digits;
  });
  return encode(TAG.oid, Uint8Array.from(bytes));
}

/** INTEGER from big-endian magnitude bytes. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  const firstUsed = magnitude.findIndex((byte) => byte !== 0);
  const shortest = firstUsed < 0 ? new Uint8Array(1) : magnitude.subarray(firstUsed);
  return (shortest[0] ?? 0) >= 0x80
    ? encode(TAG.integer, Uint8Array.of(0), shortest)
    : encode(TAG.integer, shortest);
}

export function smallInteger(value: number): Uint8Array {
  return unsignedInteger(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

export function bitString(bytes: Uint8Array): Uint8Array {
  return encode(TAG.bitString, Uint8Array.of(0), bytes);
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return encode(TAG.octetString, bytes);
}

export const derNull = Uint8Array.of(TAG.null, 0);

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}
