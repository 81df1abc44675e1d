// Where on a page a seal goes: millimetres as the page is shown, into the page's own coordinates, whatever its
// boxes, rotation and unit are (ISO 32000-2 §7.7.3.3, §14.11.2).

import { catalogOf, itemsIn, type PdfDocument } from './pdf-document.ts';
import { isArray, isDict, isRef, malformedPdf, type PdfDict, type PdfValue } from './syntax.ts';

/** Millimetres from the left and top edges of the page as it is shown. */
export interface Placement {
  /** From 0 on. */
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PdfPage {
  readonly number: number;
  readonly dict: PdfDict;
  /** x and y of two corners, the visible part. */
  readonly box: readonly [number, number, number, number];
  /** Clockwise when shown. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Points per unit. */
  readonly unit: number;
}

const MAX_PAGES = 100_000;
const MAX_DEPTH = 64;
const A4: readonly number[] = [0, 0, 595.276, 841.89];

/** null: there are fewer pages. May say `malformedPdf`. */
export function findPage(document: PdfDocument, index: number): PdfPage | null {
  let left = index;
  let budget = MAX_PAGES;
  const walk = (value: PdfValue, line: readonly PdfDict[]): PdfPage | null => {
    if (--budget < 0 || line.length > MAX_DEPTH) malformedPdf('page tree too large or too deep');
    const node = document.resolve(value);
    if (!isDict(node) || !isRef(value)) return null;
    if (!node.entries.has('Kids'))
      return left-- === 0 ? pageOf(document, value.number, [...line, node]) : null;
    for (const kid of itemsIn(document, node, 'Kids')) {
      const found = walk(kid, [...line, node]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(catalogOf(document).entries.get('Pages') ?? null, []);
}

function pageOf(document: PdfDocument, number: number, line: readonly PdfDict[]): PdfPage {
  const dict = line.at(-1) ?? malformedPdf('no page');
  const inherited = (key: string) =>
    document.resolve(line.findLast(({ entries }) => entries.has(key))?.entries.get(key));
  const boxOf = (key: string): readonly number[] | null => {
    const value = inherited(key);
    if (!isArray(value) || value.items.length !== 4) return null;
    const numbers = value.items.map((item) => document.resolve(item));
    return numbers.every((item) => typeof item === 'number') ? numbers : null;
  };
  const media = boxOf('MediaBox') ?? A4;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxOf('CropBox') ?? media;
  const turns = Number(inherited('Rotate') ?? 0) / 90;
  const unit = document.entry(dict, 'UserUnit');
  return {
    number,
    dict,
    box: [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)],
    rotation: ([0, 90, 180, 270] as const)[((turns % 4) + 4) % 4] ?? 0,
    unit: typeof unit === 'number' && unit > 0 ? unit : 1,
  };
}

const POINTS_PER_MM = 72 / 25.4;

/** Lower left and upper right corner; null: not wholly on the page. */
export function rectangleOn(
  page: PdfPage,
  placement: Placement,
): readonly [number, number, number, number] | null {
  const { box, rotation, unit } = page;
  const scale = POINTS_PER_MM / unit;
  const [left, bottom, right, top] = box;
  const isTurned = rotation === 90 || rotation === 270;
  const shown = isTurned ? [top - bottom, right - left] : [right - left, top - bottom];
  const [x1, y1] = [placement.x * scale, placement.y * scale];
  const [x2, y2] = [x1 + placement.width * scale, y1 + placement.height * scale];
  // A tenth of a point for rounding.
  if (x1 < -0.1 || y1 < -0.1 || x2 > (shown[0] ?? 0) + 0.1 || y2 > (shown[1] ?? 0) + 0.1) return null;
  const toPage = (x: number, y: number): readonly [number, number] => {
    if (rotation === 90) return [left + y, bottom + x];
    if (rotation === 180) return [right - x, bottom + y];
    return rotation === 270 ? [right - y, top - x] : [left + x, top - y];
  };
  const [a, b] = [toPage(x1, y1), toPage(x2, y2)];
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}

/** Matrix of an appearance that stands upright on the rotated page. */
export function uprightMatrix({ rotation }: PdfPage): readonly number[] {
  const matrices = {
    0: [1, 0, 0, 1, 0, 0],
    90: [0, 1, -1, 0, 0, 0],
    180: [-1, 0, 0, -1, 0, 0],
    270: [0, -1, 1, 0, 0, 0],
  };
  return matrices[rotation];
}
