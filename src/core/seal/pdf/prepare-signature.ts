// Adds a signature field with room for a signature to a PDF, as an incremental update (ISO 32000-2 §7.5.6,
// §12.8). The original bytes are neither changed nor copied: what is made is only what goes behind them.

import { joinBytes } from '../../certificate/der.ts';
import { encodeUtf8 } from '../../certificate/text.ts';
import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { embedPicture, type WrittenObject } from './appearance.ts';
import { isLocked } from './certification.ts';
import { findPage, rectangleOn, type PdfPage, type Placement } from './page-geometry.ts';
import { catalogOf, dictIn, openPdf, type PdfDocument, type PdfError } from './pdf-document.ts';
import { signatureFields } from './signature-fields.ts';
import { writeStamp, type StampMark } from './stamp-appearance.ts';
import { attemptPdf, isArray, isRef, malformedPdf, type PdfDict, type PdfValue } from './syntax.ts';
import {
  pdfArray,
  pdfDate,
  pdfDict,
  pdfName,
  pdfRef,
  pdfText,
  withEntries,
  writeObject,
  writeValue,
} from './write-objects.ts';
import { writeCrossReference } from './write-cross-reference.ts';

export interface SignatureWish {
  readonly filter: string;
  readonly subFilter: string;
  /** Epoch milliseconds. */
  readonly signedAt: number;
  readonly signerName: string;
  readonly reason: string | null;
  /** Bytes kept free for the signature value. */
  readonly room: number;
  /** null: an invisible signature. */
  readonly seal: StampWish | null;
}

interface StampWish {
  readonly picture: Uint8Array;
  readonly placement: Placement;
  /** null: the picture alone. */
  readonly mark: StampMark | null;
}

export interface PreparedSignature {
  /** What goes behind the original bytes. */
  readonly update: Uint8Array;
  /** What the signature is over, in order. */
  readonly parts: readonly Uint8Array[];
  /** In `update`: the first hexadecimal digit of the value, and how many there are. */
  readonly valueAt: number;
  readonly valueDigits: number;
}

export type PrepareError = PdfError | AppError<'document.unsupported'>;

/** `[0 …]` with room for three numbers of ten digits. */
const RANGE_LENGTH = 36;
/** Widget flags: Print and Locked (§12.5.3). */
const PRINT_AND_LOCKED = 132;
/** SigFlags: signatures exist, append only (§12.7.3). */
const SIGNED_APPEND_ONLY = 3;

function unsupported(reason: string) {
  return err<PrepareError>({ code: 'document.unsupported', reason });
}

export async function prepareSignature(
  bytes: Uint8Array,
  wish: SignatureWish,
): Promise<Result<PreparedSignature, PrepareError>> {
  const opened = openPdf(bytes);
  if (!opened.ok) return opened;
  const document = opened.value;
  const plan = attemptPdf(() => planUpdate(document, wish));
  if (!plan.ok) return err({ code: 'document.unreadable', reason: plan.reason });
  if (typeof plan.value === 'string') return unsupported(plan.value);
  const { page, rectangle, first } = plan.value;
  const picture = wish.seal === null ? null : await embedPicture(wish.seal.picture, first + FIXED_OBJECTS);
  if (wish.seal !== null && picture === null) return unsupported('picture');
  const written = attemptPdf(() => {
    const appearance =
      rectangle === null || picture === null
        ? []
        : [
            writeStamp(first + 2, page, rectangle, {
              picture: picture.number,
              mark: wish.seal?.mark ?? null,
            }),
          ];
    const objects = [
      ...changedObjects(document, page, first, wish, rectangle),
      ...appearance,
      ...(picture?.objects ?? []),
    ];
    return assemble(document, first, wish, objects);
  });
  return written.ok ? ok(written.value) : err({ code: 'document.unreadable', reason: written.reason });
}

/** Signature dictionary, widget, appearance, form. */
const FIXED_OBJECTS = 4;

interface Plan {
  readonly page: PdfPage;
  readonly rectangle: readonly number[] | null;
  /** First free object number. */
  readonly first: number;
}

/** Where things go, or why this document cannot be signed. */
function planUpdate(document: PdfDocument, wish: SignatureWish): Plan | string {
  const form = dictIn(document, catalogOf(document), 'AcroForm');
  if (form?.entries.has('XFA') === true) return 'XFA';
  if (isLocked(document)) return 'certified, no changes allowed';
  const page = findPage(document, wish.seal?.placement.page ?? 0);
  if (page === null) return 'no such page';
  const rectangle = wish.seal === null ? null : rectangleOn(page, wish.seal.placement);
  if (wish.seal !== null && rectangle === null) return 'outside the page';
  const size = document.entry(document.reference.trailer, 'Size');
  let first = typeof size === 'number' ? size : 1;
  for (const number of document.reference.places.keys()) first = Math.max(first, number + 1);
  return { page, rectangle, first };
}

function changedObjects(
  document: PdfDocument,
  page: PdfPage,
  first: number,
  wish: SignatureWish,
  rectangle: readonly number[] | null,
): readonly WrittenObject[] {
  const widget = first + 1;
  const catalog = catalogOf(document);
  const changed: WrittenObject[] = [
    write(
      widget,
      pdfDict({
        Type: pdfName('Annot'),
        Subtype: pdfName('Widget'),
        FT: pdfName('Sig'),
        T: pdfText(freeName(document)),
        V: pdfRef(first),
        P: pdfRef(page.number),
        F: PRINT_AND_LOCKED,
        Rect: pdfArray(...(rectangle ?? [0, 0, 0, 0])),
        AP: rectangle === null ? undefined : pdfDict({ N: pdfRef(first + 2) }),
      }),
    ),
  ];
  const extend = (
    holder: PdfDict,
    holderNumber: number,
    key: string,
    more: Readonly<Record<string, PdfValue>>,
  ): void => {
    const list = holder.entries.get(key);
    const items = document.resolve(list);
    const extended = pdfArray(...(isArray(items) ? items.items : []), pdfRef(widget));
    if (isRef(list) && isArray(items)) changed.push(write(list.number, extended));
    const entries = isRef(list) && isArray(items) ? more : { ...more, [key]: extended };
    if (Object.keys(entries).length > 0) changed.push(write(holderNumber, withEntries(holder, entries)));
  };
  extend(page.dict, page.number, 'Annots', {});
  const root = document.reference.trailer.entries.get('Root');
  if (!isRef(root)) return malformedPdf('no catalog');
  const formPlace = catalog.entries.get('AcroForm');
  const form = dictIn(document, catalog, 'AcroForm') ?? pdfDict({});
  const formNumber = isRef(formPlace) ? formPlace.number : first + 3;
  extend(form, formNumber, 'Fields', { SigFlags: SIGNED_APPEND_ONLY });
  if (!isRef(formPlace))
    changed.push(write(root.number, withEntries(catalog, { AcroForm: pdfRef(formNumber) })));
  return changed;
}

function write(number: number, value: PdfValue): WrittenObject {
  return { number, bytes: writeObject(number, value) };
}

function freeName(document: PdfDocument): string {
  const taken = new Set(signatureFields(document).map(({ name }) => name));
  let count = 1;
  while (taken.has(`Signature${count}`)) count++;
  return `Signature${count}`;
}

/** Lays everything out behind the original, then fills the byte range in. */
function assemble(
  document: PdfDocument,
  first: number,
  wish: SignatureWish,
  objects: readonly WrittenObject[],
): PreparedSignature {
  const { bytes } = document;
  const start = bytes.length;
  const valueDigits = wish.room * 2;
  const head = signatureHead(first, wish);
  const signature = joinBytes([head, new Uint8Array(valueDigits).fill(0x30), encodeUtf8('>>>\nendobj\n')]);
  const gap = encodeUtf8('\n');
  const placed: { number: number; offset: number }[] = [];
  const chunks: Uint8Array[] = [gap];
  let offset = start + gap.length;
  for (const { number, bytes: content } of [{ number: first, bytes: signature }, ...objects]) {
    placed.push({ number, offset });
    chunks.push(content);
    offset += content.length;
  }
  chunks.push(writeCrossReference(document.reference, placed, offset));
  const update = joinBytes(chunks);
  const valueAt = gap.length + head.length;
  const [gapStart, gapEnd] = [valueAt - 1, valueAt + valueDigits + 1];
  const range = `[0 ${start + gapStart} ${start + gapEnd} ${update.length - gapEnd}]`.padEnd(RANGE_LENGTH);
  update.set(encodeUtf8(range), gap.length + rangeOffset(head));
  return {
    update,
    parts: [bytes, update.subarray(0, gapStart), update.subarray(gapEnd)],
    valueAt,
    valueDigits,
  };
}

const RANGE_KEY = '/ByteRange ';

/** The dictionary up to the opening bracket of the value, which comes last. */
function signatureHead(number: number, wish: SignatureWish): Uint8Array {
  const entries = pdfDict({
    Type: pdfName('Sig'),
    Filter: pdfName(wish.filter),
    SubFilter: pdfName(wish.subFilter),
    Name: pdfText(wish.signerName),
    M: pdfDate(wish.signedAt),
    Reason: wish.reason === null ? undefined : pdfText(wish.reason),
  });
  const text = writeValue(entries).slice(0, -'>>'.length);
  return encodeUtf8(`${number} 0 obj\n${text} ${RANGE_KEY}${' '.repeat(RANGE_LENGTH)} /Contents <`);
}

function rangeOffset(head: Uint8Array): number {
  return head.length - ' /Contents <'.length - RANGE_LENGTH;
}

/** Writes the value into its room, in place. null: there is not enough of it. */
export function insertValue(prepared: PreparedSignature, value: Uint8Array): Uint8Array | null {
  if (value.length * 2 > prepared.valueDigits) return null;
  const digits = encodeUtf8(Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(''));
  prepared.update.set(digits, prepared.valueAt);
  return prepared.update;
}
