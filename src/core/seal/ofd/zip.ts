// Reading a ZIP from strangers (APPNOTE 6.3). The directory is read here because what packages hide is exactly
// what a verifier must see: an entry twice, two entries over the same bytes, a local header that says another
// name. fflate does the decompression, in small steps, so that a bomb is stopped while it goes off.

import { Inflate } from 'fflate';
import { decodeUtf8 } from '../../certificate/text.ts';
import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';

export interface ZipLimits {
  readonly entries: number;
  /** Bytes of one entry, unpacked. */
  readonly entry: number;
  /** Bytes of all entries that are read, unpacked. */
  readonly total: number;
}

export const OFD_LIMITS: ZipLimits = { entries: 20_000, entry: 256 * 1_048_576, total: 512 * 1_048_576 };

export interface ZipArchive {
  /** Without a leading slash, in the order of the directory; folders left out. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Unpacked content; kept after the first time. */
  read(name: string): Result<Uint8Array, ZipError>;
}

export type ZipError = AppError<'document.unreadable' | 'document.tooLarge'>;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: Uint8Array;
  readonly size: number;
}

const END = 0x06054b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const MAX_COMMENT = 65_535;
const STEP = 16_384;

function unreadable(reason: string): ZipError {
  return { code: 'document.unreadable', reason };
}

export function openZip(bytes: Uint8Array, limits: ZipLimits = OFD_LIMITS): Result<ZipArchive, ZipError> {
  const entries = readDirectory(bytes, limits);
  if (!entries.ok) return entries;
  const byName = new Map(entries.value.map((entry) => [entry.name, entry]));
  const known = new Map<string, Uint8Array>();
  let spent = 0;
  return ok({
    names: [...byName.keys()],
    has: (name) => byName.has(name),
    read(name) {
      const before = known.get(name);
      if (before !== undefined) return ok(before);
      const entry = byName.get(name);
      if (entry === undefined) return err(unreadable(`no ${name.slice(0, 200)}`));
      const content = unpack(entry, Math.min(limits.entry, limits.total - spent));
      if (content.ok) {
        spent += content.value.length;
        known.set(name, content.value);
      }
      return content;
    },
  });
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readDirectory(bytes: Uint8Array, limits: ZipLimits): Result<readonly Entry[], ZipError> {
  const data = view(bytes);
  const end = findEnd(data);
  if (end === null) return err(unreadable('no ZIP directory'));
  const count = data.getUint16(end + 10, true);
  const size = data.getUint32(end + 12, true);
  const start = data.getUint32(end + 16, true);
  if (data.getUint16(end + 4, true) !== 0 || data.getUint16(end + 8, true) !== count)
    return err(unreadable('ZIP in several parts'));
  if (count > limits.entries) return err({ code: 'document.tooLarge', limit: limits.entries });
  if (start + size > end) return err(unreadable('ZIP directory out of place'));
  const entries: Entry[] = [];
  const names = new Set<string>();
  const spans: [number, number][] = [];
  let offset = start;
  for (let index = 0; index < count; index++) {
    const header = readHeader(bytes, data, offset, start + size);
    if (typeof header === 'string') return err(unreadable(header));
    offset = header.next;
    spans.push([header.local, header.packedEnd]);
    if (header.isFolder) continue;
    // Names that differ in case only are one file on some computers.
    const folded = header.entry.name.toLowerCase();
    if (names.has(folded)) return err(unreadable(`${header.entry.name} twice`));
    names.add(folded);
    entries.push(header.entry);
  }
  spans.sort(([a], [b]) => a - b);
  const isOverlapping = spans.some(([from], index) => index > 0 && from < (spans[index - 1]?.[1] ?? 0));
  return isOverlapping ? err(unreadable('overlapping entries')) : ok(entries);
}

function findEnd(data: DataView): number | null {
  const last = data.byteLength - END_LENGTH;
  for (let offset = last; offset >= 0 && offset >= last - MAX_COMMENT; offset--) {
    const isEnd = data.getUint32(offset, true) === END;
    if (isEnd && offset + END_LENGTH + data.getUint16(offset + 20, true) === data.byteLength) return offset;
  }
  return null;
}

/** One directory entry with its data, or why it is refused. */
function readHeader(bytes: Uint8Array, data: DataView, offset: number, limit: number) {
  if (offset + 46 > limit || data.getUint32(offset, true) !== DIRECTORY) return 'ZIP directory damaged';
  const flags = data.getUint16(offset + 8, true);
  const method = data.getUint16(offset + 10, true);
  const packedSize = data.getUint32(offset + 20, true);
  const size = data.getUint32(offset + 24, true);
  const lengths = [28, 30, 32].map((place) => data.getUint16(offset + place, true));
  const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
  const local = data.getUint32(offset + 42, true);
  const next = offset + 46 + nameLength + extraLength + commentLength;
  if (next > limit) return 'ZIP directory damaged';
  const rawName = bytes.subarray(offset + 46, offset + 46 + nameLength);
  const written = decodeUtf8(rawName);
  if (written === null) return 'a name that is no UTF-8';
  const name = safeName(written);
  if (name === null) return `unsafe name ${written.slice(0, 100)}`;
  if ((flags & 1) !== 0) return 'an encrypted entry';
  if (method !== 0 && method !== 8) return `compression ${method}`;
  if (packedSize === 0xffffffff || size === 0xffffffff || local === 0xffffffff) return 'ZIP64';
  if (local + 30 > data.byteLength || data.getUint32(local, true) !== LOCAL) return 'entry out of place';
  const localNameLength = data.getUint16(local + 26, true);
  const localName = bytes.subarray(local + 30, local + 30 + localNameLength);
  if (localName.length !== rawName.length || localName.some((byte, index) => byte !== rawName[index]))
    return `two names for ${name}`;
  const from = local + 30 + localNameLength + data.getUint16(local + 28, true);
  const packedEnd = from + packedSize;
  if (packedEnd > data.byteLength || data.getUint16(local + 8, true) !== method) return 'entry damaged';
  const entry: Entry = { name, method, packed: bytes.subarray(from, packedEnd), size };
  return { entry, next, local, packedEnd, isFolder: name === '' || written.endsWith('/') };
}

/** Without a leading slash; null when the name could lead out of the package. */
function safeName(written: string): string | null {
  const name = written.replace(/^\//, '');
  const isUnsafe =
    // eslint-disable-next-line no-control-regex -- a name with control characters shows as another one
    /[\\:\u0000-\u001f]/.test(name) || name.split('/').some((part) => part === '..' || part === '.');
  return isUnsafe || name.startsWith('/') || name.includes('//') ? null : name;
}

function unpack({ name, method, packed, size }: Entry, limit: number): Result<Uint8Array, ZipError> {
  if (size > limit) return err({ code: 'document.tooLarge', limit });
  if (method === 0) return packed.length === size ? ok(packed) : err(unreadable(`${name} damaged`));
  const content = inflateBounded(packed, size);
  return content?.length === size ? ok(content) : err(unreadable(`${name} damaged`));
}

/** Raw DEFLATE of at most `limit` bytes; null when there is more or it is damaged. */
export function inflateBounded(packed: Uint8Array, limit: number): Uint8Array | null {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const end = { isReached: false };
  const inflate = new Inflate((chunk, isFinal) => {
    length += chunk.length;
    end.isReached ||= isFinal;
    if (length <= limit) chunks.push(chunk);
  });
  try {
    for (let offset = 0; (offset < packed.length || offset === 0) && length <= limit; offset += STEP)
      inflate.push(packed.subarray(offset, offset + STEP), offset + STEP >= packed.length);
  } catch {
    // fflate throws on damaged input only.
    return null;
  }
  if (!end.isReached || length > limit) return null;
  if (chunks.length === 1 && chunks[0] !== undefined) return chunks[0];
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
