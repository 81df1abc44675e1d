// Distinguished names (X.501): original bytes kept, text for people beside them, comparison as RFC 5280 §7.1
// asks in its basic form: string types do not matter, nor case, nor white space at the ends and in runs.

import { bytesToHex } from '@noble/hashes/utils.js';
import { attempt, encode, oid, sequence, setOf, TAG } from './der.ts';
import { NameSchema, type AttributeSchema } from './name-schema.ts';
import { elementOf, parseSchema } from './schema.ts';
import { decodeString, encodeUtf8 } from './text.ts';

export interface NameAttribute {
  /** Dotted object identifier. */
  readonly type: string;
  /** Text; `#` and hex of the DER for values that are no string. */
  readonly value: string;
}

export interface DistinguishedName {
  /** Original bytes. */
  readonly der: Uint8Array;
  /** Like RFC 4514, but in the order of the certificate: `C=CN, O=某公司, CN=张三`. */
  readonly display: string;
  /** Last of its kind; null when absent. */
  readonly commonName: string | null;
  readonly organisation: string | null;
  readonly organisationalUnit: string | null;
  /** In the order of the certificate. */
  readonly attributes: readonly NameAttribute[];
  /** What `isSameName` compares. */
  readonly comparable: string;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'T',
  '2.5.4.42': 'GN',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'E',
};

const MAX_NAME_BYTES = 16_384;

/** Reads a DER Name; for use inside a reading, because it throws DerError. */
export function nameOf(der: Uint8Array): DistinguishedName {
  const groups = attributeGroups(der);
  const attributes = groups.flat().map(({ type, value }) => ({ type, value }));
  const lastOf = (type: string) => attributes.findLast((attribute) => attribute.type === type)?.value ?? null;
  return {
    der,
    display: groups.map((group) => group.map(displayAttribute).join(' + ')).join(', '),
    commonName: lastOf('2.5.4.3'),
    organisation: lastOf('2.5.4.10'),
    organisationalUnit: lastOf('2.5.4.11'),
    attributes,
    comparable: comparableForm(groups),
  };
}

/** null when the bytes are no DER Name. */
export function parseName(der: Uint8Array): DistinguishedName | null {
  const reading = attempt(() => nameOf(der));
  return reading.ok ? reading.value : null;
}

interface ParsedAttribute extends NameAttribute {
  readonly isText: boolean;
}

function attributeGroups(name: Uint8Array): ParsedAttribute[][] {
  return Array.from(parseSchema(name, MAX_NAME_BYTES, NameSchema), (group) =>
    Array.from(group, readAttribute),
  );
}

function readAttribute({ type, value }: AttributeSchema): ParsedAttribute {
  const { tag, content } = elementOf(value);
  const text = decodeString(tag, content);
  return { type, value: text ?? `#${bytesToHex(value)}`, isText: text !== null };
}

function displayAttribute({ type, value, isText }: ParsedAttribute): string {
  const escaped = isText ? value.replace(/[,+"\\<>;]/g, '\\$&').replace(/^[ #]|(?<=.) $/g, '\\$&') : value;
  return `${SHORT_NAMES[type] ?? type}=${escaped}`;
}

/** Whether two names mean the same (RFC 5280 §7.1). */
export function isSameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return a.comparable === b.comparable;
}

function comparableForm(groups: readonly (readonly ParsedAttribute[])[]): string {
  return JSON.stringify(
    groups.map((group) =>
      group.map(({ type, value, isText }) => [type, isText ? foldText(value) : value].join('=')).toSorted(),
    ),
  );
}

function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
}

/** What a subject is made of where we write one ourselves; order C, ST, L, O, OU, serialNumber, CN. */
export interface SubjectFields {
  /** Two letters. */
  readonly country?: string;
  readonly province?: string;
  readonly locality?: string;
  readonly organisation?: string;
  readonly organisationalUnit?: string;
  readonly serialNumber?: string;
  readonly commonName: string;
}

/** DER Name from fields: UTF8String, country as PrintableString. */
export function subjectOf(fields: SubjectFields): Uint8Array {
  const ordered = [
    ['2.5.4.6', fields.country],
    ['2.5.4.8', fields.province],
    ['2.5.4.7', fields.locality],
    ['2.5.4.10', fields.organisation],
    ['2.5.4.11', fields.organisationalUnit],
    ['2.5.4.5', fields.serialNumber],
    ['2.5.4.3', fields.commonName],
  ] as const;
  return sequence(
    ...ordered.flatMap(([type, value]) => {
      if (value === undefined) return [];
      const tag = type === '2.5.4.6' || type === '2.5.4.5' ? TAG.printableString : TAG.utf8String;
      return [setOf(sequence(oid(type), encode(tag, encodeUtf8(value))))];
    }),
  );
}
