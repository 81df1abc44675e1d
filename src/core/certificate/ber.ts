// Other programs write CMS with indefinite lengths and strings in pieces (BER, X.690 §8.1.3.6). This writes every
// length in DER form; tags, order and contents stay. What is signed in such messages (certificates) is DER
// already and comes out unchanged.

import { encode, encodeParts } from './der.ts';

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 600_000;

interface Rewritten {
  readonly bytes: Uint8Array;
  /** Offset behind the element in the input. */
  readonly end: number;
}

interface Walk {
  readonly bytes: Uint8Array;
  elementsLeft: number;
}

/** null: no ASN.1 element that fills the input, or too long, too deep or too many. */
export function definiteLengths(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  if (bytes.length > maxBytes) return null;
  const rewritten = rewrite({ bytes, elementsLeft: MAX_ELEMENTS }, 0, bytes.length, 0);
  return rewritten?.end === bytes.length ? rewritten.bytes : null;
}

function rewrite(walk: Walk, offset: number, limit: number, depth: number): Rewritten | null {
  const { bytes } = walk;
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || offset + 2 > limit) return null;
  if (depth > MAX_DEPTH || (tag & 0x1f) === 0x1f || --walk.elementsLeft < 0) return null;
  const isConstructed = (tag & 0x20) !== 0;
  if (first === 0x80)
    return isConstructed ? rewriteChildren(walk, tag, offset + 2, null, limit, depth) : null;
  const count = first > 0x80 ? first & 0x7f : 0;
  if (count > 4) return null;
  const start = offset + 2 + count;
  const length =
    count === 0 ? first : bytes.subarray(offset + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = start + length;
  if (end > limit) return null;
  if (isConstructed) return rewriteChildren(walk, tag, start, end, end, depth);
  return { bytes: encode(tag, bytes.subarray(start, end)), end };
}

/** `end` null: up to the two zero bytes that close an indefinite length. */
function rewriteChildren(
  walk: Walk,
  tag: number,
  start: number,
  end: number | null,
  limit: number,
  depth: number,
): Rewritten | null {
  const children: Uint8Array[] = [];
  for (let next = start; next < limit;) {
    if (end === null && walk.bytes[next] === 0 && walk.bytes[next + 1] === 0)
      return { bytes: encodeParts(tag, children), end: next + 2 };
    const child = rewrite(walk, next, limit, depth + 1);
    if (child === null) return null;
    children.push(child.bytes);
    next = child.end;
  }
  return end === null ? null : { bytes: encodeParts(tag, children), end };
}
