// How a stamp looks on the page: the seal's picture, and across it a mark where it is only a test.

import { encodeUtf8 } from '../../certificate/text.ts';
import type { WrittenObject } from './appearance.ts';
import { uprightMatrix, type PdfPage } from './page-geometry.ts';
import { pdfArray, pdfDict, pdfName, pdfRef, writeStream, writeValue } from './write-objects.ts';

/** A line of words as outlines, so that no font is needed. */
export interface StampMark {
  /** In ems; the height is one. */
  readonly width: number;
  /** Path operators (ISO 32000-2 §8.5.2) from the left end of the base line, in ems. */
  readonly path: string;
}

export interface Stamp {
  /** Object number of the picture. */
  readonly picture: number;
  readonly mark: StampMark | null;
}

/** @param rectangle where it stands on the page, before the page is turned */
export function writeStamp(
  number: number,
  page: PdfPage,
  rectangle: readonly number[],
  { picture, mark }: Stamp,
): WrittenObject {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = rectangle;
  const isTurned = page.rotation === 90 || page.rotation === 270;
  const [width, height] = isTurned ? [y2 - y1, x2 - x1] : [x2 - x1, y2 - y1];
  const content = [
    `q ${writeValue(width)} 0 0 ${writeValue(height)} 0 0 cm /Seal Do Q`,
    ...(mark === null ? [] : [drawMark(mark, width, height)]),
  ].join('\n');
  const dict = pdfDict({
    Type: pdfName('XObject'),
    Subtype: pdfName('Form'),
    BBox: pdfArray(0, 0, width, height),
    Matrix: pdfArray(...uprightMatrix(page)),
    Resources: pdfDict({ XObject: pdfDict({ Seal: pdfRef(picture) }) }),
  });
  return { number, bytes: writeStream(number, dict, encodeUtf8(content)) };
}

const STEEPEST = Math.PI / 6;
/** From the base line to the middle of a character, in ems. */
const MIDDLE = 0.35;

/** From the lower left to the upper right, black with a white edge: to be read on any picture. */
function drawMark({ width: ems, path }: StampMark, width: number, height: number): string {
  const angle = Math.min(Math.atan2(height, width), STEEPEST);
  const size = width / (ems * Math.cos(angle));
  const [cos, sin] = [size * Math.cos(angle), size * Math.sin(angle)];
  const left = (width - ems * cos) / 2 + MIDDLE * sin;
  const bottom = (height - ems * sin) / 2 - MIDDLE * cos;
  const matrix = [cos, sin, -sin, cos, left, bottom].map((value) => writeValue(value)).join(' ');
  return `q ${matrix} cm 1 G 0.12 w 1 j\n${path}\nS\n0.1 g\n${path}\nf Q`;
}
