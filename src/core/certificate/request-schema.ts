// CertificationRequest (RFC 2986) with ANY where original bytes count. Attributes are ANY as well: CFCA's client
// writes some whose values are no SET, which the library's CertificationRequest refuses.

import { AsnArray, AsnPropTypes, AsnType, AsnTypeTypes, BitString } from '@peculiar/asn1-schema';
import { AlgorithmSchema } from './part-schema.ts';
import { ANY, declareFields } from './schema.ts';

const EMPTY = new Uint8Array(0);

/** Each as DER. */
export class AttributesSchema extends AsnArray<ArrayBuffer | null> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: AsnPropTypes.Any })(AttributesSchema);

export class RequestInfoSchema {
  version: number | string = 0;
  subject = EMPTY;
  subjectPKInfo = EMPTY;
  declare attributes?: AttributesSchema;
}
declareFields(RequestInfoSchema, {
  version: { type: AsnPropTypes.Integer },
  subject: ANY,
  subjectPKInfo: ANY,
  attributes: { type: AttributesSchema, implicit: true, context: 0, optional: true },
});

export class RequestSchema {
  certificationRequestInfo = new RequestInfoSchema();
  declare certificationRequestInfoRaw?: Uint8Array;
  signatureAlgorithm = new AlgorithmSchema();
  signature = new BitString();
}
declareFields(RequestSchema, {
  certificationRequestInfo: { type: RequestInfoSchema, raw: true },
  signatureAlgorithm: { type: AlgorithmSchema },
  signature: { type: BitString },
});
