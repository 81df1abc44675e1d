// Name of X.501 as a schema. The library's own AttributeValue guesses at string types and loses the bytes; CAs put
// UTF-8 into all of them, so values stay as they are and text.ts reads them.

import { AsnArray, AsnType, AsnTypeTypes } from '@peculiar/asn1-schema';
import { ANY, declareFields, IDENTIFIER } from './schema.ts';

export class AttributeSchema {
  type = '';
  /** DER */
  value = new Uint8Array(0);
}
declareFields(AttributeSchema, { type: IDENTIFIER, value: ANY });

export class RelativeNameSchema extends AsnArray<AttributeSchema> {}
AsnType({ type: AsnTypeTypes.Set, itemType: AttributeSchema })(RelativeNameSchema);

export class NameSchema extends AsnArray<RelativeNameSchema> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: RelativeNameSchema })(NameSchema);
