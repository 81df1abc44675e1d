const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

export function encodeBase64(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(index, index + 3);
    const bits = (a << 16) | (b << 8) | c;
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET[(bits >> shift) & 63] ?? '').join('');
    const missing = Math.max(0, index + 3 - bytes.length);
    groups.push(digits.slice(0, 4 - missing) + '='.repeat(missing));
  }
  return groups.join('');
}

/** null unless it is base64 (RFC 4648 §4) with complete padding; white space is skipped. */
export function decodeBase64(text: string): Uint8Array | null {
  const compact = text.replace(/\s+/g, '');
  const digits = compact.replace(/={1,2}$/, '');
  if (compact.length % 4 !== 0) return null;
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let written = 0;
  for (let index = 0; index < digits.length; index++) {
    const value = VALUES.get(digits.charAt(index));
    if (value === undefined) return null;
    bits = ((bits << 6) | value) & 0xffffff;
    if (index % 4 !== 0) bytes[written++] = (bits >> (6 - 2 * (index % 4))) & 0xff;
  }
  return bytes;
}
