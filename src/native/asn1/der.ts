// The few DER steps that drivers need (X.690 §8, §10): cut a certificate into its fields and put a public key
// together. Loaded in every driver host, so it stays small; real certificate work is in core/certificate.

export interface Tlv {
  readonly tag: number;
  /** Tag, length and content. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const;

/** The element at `offset`, or null where there is no whole one with a definite length and a one-byte tag. */
export function readTlv(bytes: Uint8Array, offset = 0): Tlv | null {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  let start = offset + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) return null;
    length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + (bytes[start + index] ?? NaN);
    start += count;
  }
  const end = start + length;
  if (!(end <= bytes.length)) return null;
  return { tag, whole: bytes.subarray(offset, end), content: bytes.subarray(start, end) };
}

/** The elements that follow each other in `content`; null where they do not fill it exactly. */
export function readAll(content: Uint8Array): readonly Tlv[] | null {
  const found: Tlv[] = [];
  for (let offset = 0; offset < content.length;) {
    const next = readTlv(content, offset);
    if (next === null) return null;
    found.push(next);
    offset += next.whole.length;
  }
  return found;
}

export function encode(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = [tag, ...encodeLength(length)];
  const out = new Uint8Array(header.length + length);
  out.set(header);
  let offset = header.length;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** A non-negative INTEGER from big-endian bytes of any length. */
export function encodeInteger(magnitude: Uint8Array): Uint8Array {
  const digits = withoutLeadingZeros(magnitude);
  const needsSign = digits.length === 0 || (digits[0] ?? 0) >= 0x80;
  return encode(TAG.integer, needsSign ? Uint8Array.of(0) : Uint8Array.of(), digits);
}

export function encodeBitString(bytes: Uint8Array): Uint8Array {
  return encode(TAG.bitString, Uint8Array.of(0), bytes);
}

export function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  return bytes.subarray(start);
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}
