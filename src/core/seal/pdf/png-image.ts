// PNG pictures with 8 bits a sample and no interlacing, as most seals are, without decoding what PDF reads as it
// is: palettes and opaque colours keep their compressed data, only transparency is taken out (ISO 32000-2 §8.9,
// ISO/IEC 15948). Everything else is left to the package.

import { zlibSync } from 'fflate';
import { joinBytes } from '../../certificate/der.ts';
import { inflateBounded } from '../ofd/zip.ts';
import { MAX_PICTURE_PIXELS } from '../seal-picture.ts';
import { undoPredictor } from './cross-reference.ts';
import type { PdfValue } from './syntax.ts';
import { pdfArray, pdfDict, pdfName } from './write-objects.ts';

export interface PngImage {
  readonly width: number;
  readonly height: number;
  readonly colors: PdfValue;
  /** Flate data, and how its rows are filtered. */
  readonly data: Uint8Array;
  readonly parameters: PdfValue | null;
  /** Flate data of one byte a pixel; null: opaque. */
  readonly mask: Uint8Array | null;
}

interface Chunks {
  readonly width: number;
  readonly height: number;
  /** 2 colours, 3 palette, 6 colours and transparency. */
  readonly type: number;
  readonly palette: Uint8Array;
  readonly transparency: Uint8Array | null;
  readonly data: Uint8Array;
}

/** Smaller, not smallest: signing waits for it. */
const FAST = { level: 1 } as const;
const SAMPLES: Readonly<Record<number, number>> = { 2: 3, 3: 1, 6: 4 };

/** null: another kind of PNG, or a damaged one. */
export function readPngImage(bytes: Uint8Array): PngImage | null {
  const chunks = readChunks(bytes);
  const samples = SAMPLES[chunks?.type ?? -1];
  if (chunks === null || samples === undefined) return null;
  const { width, height, type, palette, transparency, data } = chunks;
  if (type === 2 && transparency !== null) return null;
  const filtered = inflateBounded(data.subarray(2), height * (width * samples + 1));
  if (filtered?.length !== height * (width * samples + 1)) return null;
  const parameters = pdfDict({ Predictor: 15, Colors: samples, BitsPerComponent: 8, Columns: width });
  const size = { width, height };
  if (type === 2) return { ...size, colors: pdfName('DeviceRGB'), data, parameters, mask: null };
  const pixels = type === 3 && transparency === null ? filtered : undoPredictor(filtered, parameters);
  if (type === 6) return splitPixels(pixels, size);
  const colors = pdfArray(pdfName('Indexed'), pdfName('DeviceRGB'), palette.length / 3 - 1, {
    ...{ type: 'string', bytes: palette, isHex: true, start: 0, end: 0 },
  });
  const mask = transparency === null ? null : pixels.map((index) => transparency[index] ?? 255);
  return { ...size, colors, data, parameters, mask: mask === null ? null : zlibSync(mask, FAST) };
}

function splitPixels(
  pixels: Uint8Array,
  size: { readonly width: number; readonly height: number },
): PngImage {
  const count = size.width * size.height;
  const [rgb, alpha] = [new Uint8Array(count * 3), new Uint8Array(count)];
  for (let index = 0, from = 0, to = 0; index < count; index++) {
    rgb[to++] = pixels[from++] ?? 0;
    rgb[to++] = pixels[from++] ?? 0;
    rgb[to++] = pixels[from++] ?? 0;
    alpha[index] = pixels[from++] ?? 0;
  }
  const [data, mask] = [zlibSync(rgb, FAST), zlibSync(alpha, FAST)];
  return { ...size, colors: pdfName('DeviceRGB'), data, parameters: null, mask };
}

function readChunks(bytes: Uint8Array): Chunks | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) return null;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, type, interlacing] = [bytes[24], bytes[25] ?? 0, bytes[28]];
  const isBounded = width > 0 && height > 0 && width <= MAX_PICTURE_PIXELS && height <= MAX_PICTURE_PIXELS;
  if (!isBounded || depth !== 8 || interlacing !== 0) return null;
  let [palette, transparency]: [Uint8Array, Uint8Array | null] = [new Uint8Array(0), null];
  const data: Uint8Array[] = [];
  for (let at = 33; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) return null;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'PLTE') palette = content;
    if (name === 'tRNS') transparency = content;
    if (name === 'IDAT') data.push(content);
    at += 12 + length;
  }
  const isPaletteFit =
    type !== 3 || (palette.length > 0 && palette.length % 3 === 0 && palette.length <= 768);
  return isPaletteFit ? { width, height, type, palette, transparency, data: joinBytes(data) } : null;
}
