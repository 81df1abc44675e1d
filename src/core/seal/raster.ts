// GIF and BMP pictures of seals as pixels, since PDF knows neither. First frame only, bounded, null on rubbish.

import { readPicture } from './seal-picture.ts';

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel, rows from the top. */
  readonly rgb: Uint8Array;
  /** One byte a pixel; null: opaque. */
  readonly alpha: Uint8Array | null;
}

/** null: another kind, compressed BMP, or damaged. */
export function decodeRaster(bytes: Uint8Array): Raster | null {
  const { kind, size } = readPicture(bytes);
  if (size === null) return null;
  if (kind === 'bmp') return decodeBmp(bytes, size.width, size.height);
  return kind === 'gif' ? decodeGif(bytes) : null;
}

function decodeBmp(bytes: Uint8Array, width: number, height: number): Raster | null {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 54) return null;
  const [start, header, depth, compression] = [
    data.getUint32(10, true),
    data.getUint32(14, true),
    data.getUint16(28, true),
    data.getUint32(30, true),
  ];
  const stride = Math.ceil((width * depth) / 32) * 4;
  const isKnown = compression === 0 && (depth === 8 || depth === 24 || depth === 32);
  if (!isKnown || start + stride * height > bytes.length) return null;
  const isTopDown = data.getInt32(22, true) < 0;
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = start + stride * (isTopDown ? row : height - 1 - row);
    for (let column = 0; column < width; column++) {
      const at = depth === 8 ? 14 + header + 4 * (bytes[from + column] ?? 0) : from + (column * depth) / 8;
      const to = (row * width + column) * 3;
      // Blue comes first.
      for (let part = 0; part < 3; part++) rgb[to + part] = bytes[at + 2 - part] ?? 0;
    }
  }
  return { width, height, rgb, alpha: null };
}

interface GifFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly isInterlaced: boolean;
  readonly palette: Uint8Array;
  readonly indexes: Uint8Array;
  readonly transparent: number | null;
}

function decodeGif(bytes: Uint8Array): Raster | null {
  const [width, height] = [little16(bytes, 6), little16(bytes, 8)];
  const frame = readFrame(bytes);
  if (frame === null) return null;
  const rgb = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  const rows = frame.isInterlaced ? interlacedRows(frame.height) : null;
  for (let row = 0; row < frame.height; row++) {
    const y = frame.top + (rows?.[row] ?? row);
    for (let column = 0; column < frame.width; column++) {
      const x = frame.left + column;
      const index = frame.indexes[row * frame.width + column];
      if (index === undefined || index === frame.transparent || x >= width || y >= height) continue;
      const to = y * width + x;
      alpha[to] = 255;
      for (let part = 0; part < 3; part++) rgb[to * 3 + part] = frame.palette[index * 3 + part] ?? 0;
    }
  }
  return { width, height, rgb, alpha };
}

function little16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
}

/** GIF89a: blocks up to the first image. */
function readFrame(bytes: Uint8Array): GifFrame | null {
  const flags = bytes[10] ?? 0;
  let at = 13;
  let palette = new Uint8Array(0);
  const takePalette = (bits: number): Uint8Array<ArrayBuffer> => {
    const length = 3 * 2 ** ((bits & 7) + 1);
    at += length;
    return bytes.slice(at - length, at);
  };
  if ((flags & 0x80) !== 0) palette = takePalette(flags);
  let transparent: number | null = null;
  while (at < bytes.length) {
    const kind = bytes[at++];
    if (kind === 0x21) {
      if (bytes[at] === 0xf9 && ((bytes[at + 2] ?? 0) & 1) !== 0) transparent = bytes[at + 5] ?? null;
      at = skipBlocks(bytes, at + 1);
    } else if (kind === 0x2c) {
      const [left, top, width, height] = [0, 2, 4, 6].map((offset) => little16(bytes, at + offset));
      const local = bytes[at + 8] ?? 0;
      at += 9;
      if ((local & 0x80) !== 0) palette = takePalette(local);
      if (!left && left !== 0) return null;
      const size = { left, top: top ?? 0, width: width ?? 0, height: height ?? 0 };
      if (size.width > 4096 || size.height > 4096) return null;
      const indexes = unpackLzw(bytes, at, size.width * size.height);
      return { ...size, isInterlaced: (local & 0x40) !== 0, palette, indexes, transparent };
    } else return null;
  }
  return null;
}

function skipBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return at + 1;
}

function interlacedRows(height: number): number[] {
  const passes: readonly (readonly [number, number])[] = [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ];
  return passes.flatMap(([first, step]) =>
    Array.from(
      { length: Math.max(0, Math.ceil((height - first) / step)) },
      (_, index) => first + index * step,
    ),
  );
}

/** Variable-length LZW; at most `count` indexes, fewer when the data ends or is damaged. */
function unpackLzw(bytes: Uint8Array, from: number, count: number): Uint8Array {
  const minimum = bytes[from] ?? 0;
  const out = new Uint8Array(count);
  if (minimum < 2 || minimum > 8) return out;
  const clear = 1 << minimum;
  const prefix = new Uint16Array(4096);
  const suffix = new Uint8Array(4096);
  const stack = new Uint8Array(4097);
  let [width, next, previous, first] = [minimum + 1, clear + 2, -1, 0];
  let [bits, bitCount, at, blockEnd, written] = [0, 0, from + 1, from + 1, 0];
  while (written < count) {
    while (bitCount < width) {
      if (at === blockEnd) {
        const length = bytes[at] ?? 0;
        if (length === 0) return out;
        blockEnd = at + 1 + length;
        at++;
      }
      bits |= (bytes[at++] ?? 0) << bitCount;
      bitCount += 8;
    }
    const code = bits & ((1 << width) - 1);
    bits >>>= width;
    bitCount -= width;
    if (code === clear) {
      [width, next, previous] = [minimum + 1, clear + 2, -1];
      continue;
    }
    if (code === clear + 1 || code > next || (previous < 0 && code >= clear)) return out;
    let depth = 0;
    let current = code;
    if (code === next) {
      stack[depth++] = first;
      current = previous;
    }
    while (current >= clear) {
      stack[depth++] = suffix[current] ?? 0;
      current = prefix[current] ?? 0;
    }
    first = current;
    stack[depth++] = first;
    while (depth > 0 && written < count) out[written++] = stack[--depth] ?? 0;
    if (previous >= 0 && next < 4096) {
      prefix[next] = previous;
      suffix[next] = first;
      next++;
      if (next === 1 << width && width < 12) width++;
    }
    previous = code;
  }
  return out;
}
