// Making seals and seal signatures of GB/T 38540-2020 (version 4): the rehearsal CA makes seals, the self-test
// signs with them. Older and newer versions are read only.

import { bitString, encode, octetString, sequence, smallInteger, TAG } from '../certificate/der.ts';
import { encodeUtf8 } from '../certificate/text.ts';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { signingMethodOf, type DocumentSigner } from './document-signer.ts';

const VERSION = smallInteger(4);
const CERTIFICATES = smallInteger(1);
const DIGESTS = smallInteger(2);

export interface SealFields {
  /** Maker's mark, ASCII. */
  readonly vendor: string;
  /** Unique with the maker, ASCII. */
  readonly id: string;
  /** 1 organisation, 2 person. */
  readonly type: number;
  readonly name: string;
  /** DER certificates, or their SM3 digests. */
  readonly signers:
    | { readonly kind: 'certificates'; readonly certificates: readonly Uint8Array[] }
    | { readonly kind: 'digests'; readonly digests: readonly Uint8Array[] };
  /** Epoch milliseconds; whole seconds are written. */
  readonly created: number;
  readonly validFrom: number;
  readonly validTo: number;
  /** `type` as written, for example `png`; size in whole millimetres. */
  readonly picture: {
    readonly type: string;
    readonly data: Uint8Array;
    readonly width: number;
    readonly height: number;
  };
}

type Unsupported = AppError<'certificate.algorithmUnsupported'>;

/** SESeal, DER. The maker signs SealInfo alone, as products do. */
export async function buildSeal<E>(
  fields: SealFields,
  maker: DocumentSigner<E>,
): Promise<Result<Uint8Array, E | Unsupported>> {
  const method = signingMethodOf(maker.certificate);
  if (method === null) return unsupported(maker);
  const info = sequence(
    sequence(ia5('ES'), VERSION, ia5(fields.vendor)),
    ia5(fields.id),
    sequence(
      smallInteger(fields.type),
      encode(TAG.utf8String, encodeUtf8(fields.name)),
      ...signerList(fields.signers),
      ...[fields.created, fields.validFrom, fields.validTo].map(generalizedTime),
    ),
    sequence(
      ia5(fields.picture.type),
      octetString(fields.picture.data),
      smallInteger(fields.picture.width),
      smallInteger(fields.picture.height),
    ),
  );
  const signed = await maker.sign(info);
  if (!signed.ok) return signed;
  return ok(sequence(info, octetString(maker.certificate.der), method.oid, bitString(signed.value)));
}

function signerList(signers: SealFields['signers']): readonly Uint8Array[] {
  if (signers.kind === 'certificates')
    return [CERTIFICATES, sequence(...signers.certificates.map(octetString))];
  const entries = signers.digests.map((value) =>
    sequence(encode(TAG.printableString, encodeUtf8('SM3')), octetString(value)),
  );
  return [DIGESTS, sequence(...entries)];
}

export interface SealSignatureFields {
  /** SESeal, DER: goes in as it is. */
  readonly seal: Uint8Array;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly dataHash: Uint8Array;
  /** ASCII: the path of what is signed. */
  readonly propertyInfo: string;
}

/** SES_Signature, DER. Whether the seal may be used is asked before (`checkSealUse`). */
export async function buildSealSignature<E>(
  fields: SealSignatureFields,
  signer: DocumentSigner<E>,
): Promise<Result<Uint8Array, E | Unsupported>> {
  const method = signingMethodOf(signer.certificate);
  if (method === null) return unsupported(signer);
  const signed = sequence(
    VERSION,
    fields.seal,
    generalizedTime(fields.time),
    bitString(fields.dataHash),
    ia5(fields.propertyInfo),
  );
  const value = await signer.sign(signed);
  if (!value.ok) return value;
  return ok(sequence(signed, octetString(signer.certificate.der), method.oid, bitString(value.value)));
}

function unsupported<E>({ certificate }: DocumentSigner<E>) {
  const algorithm = certificate.algorithm ?? certificate.signatureOid;
  return err({ code: 'certificate.algorithmUnsupported' as const, algorithm });
}

function ia5(text: string): Uint8Array {
  return encode(TAG.ia5String, encodeUtf8(text));
}

function generalizedTime(time: number): Uint8Array {
  const digits = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '');
  return encode(TAG.generalizedTime, encodeUtf8(digits));
}
