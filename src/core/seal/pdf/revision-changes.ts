// What was added to a PDF after a signature. A later revision may add signatures and validation data and nothing
// else: every object that existed must be the same, apart from the few entries that signing has to touch. This
// answers shadow attacks (prepared objects that a later revision switches on) as well as plain changes.

import { catalogOf, dictIn, itemsIn, type PdfDocument } from './pdf-document.ts';
import { signatureFields } from './signature-fields.ts';
import {
  isArray,
  isDict,
  isRef,
  isStream,
  malformedPdf,
  nameOf,
  type PdfDict,
  type PdfObject,
  type PdfValue,
} from './syntax.ts';
import { equalBytes } from '../../certificate/der.ts';

export interface RevisionChanges {
  /** Names of signature fields, and `DSS`. */
  readonly added: readonly string[];
  /** What no signing needs: `object 12 (Page)`. Empty: nothing else happened. */
  readonly forbidden: readonly string[];
}

const MAX_PAGES = 100_000;
const MAX_LISTED = 20;

/** Entries that signing changes, by the role of the object that holds them. */
const FREE_ENTRIES = {
  catalog: ['AcroForm', 'DSS', 'Extensions', 'Metadata', 'Version'],
  form: ['Fields', 'SigFlags', 'DR', 'DA'],
  page: ['Annots'],
  emptyField: ['V', 'AP', 'M', 'MK'],
  // The same object may be used for something else; these keys mean nothing there.
  information: ['Title', 'Author', 'Subject', 'Keywords', 'Creator', 'Producer', 'CreationDate', 'ModDate'],
  validation: ['Certs', 'CRLs', 'OCSPs', 'VRI'],
} as const;

type Role = keyof typeof FREE_ENTRIES | 'metadata' | 'widgets' | 'fields';

/** Both documents are the same file, the older one cut where its signature ends. May say `malformedPdf`. */
export function compareRevisions(older: PdfDocument, newer: PdfDocument): RevisionChanges {
  const forbidden: string[] = [];
  const forbid = (what: string): void => {
    if (forbidden.length < MAX_LISTED) forbidden.push(what);
  };
  const before = rootOf(older);
  if (before !== rootOf(newer)) forbid('another catalog');
  const isNew = (number: number): boolean => (older.reference.places.get(number)?.kind ?? 'free') === 'free';
  const references = referencesIn(older);
  const roles = rolesIn(older, references);
  const signed = newlySigned();
  const fresh = new Set<number>();

  for (const [number, place] of newer.reference.places) {
    if (place.kind === 'free') continue;
    if (isNew(number)) fresh.add(number);
    else if (!isSamePlace(older, newer, number)) {
      const [old, now] = [older.object(number), newer.object(number)];
      const role = roles.get(number);
      if (!isSame(older, old, newer, now) && !isAllowed(role, old, now)) forbid(describe(number, old));
    }
  }
  for (const [number, place] of older.reference.places) {
    const isGone = place.kind !== 'free' && (newer.reference.places.get(number)?.kind ?? 'free') === 'free';
    if (isGone) forbid(`object ${number} deleted`);
  }
  for (const number of fresh) if (references.all.has(number)) forbid(`object ${number} filled in`);

  return { added: addedNames(older, newer), forbidden };

  function isAllowed(role: Role | undefined, old: PdfObject, now: PdfObject): boolean {
    if (role === 'metadata') return isStream(old) && isStream(now);
    if (role === 'widgets' || role === 'fields') return isExtended(old, now, role);
    if (role === undefined || !isDict(old) || !isDict(now)) return false;
    if (role === 'emptyField' && !isNewSignature(now.entries.get('V'))) return false;
    const free: readonly string[] = FREE_ENTRIES[role];
    const keys = new Set([...old.entries.keys(), ...now.entries.keys()]);
    for (const key of keys) {
      const [left, right] = [old.entries.get(key) ?? null, now.entries.get(key) ?? null];
      if (isSame(older, left, newer, right)) continue;
      if (!free.includes(key) || !isAllowedEntry(role, key, left, right)) return false;
    }
    return true;
  }

  /** A direct value replaced by a reference, or the other way round, is judged by what it stands for. */
  function isAllowedEntry(role: Role, key: string, left: PdfValue, right: PdfValue): boolean {
    const [old, now] = [older.resolve(left), newer.resolve(right)];
    if (role === 'catalog' && key === 'AcroForm')
      return isDict(now) && isAllowed('form', old ?? { type: 'dict', entries: new Map() }, now);
    if (role === 'page') return isExtended(old ?? { type: 'array', items: [] }, now, 'widgets');
    if (role === 'form' && key === 'Fields')
      return isExtended(old ?? { type: 'array', items: [] }, now, 'fields');
    // Resources of existing fields decide how these look.
    if (role === 'form' && key !== 'SigFlags') return old === null;
    return true;
  }

  /** All old items in their order, and new ones that are new signature fields. */
  function isExtended(old: PdfObject, now: PdfObject, kind: 'widgets' | 'fields'): boolean {
    if (!isArray(old) || !isArray(now) || now.items.length < old.items.length) return false;
    const [kept, added] = [now.items.slice(0, old.items.length), now.items.slice(old.items.length)];
    return (
      kept.every((item, index) => isSame(older, old.items[index] ?? null, newer, item)) &&
      added.every((item) => isRef(item) && isNew(item.number) && isSignature(item.number, kind))
    );
  }

  /** A field that is signed anew, or a widget of one: it is verified itself, so it cannot hide anything. */
  function isSignature(number: number, kind: 'widgets' | 'fields'): boolean {
    const value = newer.object(number);
    if (!isDict(value)) return false;
    const parent = value.entries.get('Parent');
    const isSigned = signed.has(number) || (isRef(parent) && signed.has(parent.number));
    return isSigned && (kind === 'fields' || nameOf(newer.entry(value, 'Subtype')) === 'Widget');
  }

  /** Numbers of fields in the form whose signature did not exist before. */
  function newlySigned(): ReadonlySet<number> {
    const fields = signatureFields(newer).filter(({ dict }) => isNewSignature(dict.entries.get('V')));
    return new Set(fields.flatMap(({ number }) => (number === null ? [] : [number])));
  }

  function isNewSignature(value: PdfValue | undefined): boolean {
    return isRef(value) ? isNew(value.number) : isDict(value);
  }
}

function rootOf({ reference }: PdfDocument): number | null {
  const root = reference.trailer.entries.get('Root');
  return isRef(root) ? root.number : null;
}

function isSamePlace(older: PdfDocument, newer: PdfDocument, number: number): boolean {
  const [old, now] = [older.reference.places.get(number), newer.reference.places.get(number)];
  if (old?.kind === 'offset') return now?.kind === 'offset' && now.offset === old.offset;
  // A packed object is where it was only when its container is.
  return (
    old?.kind === 'packed' &&
    now?.kind === 'packed' &&
    now.container === old.container &&
    now.index === old.index &&
    isSamePlace(older, newer, old.container)
  );
}

/** Which existing objects may change, and how. */
function rolesIn(document: PdfDocument, references: References): ReadonlyMap<number, Role> {
  const roles = new Map<number, Role>();
  const mark = (value: PdfValue | undefined, role: Role): void => {
    if (isRef(value) && !roles.has(value.number)) roles.set(value.number, role);
  };
  const { trailer } = document.reference;
  mark(trailer.entries.get('Root'), 'catalog');
  mark(trailer.entries.get('Info'), 'information');
  const catalog = catalogOf(document);
  const metadata = catalog.entries.get('Metadata');
  if (isRef(metadata) && !references.besidesMetadata.has(metadata.number)) mark(metadata, 'metadata');
  mark(catalog.entries.get('DSS'), 'validation');
  mark(catalog.entries.get('AcroForm'), 'form');
  const form = dictIn(document, catalog, 'AcroForm');
  mark(form?.entries.get('Fields'), 'fields');
  for (const { number, signature } of signatureFields(document))
    if (number !== null && signature === null) roles.set(number, 'emptyField');
  let left = MAX_PAGES;
  const visited = new Set<number>();
  const walk = (value: PdfValue, depth: number): void => {
    if (--left < 0 || depth > 64) malformedPdf('too many pages');
    if (isRef(value)) {
      if (visited.has(value.number)) return;
      visited.add(value.number);
    }
    const node = document.resolve(value);
    if (!isDict(node)) return;
    const kids = itemsIn(document, node, 'Kids');
    for (const kid of kids) walk(kid, depth + 1);
    if (nameOf(document.entry(node, 'Type')) === 'Pages') return;
    mark(value, 'page');
    mark(node.entries.get('Annots'), 'widgets');
  };
  walk(catalog.entries.get('Pages') ?? null, 0);
  return roles;
}

function isSame(older: PdfDocument, a: PdfObject, newer: PdfDocument, b: PdfObject): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a.type === 'stream' && b.type === 'stream')
    return isSame(older, a.dict, newer, b.dict) && equalBytes(older.streamBytes(a), newer.streamBytes(b));
  if (a.type === 'ref' && b.type === 'ref') return a.number === b.number && a.generation === b.generation;
  if (a.type === 'name' && b.type === 'name') return a.name === b.name;
  if (a.type === 'string' && b.type === 'string') return equalBytes(a.bytes, b.bytes);
  if (a.type === 'array' && b.type === 'array')
    return (
      a.items.length === b.items.length &&
      a.items.every((item, index) => isSame(older, item, newer, b.items[index] ?? null))
    );
  if (a.type !== 'dict' || b.type !== 'dict') return false;
  return (
    a.entries.size === b.entries.size &&
    [...a.entries].every(
      ([key, value]) => b.entries.has(key) && isSame(older, value, newer, b.entries.get(key) ?? null),
    )
  );
}

function describe(number: number, object: PdfObject): string {
  const dict: PdfDict | null = isStream(object) ? object.dict : isDict(object) ? object : null;
  const type = dict === null ? null : nameOf(dict.entries.get('Type') ?? dict.entries.get('Subtype'));
  return type === null ? `object ${number}` : `object ${number} (${type.slice(0, 40)})`;
}

function addedNames(older: PdfDocument, newer: PdfDocument): readonly string[] {
  const signed = new Set(
    signatureFields(older).flatMap(({ name, signature }) => (signature === null ? [] : [name])),
  );
  const names = signatureFields(newer)
    .filter(({ name, signature }) => signature !== null && !signed.has(name))
    .map(({ name }) => name);
  const hasData = catalogOf(newer).entries.has('DSS') && !catalogOf(older).entries.has('DSS');
  return hasData ? [...names, 'DSS'] : names;
}

interface References {
  /** Every object number that some object or the trailer refers to. */
  readonly all: ReadonlySet<number>;
  /** Those that something else than a /Metadata entry refers to. */
  readonly besidesMetadata: ReadonlySet<number>;
}

/** Reads every object there is: text alone does not show a reference with a comment inside. */
function referencesIn(document: PdfDocument): References {
  const [all, besidesMetadata] = [new Set<number>(), new Set<number>()];
  const collect = (value: PdfObject, key: string): void => {
    if (value === null || typeof value !== 'object') return;
    if (value.type === 'ref') {
      all.add(value.number);
      if (key !== 'Metadata') besidesMetadata.add(value.number);
    }
    if (value.type === 'array') for (const item of value.items) collect(item, '');
    if (value.type === 'stream') collect(value.dict, '');
    if (value.type === 'dict') for (const [name, item] of value.entries) collect(item, name);
  };
  collect(document.reference.trailer, '');
  for (const number of document.reference.places.keys()) collect(document.object(number), '');
  return { all, besidesMetadata };
}
