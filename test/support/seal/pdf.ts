// PDFs for tests, made by a package that is not ours, and a signed one in one call.

import { PDFDocument, degrees } from '@cantoo/pdf-lib';
import { createDocumentDigest } from '../../../src/app/adapters/document-digest.ts';
import { joinBytes } from '../../../src/core/certificate/der.ts';
import { signPdf, type PdfSigning } from '../../../src/core/seal/pdf/sign-pdf.ts';
import { valueOf } from '../key-holder.ts';
import { SIGNED_AT, type World } from './people.ts';

export interface PdfWish {
  readonly pages?: number;
  readonly objectStreams?: boolean;
  readonly rotation?: number;
  /** Bytes of noise in an attachment-like stream, for size. */
  readonly ballast?: number;
}

export async function makePdf(wish: PdfWish = {}): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  for (let count = 0; count < (wish.pages ?? 1); count++) {
    const page = document.addPage([595.28, 841.89]);
    page.drawText(`Page ${count + 1}`, { x: 60, y: 700, size: 24 });
    page.drawRectangle({ x: 60, y: 100, width: 200, height: 50 });
    if (wish.rotation !== undefined) page.setRotation(degrees(wish.rotation));
  }
  if (wish.ballast !== undefined) {
    const noise = new Uint8Array(wish.ballast);
    let state = 1;
    for (let index = 0; index < noise.length; index++) {
      state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
      noise[index] = state >> 16;
    }
    document.context.register(document.context.stream(noise));
  }
  return document.save({ useObjectStreams: wish.objectStreams ?? false });
}

export async function signedPdf(
  bytes: Uint8Array,
  world: World,
  signing: Partial<PdfSigning> = {},
): Promise<Uint8Array> {
  const update = await signPdf(
    bytes,
    {
      form: 'cms',
      seal: { seal: world.seal, place: { page: 0, x: 120, y: 200 } },
      signedAt: SIGNED_AT,
      reason: '检测',
      ...signing,
    },
    world.signer,
    createDocumentDigest(),
  );
  return joinBytes([bytes, valueOf(update)]);
}
