// The door to @peculiar/asn1-schema. What it parses has passed the framing check first (size, depth, number of
// elements, strict DER), because the library takes BER and stops early on rubbish; whatever it throws becomes
// `malformed`. Where original bytes count, a field is of the kind ANY and keeps them.

import { AsnAnyConverter, AsnConvert, AsnProp, AsnPropTypes } from '@peculiar/asn1-schema';
import { expectTag, malformed, MAX_DEPTH, oid, readOid, TAG, wholeElement, type DerElement } from './der.ts';

/** Elements of one parse. The largest certificates have a few hundred; the library takes 0.1 ms for some of them. */
const MAX_NODES = 4_096;
const LIMITS = { maxDepth: MAX_DEPTH + 1, maxNodes: MAX_NODES + 1, parseEmbedded: false };
const MAX_REASON = 160;

/** Throws DerError like every reader of this folder. */
export function parseSchema<T>(
  der: Uint8Array,
  maxBytes: number,
  schema: new () => T,
  tag: number = TAG.sequence,
): T {
  expectTag(wholeElement(der, maxBytes, MAX_NODES), tag, schema.name);
  return parseChecked(der, schema);
}

/** For bytes whose framing has been checked already. */
export function parseChecked<T>(der: Uint8Array, schema: new () => T): T {
  try {
    return AsnConvert.parse(der, schema, { berOptions: LIMITS });
  } catch (error) {
    return malformed(error instanceof Error ? error.message.slice(0, MAX_REASON) : 'not of this form');
  }
}

export function serialise(value: object): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(value));
}

type Field = Parameters<typeof AsnProp>[0];

/** Declares the fields of a schema class in their order. */
export function declareFields(
  schema: { readonly prototype: object },
  fields: Readonly<Record<string, Field>>,
): void {
  for (const [name, field] of Object.entries(fields)) AsnProp(field)(schema.prototype, name);
}

const verbatim: NonNullable<Field['converter']> = {
  fromASN: (value) => new Uint8Array(value.valueBeforeDecodeView),
  toASN: (bytes) => AsnAnyConverter.toASN(bytes as ArrayBuffer),
};

/** Anything; its value is a Uint8Array with tag and length, as it was. */
export const ANY = { type: AsnPropTypes.Any, converter: verbatim } as const;

/** OBJECT IDENTIFIER as dotted text: the library writes long arcs in hex and takes forms that are not the shortest. */
export const IDENTIFIER: Field = {
  type: AsnPropTypes.ObjectIdentifier,
  converter: {
    fromASN: (value) => readOid(elementOf(new Uint8Array(value.valueBeforeDecodeView))),
    toASN: (dotted) => AsnAnyConverter.toASN(new Uint8Array(oid(String(dotted))).buffer),
  },
};

/** An element out of bytes that a schema has kept. */
export function elementOf(bytes: Uint8Array): DerElement {
  return wholeElement(bytes, bytes.length);
}
