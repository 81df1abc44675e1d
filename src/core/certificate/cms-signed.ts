// Signed messages: CMS (RFC 5652 §5, PKCS#7) and GM/T 0010, with the identifiers that products really write.
// Also the carrier of certificate chains (p7b). Says whether a signature is genuine; whom to trust is chain.ts.

import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { definiteLengths } from './ber.ts';
import { OID, readSignatureAlgorithm, type NamedSignature } from './algorithms.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { isMeant, readRecipientId, type RecipientId } from './cms-envelope.ts';
import {
  childrenOf,
  encode,
  equalBytes,
  expectTag,
  joinBytes,
  malformed,
  readDer,
  readOid,
  TAG,
  type DerElement,
} from './der.ts';
import type { SignatureAlgorithm, SignatureVerifier } from './signature-verifier.ts';
import { sm3 } from './sm2/sm3.ts';

export interface MessageSigner {
  readonly id: RecipientId;
  readonly digestOid: string;
  /** DER SET OF Attribute, which is what is signed then; null: the content itself is signed. */
  readonly signedAttributes: Uint8Array | null;
  /** Value of the messageDigest attribute. */
  readonly messageDigest: Uint8Array | null;
  /** null: unknown. */
  readonly algorithm: SignatureAlgorithm | null;
  readonly signature: Uint8Array;
}

export interface SignedMessage {
  readonly family: 'cms' | 'gm';
  /** Object identifier of the content. */
  readonly contentType: string;
  /** null: the content is elsewhere. */
  readonly content: Uint8Array | null;
  /** Those that could be read. */
  readonly certificates: readonly Certificate[];
  readonly signers: readonly MessageSigner[];
}

const MAX_MESSAGE_BYTES = 16 * 1_048_576;
const GM_SIGNED = '1.2.156.10197.6.1.4.2.2';
const PKCS7_SIGNED = '1.2.840.113549.1.7.2';
const ID_MESSAGE_DIGEST = '1.2.840.113549.1.9.4';

export function parseSignedMessage(bytes: Uint8Array): Result<SignedMessage, AppError<'envelope.invalid'>> {
  const der = definiteLengths(bytes, MAX_MESSAGE_BYTES);
  if (der === null) return err({ code: 'envelope.invalid', reason: 'no ASN.1' });
  const reading = readDer(der, MAX_MESSAGE_BYTES, readMessage);
  return reading.ok ? ok(reading.value) : err({ code: 'envelope.invalid', reason: reading.reason });
}

function readMessage(root: DerElement): SignedMessage {
  const [type, wrapper] = childrenOf(expectTag(root, TAG.sequence, 'message'));
  const name = readOid(type);
  if (name !== GM_SIGNED && name !== PKCS7_SIGNED) malformed('not a signed message');
  const [body] = childrenOf(expectTag(wrapper, 0xa0, 'content'));
  const [, , encapsulated, ...rest] = childrenOf(expectTag(body, TAG.sequence, 'signed data'));
  const [contentType, content] = childrenOf(expectTag(encapsulated, TAG.sequence, 'content'));
  const certificates = rest.find(({ tag }) => tag === 0xa0);
  const signers = rest.find(({ tag }) => tag === TAG.set);
  return {
    family: name === GM_SIGNED ? 'gm' : 'cms',
    contentType: readOid(contentType),
    content: content === undefined ? null : readContent(expectTag(content, 0xa0, 'content')),
    certificates: certificates === undefined ? [] : childrenOf(certificates).flatMap(readCertificateIn),
    signers: signers === undefined ? [] : childrenOf(signers).map(readSigner),
  };
}

/** Content of the OCTET STRING, whole or in pieces. */
function readContent(holder: DerElement): Uint8Array {
  const [octets] = childrenOf(holder);
  if (octets?.tag === 0x24) return joinBytes(childrenOf(octets).map(({ content }) => content));
  return expectTag(octets, TAG.octetString, 'content').content;
}

function readCertificateIn({ bytes }: DerElement): Certificate[] {
  const parsed = parseCertificate(bytes);
  return parsed.ok ? [parsed.value] : [];
}

function readSigner(element: DerElement): MessageSigner {
  const [, id, digest, ...rest] = childrenOf(expectTag(element, TAG.sequence, 'signer'));
  const attributes = rest[0]?.tag === 0xa0 ? rest[0] : null;
  const [algorithm, signature] = attributes === null ? rest : rest.slice(1);
  const digestOid = readOid(childrenOf(expectTag(digest, TAG.sequence, 'digest'))[0]);
  const named = readSignatureAlgorithm(algorithm);
  return {
    id: readRecipientId(id),
    digestOid,
    signedAttributes: attributes === null ? null : encode(TAG.set, attributes.content),
    messageDigest: attributes === null ? null : readMessageDigest(attributes),
    algorithm: algorithmOf(named, digestOid),
    signature: expectTag(signature, TAG.octetString, 'signature').content,
  };
}

function readMessageDigest(attributes: DerElement): Uint8Array {
  for (const attribute of childrenOf(attributes)) {
    const [type, values] = childrenOf(expectTag(attribute, TAG.sequence, 'attribute'));
    if (readOid(type) !== ID_MESSAGE_DIGEST) continue;
    const [value] = childrenOf(expectTag(values, TAG.set, 'message digest'));
    return expectTag(value, TAG.octetString, 'message digest').content;
  }
  return malformed('no message digest');
}

type Digest = (content: Uint8Array) => Uint8Array;
const DIGESTS: Readonly<Record<string, { readonly name: string; readonly digest: Digest }>> = {
  '1.3.14.3.2.26': { name: 'SHA1', digest: sha1 },
  '2.16.840.1.101.3.4.2.1': { name: 'SHA256', digest: sha256 },
  '2.16.840.1.101.3.4.2.2': { name: 'SHA384', digest: sha384 },
  '2.16.840.1.101.3.4.2.3': { name: 'SHA512', digest: sha512 },
  '1.2.156.10197.1.401': { name: 'SM3', digest: (content) => sm3(content) },
};

/** Which kind of key a signature identifier means; the hash comes from the digest identifier. */
const SIGNATURES: Readonly<Record<string, 'RSA' | 'ECDSA' | 'SM2'>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.5': 'RSA',
  '1.2.840.113549.1.1.11': 'RSA',
  '1.2.840.113549.1.1.12': 'RSA',
  '1.2.840.113549.1.1.13': 'RSA',
  '1.2.840.10045.4.1': 'ECDSA',
  '1.2.840.10045.4.3.2': 'ECDSA',
  '1.2.840.10045.4.3.3': 'ECDSA',
  '1.2.840.10045.4.3.4': 'ECDSA',
  '1.2.156.10197.1.301': 'SM2',
  '1.2.156.10197.1.301.1': 'SM2',
  '1.2.156.10197.1.501': 'SM2',
};

const ALGORITHMS: ReadonlySet<string> = new Set<SignatureAlgorithm>([
  'RSA-SHA1',
  'RSA-SHA256',
  'RSA-SHA384',
  'RSA-SHA512',
  'ECDSA-SHA1',
  'ECDSA-SHA256',
  'ECDSA-SHA384',
  'ECDSA-SHA512',
  'SM2-SM3',
]);

/** RSA-PSS names its hash itself; it must be the one of the content (RFC 4056 §3). */
function algorithmOf({ algorithm, oid }: NamedSignature, digestOid: string): SignatureAlgorithm | null {
  const digest = DIGESTS[digestOid]?.name ?? '';
  if (oid === OID.rsaPss) return algorithm === `RSA-PSS-${digest}` ? algorithm : null;
  const name = `${SIGNATURES[oid] ?? ''}-${digest}`;
  return ALGORITHMS.has(name) ? (name as SignatureAlgorithm) : null;
}

/**
 * The certificate whose key made the signature over `content` (null: the content inside). Looks among
 * `candidates` and the certificates of the message. `certificate.notFound`: the signer's is not there.
 */
export async function verifySigner(
  message: SignedMessage,
  signer: MessageSigner,
  content: Uint8Array | null,
  candidates: readonly Certificate[],
  verifier: SignatureVerifier,
): Promise<
  Result<
    Certificate,
    AppError<'certificate.notFound' | 'certificate.badSignature' | 'certificate.algorithmUnsupported'>
  >
> {
  const certificate = [...message.certificates, ...candidates].find((each) => isMeant(signer.id, each));
  if (certificate === undefined) return err({ code: 'certificate.notFound', wanted: 'signer' });
  const digest = DIGESTS[signer.digestOid]?.digest;
  if (signer.algorithm === null || digest === undefined)
    return err({ code: 'certificate.algorithmUnsupported', algorithm: signer.digestOid });
  const signed = content ?? message.content;
  if (signed === null) return err({ code: 'certificate.badSignature' });
  const isContentSame = signer.messageDigest === null || equalBytes(digest(signed), signer.messageDigest);
  const isGenuine =
    isContentSame &&
    (await verifier.verify(
      certificate.spki,
      signer.algorithm,
      signer.signedAttributes ?? signed,
      signer.signature,
    ));
  return isGenuine ? ok(certificate) : err({ code: 'certificate.badSignature' });
}
