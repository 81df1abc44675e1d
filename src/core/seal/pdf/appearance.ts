// The picture of a seal as PDF objects. PNG and JPEG are embedded by @cantoo/pdf-lib; GIF and BMP, which PDF does
// not know, as plain pixels.

import { JpegEmbedder, PDFContext, PngEmbedder } from '@cantoo/pdf-lib';
import { zlibSync } from 'fflate';
import { decodeRaster, type Raster } from '../raster.ts';
import { readPicture } from '../seal-picture.ts';
import { pdfDict, pdfName, pdfRef, writeStream } from './write-objects.ts';

export interface WrittenObject {
  readonly number: number;
  readonly bytes: Uint8Array;
}

export interface EmbeddedPicture {
  /** Of the image XObject. */
  readonly number: number;
  readonly objects: readonly WrittenObject[];
}

/** Objects are numbered from `firstNumber` on. null: a picture that cannot be drawn (an OFD, or damaged). */
export async function embedPicture(data: Uint8Array, firstNumber: number): Promise<EmbeddedPicture | null> {
  const { kind, size } = readPicture(data);
  if (size === null) return null;
  if (kind === 'png' || kind === 'jpg') return embedByPackage(kind, data, firstNumber);
  const raster = decodeRaster(data);
  return raster === null ? null : embedRaster(raster, firstNumber);
}

async function embedByPackage(
  kind: 'png' | 'jpg',
  data: Uint8Array,
  firstNumber: number,
): Promise<EmbeddedPicture | null> {
  const context = PDFContext.create();
  context.largestObjectNumber = firstNumber - 1;
  try {
    const embedder = kind === 'png' ? await PngEmbedder.for(data) : await JpegEmbedder.for(data);
    const reference = await embedder.embedIntoContext(context);
    const objects = context.enumerateIndirectObjects().map(([{ objectNumber }, object]) => {
      const content = new Uint8Array(object.sizeInBytes());
      object.copyBytesInto(content, 0);
      return { number: objectNumber, bytes: wrap(objectNumber, content) };
    });
    return { number: reference.objectNumber, objects };
  } catch {
    // The package throws on pictures that are damaged behind their header.
    return null;
  }
}

function wrap(number: number, content: Uint8Array): Uint8Array {
  const [head, tail] = [`${number} 0 obj\n`, '\nendobj\n'].map((text) =>
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
  const wrapped = new Uint8Array((head?.length ?? 0) + content.length + (tail?.length ?? 0));
  wrapped.set(head ?? [], 0);
  wrapped.set(content, head?.length ?? 0);
  wrapped.set(tail ?? [], (head?.length ?? 0) + content.length);
  return wrapped;
}

function embedRaster({ width, height, rgb, alpha }: Raster, number: number): EmbeddedPicture {
  const image = (colors: 'DeviceRGB' | 'DeviceGray', mask: number | null) =>
    pdfDict({
      Type: pdfName('XObject'),
      Subtype: pdfName('Image'),
      Width: width,
      Height: height,
      ColorSpace: pdfName(colors),
      BitsPerComponent: 8,
      Filter: pdfName('FlateDecode'),
      SMask: mask === null ? undefined : pdfRef(mask),
    });
  const maskNumber = alpha === null ? null : number + 1;
  const objects = [{ number, bytes: writeStream(number, image('DeviceRGB', maskNumber), zlibSync(rgb)) }];
  if (alpha !== null && maskNumber !== null)
    objects.push({
      number: maskNumber,
      bytes: writeStream(maskNumber, image('DeviceGray', null), zlibSync(alpha)),
    });
  return { number, objects };
}
