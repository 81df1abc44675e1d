// TBSCertList (RFC 5280 §5.1). The library's own takes the list of revoked certificates for nextUpdate where that is
// missing and drops it without a word, so the optional time is two fields of its types here.

import {
  AsnArray,
  AsnIntegerArrayBufferConverter,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
} from '@peculiar/asn1-schema';
import { AlgorithmSchema, ExtensionsSchema } from './part-schema.ts';
import { ANY, declareFields } from './schema.ts';

const EMPTY = new Uint8Array(0);

export class RevokedSchema {
  /** Content of the INTEGER. */
  userCertificate = new ArrayBuffer(0);
  revocationDate = EMPTY;
  declare crlEntryExtensions?: ExtensionsSchema;
}
declareFields(RevokedSchema, {
  userCertificate: { type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter },
  revocationDate: ANY,
  crlEntryExtensions: { type: ExtensionsSchema, optional: true },
});

export class RevokedListSchema extends AsnArray<RevokedSchema> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: RevokedSchema })(RevokedListSchema);

export class TbsCertListSchema {
  declare version?: number | string;
  signature = new AlgorithmSchema();
  declare signatureRaw?: Uint8Array;
  issuer = EMPTY;
  thisUpdate = EMPTY;
  declare nextUpdateUtc?: Uint8Array;
  declare nextUpdateGeneral?: Uint8Array;
  declare revokedCertificates?: RevokedListSchema;
  declare crlExtensions?: ExtensionsSchema;
}
declareFields(TbsCertListSchema, {
  version: { type: AsnPropTypes.Integer, optional: true },
  signature: { type: AlgorithmSchema, raw: true },
  issuer: ANY,
  thisUpdate: ANY,
  nextUpdateUtc: { ...ANY, type: AsnPropTypes.UTCTime, optional: true },
  nextUpdateGeneral: { ...ANY, type: AsnPropTypes.GeneralizedTime, optional: true },
  revokedCertificates: { type: RevokedListSchema, optional: true },
  crlExtensions: { type: ExtensionsSchema, context: 0, optional: true },
});
