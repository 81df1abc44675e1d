// The first page of a PDF on a canvas. pdf.js works in a worker that is a file of the page itself, so the content
// policy needs no exception, and never compiles code from what a document says.

import { getDocument, PDFWorker } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerAddress from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

/**
 * Fonts have to be in the document: none are shipped for it.
 *
 * @param content taken over: empty afterwards
 * @param width of the drawing, in pixels of the canvas
 */
export async function drawFirstPage(
  content: Uint8Array,
  canvas: HTMLCanvasElement,
  width: number,
): Promise<void> {
  const port = new Worker(workerAddress as string, { type: 'module' });
  const broken = new Promise<never>((_resolve, reject) => {
    port.addEventListener('error', () => reject(new Error('the worker of pdf.js did not start')));
  });
  const worker = PDFWorker.fromPort({ port }) as PDFWorker;
  try {
    await Promise.race([draw(content, worker, canvas, width), broken]);
  } finally {
    worker.destroy();
    port.terminate();
  }
}

async function draw(data: Uint8Array, worker: PDFWorker, canvas: HTMLCanvasElement, width: number) {
  const document = await getDocument({ data, worker, isEvalSupported: false }).promise;
  const page = await document.getPage(1);
  const natural = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: width / natural.width });
  const canvasContext = canvas.getContext('2d');
  if (canvasContext === null) throw new Error('no canvas');
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  await page.render({ canvasContext, viewport }).promise;
}
