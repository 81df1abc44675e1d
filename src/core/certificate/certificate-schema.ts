// Certificate (RFC 5280 §4.1) with ANY where original bytes count: names, key, times and what is signed. The
// library's Certificate writes names anew and takes a time that does not exist for another one.

import { AsnIntegerArrayBufferConverter, AsnPropTypes, BitString } from '@peculiar/asn1-schema';
import { AlgorithmSchema, ExtensionsSchema } from './part-schema.ts';
import { ANY, declareFields } from './schema.ts';

const EMPTY = new Uint8Array(0);

export class ValiditySchema {
  notBefore = EMPTY;
  notAfter = EMPTY;
}
declareFields(ValiditySchema, { notBefore: ANY, notAfter: ANY });

export class TbsCertificateSchema {
  /** 0 to 2; text where it is out of any range. */
  version: number | string = 0;
  /** Content of the INTEGER. */
  serialNumber = new ArrayBuffer(0);
  signature = new AlgorithmSchema();
  declare signatureRaw?: Uint8Array;
  issuer = EMPTY;
  validity = new ValiditySchema();
  subject = EMPTY;
  subjectPublicKeyInfo = EMPTY;
  declare issuerUniqueID?: ArrayBuffer;
  declare subjectUniqueID?: ArrayBuffer;
  declare extensions?: ExtensionsSchema;
}
declareFields(TbsCertificateSchema, {
  version: { type: AsnPropTypes.Integer, context: 0, defaultValue: 0 },
  serialNumber: { type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter },
  signature: { type: AlgorithmSchema, raw: true },
  issuer: ANY,
  validity: { type: ValiditySchema },
  subject: ANY,
  subjectPublicKeyInfo: ANY,
  issuerUniqueID: { type: AsnPropTypes.BitString, context: 1, implicit: true, optional: true },
  subjectUniqueID: { type: AsnPropTypes.BitString, context: 2, implicit: true, optional: true },
  extensions: { type: ExtensionsSchema, context: 3, optional: true },
});

export class CertificateSchema {
  tbsCertificate = new TbsCertificateSchema();
  declare tbsCertificateRaw?: Uint8Array;
  signatureAlgorithm = new AlgorithmSchema();
  declare signatureAlgorithmRaw?: Uint8Array;
  signatureValue = new BitString();
}
declareFields(CertificateSchema, {
  tbsCertificate: { type: TbsCertificateSchema, raw: true },
  signatureAlgorithm: { type: AlgorithmSchema, raw: true },
  signatureValue: { type: BitString },
});
