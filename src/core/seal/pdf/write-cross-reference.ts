// The cross-reference of an incremental update, of the same kind as the newest one before it (ISO 32000-2
// §7.5.4, §7.5.8): readers do not agree on mixtures.

import { joinBytes } from '../../certificate/der.ts';
import { encodeUtf8 } from '../../certificate/text.ts';
import type { CrossReference } from './cross-reference.ts';
import type { PdfDict, PdfValue } from './syntax.ts';
import { pdfArray, pdfDict, pdfName, withEntries, writeStream, writeValue } from './write-objects.ts';

export interface PlacedObject {
  readonly number: number;
  readonly offset: number;
}

/** Ends with `%%EOF`. `at`: offset where this is written. */
export function writeCrossReference(
  before: CrossReference,
  objects: readonly PlacedObject[],
  at: number,
): Uint8Array {
  const own = before.isStream ? highest(before, objects) + 1 : null;
  const all = own === null ? objects : [...objects, { number: own, offset: at }];
  const sorted = all.toSorted((a, b) => a.number - b.number);
  const size = highest(before, all) + 1;
  const trailer = withEntries(keptEntries(before.trailer), { Size: size, Prev: before.start });
  const section = own === null ? writeTable(sorted, trailer) : writeTableStream(own, sorted, trailer);
  return joinBytes([section, encodeUtf8(`startxref\n${at}\n%%EOF\n`)]);
}

function highest({ places, trailer }: CrossReference, objects: readonly PlacedObject[]): number {
  const size = trailer.entries.get('Size');
  let number = typeof size === 'number' ? size - 1 : 0;
  for (const each of places.keys()) number = Math.max(number, each);
  return Math.max(number, ...objects.map((object) => object.number));
}

function keptEntries(trailer: PdfDict): PdfDict {
  const kept: Record<string, PdfValue> = {};
  for (const key of ['Root', 'Info', 'ID']) {
    const value = trailer.entries.get(key);
    if (value !== undefined) kept[key] = value;
  }
  return pdfDict(kept);
}

/** Runs of consecutive numbers. */
function runsOf(sorted: readonly PlacedObject[]): readonly (readonly PlacedObject[])[] {
  const runs: PlacedObject[][] = [];
  for (const object of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1)?.number === object.number - 1) run.push(object);
    else runs.push([object]);
  }
  return runs;
}

function writeTable(sorted: readonly PlacedObject[], trailer: PdfDict): Uint8Array {
  const sections = runsOf(sorted).map((run) => {
    const entries = run.map(({ offset }) => `${String(offset).padStart(10, '0')} 00000 n \n`);
    return `${run[0]?.number ?? 0} ${run.length}\n${entries.join('')}`;
  });
  return encodeUtf8(`xref\n${sections.join('')}trailer\n${writeValue(trailer)}\n`);
}

function writeTableStream(own: number, sorted: readonly PlacedObject[], trailer: PdfDict): Uint8Array {
  const data = Uint8Array.from(
    sorted.flatMap(({ offset }) => [1, ...[24, 16, 8, 0].map((shift) => (offset >>> shift) & 0xff), 0, 0]),
  );
  const index = runsOf(sorted).flatMap((run) => [run[0]?.number ?? 0, run.length]);
  const dict = withEntries(trailer, {
    Type: pdfName('XRef'),
    W: pdfArray(1, 4, 2),
    Index: pdfArray(...index),
  });
  return writeStream(own, dict, data);
}
