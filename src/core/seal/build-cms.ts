// Detached CMS signatures for documents: RSA and EC with the usual identifiers (RFC 5652, PAdES baseline B: ETSI
// EN 319 142-1), SM2 with those of GM/T 0010.

import {
  derNull,
  encode,
  encodeParts,
  octetString,
  oid,
  sequence,
  setOf,
  smallInteger,
  TAG,
  unsignedInteger,
} from '../certificate/der.ts';
import { hexToBytes } from '@noble/hashes/utils.js';
import { encodeTime } from '../certificate/time.ts';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { signingMethodOf, type DocumentSigner, type SigningMethod } from './document-signer.ts';
import { CMS_ATTRIBUTE } from './signed-attributes.ts';
import type { Digest } from './verification.ts';

interface Family {
  readonly signedData: string;
  readonly data: string;
}

const PKCS7: Family = { signedData: '1.2.840.113549.1.7.2', data: '1.2.840.113549.1.7.1' };
const GM: Family = { signedData: '1.2.156.10197.6.1.4.2.2', data: '1.2.156.10197.6.1.4.2.1' };

const DIGEST_OIDS = {
  'SHA-1': '1.3.14.3.2.26',
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
  SM3: '1.2.156.10197.1.401',
} as const;

/** Signature algorithm in a SignerInfo: RSA by its key (RFC 3370 §3.2), SM2 without the digest. */
const SIGNER_OIDS: Readonly<Record<string, string>> = {
  'RSA-SHA256': '1.2.840.113549.1.1.1',
  'ECDSA-SHA256': '1.2.840.10045.4.3.2',
  'ECDSA-SHA384': '1.2.840.10045.4.3.3',
  'SM2-SM3': '1.2.156.10197.1.301.1',
};

/**
 * ContentInfo, DER, over content that was digested outside with the signer's own digest. `signingTime` null: left
 * out, as PAdES wants (a PDF has its own).
 */
export async function buildDetachedCms<E>(
  contentDigest: Uint8Array,
  signingTime: number | null,
  signer: DocumentSigner<E>,
  digest: Digest,
): Promise<Result<Uint8Array, E | AppError<'certificate.algorithmUnsupported'>>> {
  const { certificate, chain } = signer;
  const method = signingMethodOf(certificate);
  const signatureOid = SIGNER_OIDS[method?.algorithm ?? ''];
  if (method === null || signatureOid === undefined)
    return err({ code: 'certificate.algorithmUnsupported', algorithm: certificate.signatureOid });
  const isSm2 = method.algorithm === 'SM2-SM3';
  const family = isSm2 ? GM : PKCS7;
  const attributes = setOf(
    attribute(CMS_ATTRIBUTE.contentType, oid(family.data)),
    attribute(CMS_ATTRIBUTE.messageDigest, octetString(contentDigest)),
    ...(signingTime === null ? [] : [attribute(CMS_ATTRIBUTE.signingTime, encodeTime(signingTime))]),
    attribute(CMS_ATTRIBUTE.signingCertificateV2, meantCertificate(signer, method, digest)),
  );
  const signature = await signer.sign(attributes);
  if (!signature.ok) return signature;
  const digestAlgorithm = isSm2
    ? sequence(oid(DIGEST_OIDS.SM3), derNull)
    : sequence(oid(DIGEST_OIDS[method.digest]));
  const hasNull = method.algorithm.startsWith('RSA') || isSm2;
  const signerInfo = sequence(
    smallInteger(1),
    sequence(certificate.issuer.der, unsignedInteger(hexToBytes(certificate.serial))),
    digestAlgorithm,
    // [0] IMPLICIT: the SET with another tag.
    Uint8Array.of(0xa0, ...attributes.subarray(1)),
    sequence(oid(signatureOid), ...(hasNull ? [derNull] : [])),
    octetString(signature.value),
  );
  const body = sequence(
    smallInteger(1),
    setOf(digestAlgorithm),
    sequence(oid(family.data)),
    encodeParts(0xa0, [certificate.der, ...chain.map(({ der }) => der)]),
    setOf(signerInfo),
  );
  return ok(sequence(oid(family.signedData), encode(0xa0, body)));
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), encode(TAG.set, value));
}

/** SigningCertificateV2 (RFC 5035 §3): SHA-256 is the default and left out. */
function meantCertificate<E>(
  { certificate }: DocumentSigner<E>,
  method: SigningMethod,
  digest: Digest,
): Uint8Array {
  const value = octetString(digest(method.digest, [certificate.der]));
  const isUsual = method.digest === 'SHA-256';
  const id = isUsual ? sequence(value) : sequence(sequence(oid(DIGEST_OIDS[method.digest])), value);
  return sequence(sequence(id));
}
