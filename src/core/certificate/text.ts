// Text of certificates: the core has no TextDecoder, and CAs put UTF-8 into string types that do not allow it.

import { malformed, TAG } from './der.ts';

/** UTF-8 bytes of a string; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const raw = character.codePointAt(0) ?? 0;
    const point = raw >= 0xd800 && raw <= 0xdfff ? 0xfffd : raw;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
  }
  return Uint8Array.from(bytes);
}

/** null when the bytes are no UTF-8 (RFC 3629: no overlong forms, no surrogates). */
export function decodeUtf8(bytes: Uint8Array): string | null {
  const parts: string[] = [];
  for (let index = 0; index < bytes.length;) {
    const lead = bytes[index++] ?? 0;
    const extra = lead < 0x80 ? 0 : lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead >= 0x80 && (lead < 0xc2 || lead > 0xf4)) return null;
    let point = extra === 0 ? lead : lead & (0x3f >> extra);
    for (let count = 0; count < extra; count++) {
      const next = bytes[index++];
      if (next === undefined || (next & 0xc0) !== 0x80) return null;
      point = (point << 6) | (next & 0x3f);
    }
    const smallest = [0, 0x80, 0x800, 0x10000][extra] ?? 0;
    if (point < smallest || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
    parts.push(String.fromCodePoint(point));
  }
  return parts.join('');
}

function decodeLatin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function decodeUtf16(bytes: Uint8Array): string {
  if (bytes.length % 2 !== 0) return malformed('BMPString of odd length');
  const units: string[] = [];
  for (let index = 0; index < bytes.length; index += 2)
    units.push(String.fromCharCode(((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)));
  return units.join('');
}

function decodeUtf32(bytes: Uint8Array): string {
  const points: string[] = [];
  for (let index = 0; index + 3 < bytes.length; index += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(index, index + 4);
    const point = a * 2 ** 24 + b * 2 ** 16 + c * 256 + d;
    points.push(point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point));
  }
  return points.join('');
}

const STRING_TAGS = new Set<number>([
  TAG.utf8String,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  TAG.bmpString,
  0x12, // NumericString
  0x1a, // VisibleString
  0x1c, // UniversalString
]);

/** null: not a string type. Eight-bit types that hold valid UTF-8 are read as UTF-8, else as Latin-1. */
export function decodeString(tag: number, content: Uint8Array): string | null {
  if (!STRING_TAGS.has(tag)) return null;
  if (tag === TAG.bmpString) return decodeUtf16(content);
  if (tag === 0x1c) return decodeUtf32(content);
  return decodeUtf8(content) ?? decodeLatin1(content);
}
