// Parts that certificates, requests and revocation lists share: the library's classes with exact object identifiers
// (see IDENTIFIER), and the extensions that are read.

import {
  AsnArray,
  AsnIntegerArrayBufferConverter,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
  BitString,
  OctetString,
} from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, Extension, PolicyInformation } from '@peculiar/asn1-x509';
import { ANY, declareFields, IDENTIFIER } from './schema.ts';

export class AlgorithmSchema extends AlgorithmIdentifier {}
declareFields(AlgorithmSchema, { algorithm: IDENTIFIER });

export class PublicKeySchema {
  algorithm = new AlgorithmSchema();
  subjectPublicKey = new BitString();
}
declareFields(PublicKeySchema, {
  algorithm: { type: AlgorithmSchema },
  subjectPublicKey: { type: BitString },
});

/** RSAPublicKey (RFC 8017 §A.1.1); contents of the INTEGERs. `@peculiar/asn1-rsa` computes a lot when it loads. */
export class RsaPublicKeySchema {
  modulus = new ArrayBuffer(0);
  publicExponent = new ArrayBuffer(0);
}
declareFields(RsaPublicKeySchema, {
  modulus: { type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter },
  publicExponent: { type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter },
});

export class ExtensionSchema extends Extension {}
declareFields(ExtensionSchema, { extnID: IDENTIFIER });

export class ExtensionsSchema extends AsnArray<ExtensionSchema> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: ExtensionSchema })(ExtensionsSchema);

/** ExtKeyUsageSyntax; each identifier as DER. */
export class IdentifiersSchema extends AsnArray<ArrayBuffer | null> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: AsnPropTypes.Any })(IdentifiersSchema);

export class PolicySchema extends PolicyInformation {}
declareFields(PolicySchema, { policyIdentifier: IDENTIFIER });

export class PoliciesSchema extends AsnArray<PolicySchema> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: PolicySchema })(PoliciesSchema);

/** AuthorityKeyIdentifier (RFC 5280 §4.2.1.1): the issuer's name inside is not looked at, and often odd. */
export class AuthorityKeySchema {
  declare keyIdentifier?: OctetString;
  declare issuer?: unknown;
  declare serialNumber?: unknown;
}
declareFields(AuthorityKeySchema, {
  keyIdentifier: { type: OctetString, context: 0, implicit: true, optional: true },
  issuer: { ...ANY, context: 1, implicit: true, optional: true, repeated: 'sequence' },
  serialNumber: { ...ANY, type: AsnPropTypes.Integer, context: 2, implicit: true, optional: true },
});
