// The parts of an OFD that matter for signatures (GB/T 33190-2016 §18), with what products write differently:
// paths with and without a leading slash, relative to the file or to the root, provider as elements, several
// spellings of the value file.

import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { readTimeText, type SealTime } from '../seal-time.ts';
import { childNamed, childrenNamed, readXml, type XmlNode } from './xml.ts';
import { openZip, type ZipArchive } from './zip.ts';

export type OfdError = AppError<'document.unreadable' | 'document.tooLarge' | 'document.unsigned'>;

export interface OfdStamp {
  /** Object number of the page. */
  readonly page: string;
  /** x, y, width, height in millimetres. */
  readonly boundary: readonly number[];
  /** Visible part in the same form: one strip of a 骑缝章. null: all of it. */
  readonly clip: readonly number[] | null;
}

export interface OfdReference {
  /** As written. */
  readonly path: string;
  /** Entry of the package; null: there is none. */
  readonly entry: string | null;
  /** Base64 as written. */
  readonly checkValue: string;
}

export interface OfdSignature {
  readonly id: string;
  /** Entry names, without a leading slash. */
  readonly file: string;
  readonly valueFile: string | null;
  readonly sealFile: string | null;
  readonly listFile: string;
  /** Bytes of Signature.xml. */
  readonly content: Uint8Array;
  /** As written; null: absent, which means MD5 in the standard. */
  readonly checkMethod: string | null;
  readonly references: readonly OfdReference[];
  readonly stamps: readonly OfdStamp[];
  readonly time: SealTime | null;
  /** Object identifier as written. */
  readonly method: string;
}

export interface OfdPackage {
  readonly zip: ZipArchive;
  /** In the order of their lists. */
  readonly signatures: readonly OfdSignature[];
}

const MAX_SIGNATURES = 256;
const MAX_REFERENCES = 20_000;
const MAX_STAMPS = 10_000;
export const OFD_ENTRY = 'OFD.xml';

function unreadable(reason: string) {
  return err<OfdError>({ code: 'document.unreadable', reason });
}

export function readOfd(bytes: Uint8Array): Result<OfdPackage, OfdError> {
  const zip = openZip(bytes);
  if (!zip.ok) return zip;
  const root = readPart(zip.value, OFD_ENTRY);
  if (!root.ok) return root;
  const signatures: OfdSignature[] = [];
  for (const body of childrenNamed(root.value, 'DocBody')) {
    const place = childNamed(body, 'Signatures')?.text;
    if (place === undefined || place === '') continue;
    const listFile = resolvePath(zip.value, OFD_ENTRY, place);
    if (listFile === null) return unreadable(`no ${place.slice(0, 200)}`);
    const list = readPart(zip.value, listFile);
    if (!list.ok) return list;
    for (const entry of childrenNamed(list.value, 'Signature')) {
      const signature = readSignature(zip.value, listFile, entry);
      if (!signature.ok) return signature;
      signatures.push(signature.value);
      if (signatures.length > MAX_SIGNATURES) return unreadable('too many signatures');
    }
  }
  return signatures.length === 0 ? err({ code: 'document.unsigned' }) : ok({ zip: zip.value, signatures });
}

function readPart(zip: ZipArchive, name: string): Result<XmlNode, OfdError> {
  const content = zip.read(name);
  if (!content.ok) return content;
  const node = readXml(content.value);
  return node === null ? unreadable(`${name} is no XML that is read here`) : ok(node);
}

function readSignature(zip: ZipArchive, listFile: string, entry: XmlNode): Result<OfdSignature, OfdError> {
  const place = entry.attributes['BaseLoc'] ?? childNamed(entry, 'BaseLoc')?.text ?? '';
  const file = resolvePath(zip, listFile, place);
  if (file === null) return unreadable(`no ${place.slice(0, 200)}`);
  const content = zip.read(file);
  if (!content.ok) return content;
  const root = readPart(zip, file);
  if (!root.ok) return root;
  const info = childNamed(root.value, 'SignedInfo');
  const references = childNamed(info, 'References');
  const listed = childrenNamed(references, 'Reference');
  const stamps = childrenNamed(info, 'StampAnnot');
  if (listed.length > MAX_REFERENCES || stamps.length > MAX_STAMPS) return unreadable('too many references');
  const sealPlace = childNamed(childNamed(info, 'Seal'), 'BaseLoc')?.text;
  return ok({
    id: entry.attributes['ID'] ?? '',
    file,
    listFile,
    content: content.value,
    valueFile: valueFile(zip, file, childNamed(root.value, 'SignedValue')?.text),
    sealFile: sealPlace === undefined ? null : resolvePath(zip, file, sealPlace),
    checkMethod: references?.attributes['CheckMethod'] ?? null,
    references: listed.map((node) => readReference(zip, file, node)),
    stamps: stamps.map(readStamp),
    time: readTimeText(childNamed(info, 'SignatureDateTime')?.text ?? ''),
    method: childNamed(info, 'SignatureMethod')?.text ?? '',
  });
}

function valueFile(zip: ZipArchive, file: string, place: string | undefined): string | null {
  const places = [...(place === undefined ? [] : [place]), 'SignedValue.dat', 'SignValue.dat'];
  return places.map((each) => resolvePath(zip, file, each)).find((each) => each !== null) ?? null;
}

function readReference(zip: ZipArchive, file: string, node: XmlNode): OfdReference {
  const path = node.attributes['FileRef'] ?? '';
  const checkValue = childNamed(node, 'CheckValue')?.text ?? node.attributes['CheckValue'] ?? '';
  return { path, entry: resolvePath(zip, file, path), checkValue };
}

function readStamp({ attributes }: XmlNode): OfdStamp {
  const box = (text: string) => text.trim().split(/\s+/).slice(0, 4).map(Number);
  const clip = attributes['Clip'];
  return {
    page: attributes['PageRef'] ?? '',
    boundary: box(attributes['Boundary'] ?? ''),
    clip: clip === undefined ? null : box(clip),
  };
}

/**
 * Entry that `place` in file `from` means: absolute, relative to the file, or (products do) to the root. null:
 * there is none, or the path leaves the package.
 */
export function resolvePath(zip: ZipArchive, from: string, place: string): string | null {
  if (place === '' || place.includes('\\')) return null;
  const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/')) : '';
  const candidates = place.startsWith('/') ? [place] : [`${folder}/${place}`, place];
  return candidates.map(normalise).find((name) => name !== null && zip.has(name)) ?? null;
}

function normalise(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
