// The picture of a seal as PDF objects: the usual PNG as it is, other PNG and JPEG by @cantoo/pdf-lib, GIF and
// BMP, which PDF does not know, as pixels.

import { JpegEmbedder, PDFContext, PngEmbedder } from '@cantoo/pdf-lib';
import { zlibSync } from 'fflate';
import { decodeRaster, type Raster } from '../raster.ts';
import { readPicture } from '../seal-picture.ts';
import { readPngImage, type PngImage } from './png-image.ts';
import { attemptPdf, type PdfValue } from './syntax.ts';
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
  const plain = kind === 'png' ? attemptPdf(() => readPngImage(data)) : null;
  if (plain?.ok === true && plain.value !== null) return embedPlain(plain.value, firstNumber);
  if (kind === 'png' || kind === 'jpg') return embedByPackage(kind, data, firstNumber);
  const raster = decodeRaster(data);
  return raster === null ? null : embedPlain(asImage(raster), firstNumber);
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

function asImage({ width, height, rgb, alpha }: Raster): PngImage {
  const mask = alpha === null ? null : zlibSync(alpha);
  return { width, height, colors: pdfName('DeviceRGB'), data: zlibSync(rgb), parameters: null, mask };
}

function embedPlain(image: PngImage, number: number): EmbeddedPicture {
  const { width, height, colors, data, parameters, mask } = image;
  const dictionary = (colorSpace: PdfValue, more: Readonly<Record<string, PdfValue | undefined>>) =>
    pdfDict({
      Type: pdfName('XObject'),
      Subtype: pdfName('Image'),
      Width: width,
      Height: height,
      ColorSpace: colorSpace,
      BitsPerComponent: 8,
      Filter: pdfName('FlateDecode'),
      ...more,
    });
  const maskNumber = number + 1;
  const own = dictionary(colors, {
    DecodeParms: parameters ?? undefined,
    SMask: mask === null ? undefined : pdfRef(maskNumber),
  });
  const objects = [{ number, bytes: writeStream(number, own, data) }];
  if (mask === null) return { number, objects };
  const gray = dictionary(pdfName('DeviceGray'), {});
  return {
    number,
    objects: [...objects, { number: maskNumber, bytes: writeStream(maskNumber, gray, mask) }],
  };
}
