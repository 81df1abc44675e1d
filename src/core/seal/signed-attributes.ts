// The attributes beside a CMS signature that matter for a verdict: signing time, the certificate the signer
// meant, and a time stamp. Their genuineness is judged with the signature (signed) or by themselves (stamp).

import { sha1 } from '@noble/hashes/legacy.js';
import {
  childrenOf,
  expectTag,
  malformed,
  readDer,
  readOid,
  TAG,
  type DerElement,
} from '../certificate/der.ts';
import { readSealTime } from './seal-time.ts';
import type { Digest } from './verification.ts';
import { digestNamed } from './verification.ts';
import { equalBytes } from '../certificate/der.ts';
import { definiteLengths } from '../certificate/ber.ts';

export interface SignedAttributes {
  /** Object identifier of the content; null: not said. */
  readonly contentType: string | null;
  /** Epoch milliseconds; null: not said. */
  readonly signingTime: number | null;
  /** Digest of the signer's certificate (RFC 5035); null: not said. */
  readonly certificateDigest: { readonly algorithm: string; readonly value: Uint8Array } | null;
}

export const CMS_ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timeStamp: '1.2.840.113549.1.9.16.2.14',
} as const;

const MAX_ATTRIBUTES = 64;
const SHA1 = '1.3.14.3.2.26';
const SHA256 = '2.16.840.1.101.3.4.2.1';

/** `set`: DER SET OF Attribute. null: an attribute twice, or one that cannot be read. */
export function readSignedAttributes(set: Uint8Array): SignedAttributes | null {
  const reading = readDer(set, set.length, (root): SignedAttributes => {
    const values = readAttributes(root);
    const time = values.get(CMS_ATTRIBUTE.signingTime);
    const type = values.get(CMS_ATTRIBUTE.contentType);
    return {
      contentType: type === undefined ? null : readOid(type),
      signingTime: time === undefined ? null : readSealTime(time).time,
      certificateDigest:
        readCertificateDigest(values.get(CMS_ATTRIBUTE.signingCertificateV2), SHA256) ??
        readCertificateDigest(values.get(CMS_ATTRIBUTE.signingCertificate), SHA1),
    };
  });
  return reading.ok ? reading.value : null;
}

function readAttributes(root: DerElement): ReadonlyMap<string, DerElement | undefined> {
  const attributes = childrenOf(root);
  if (attributes.length > MAX_ATTRIBUTES) malformed('too many attributes');
  const values = new Map<string, DerElement | undefined>();
  for (const attribute of attributes) {
    const [type, set] = childrenOf(expectTag(attribute, TAG.sequence, 'attribute'));
    const name = readOid(type);
    if (values.has(name)) malformed('an attribute twice');
    values.set(name, childrenOf(expectTag(set, TAG.set, 'values'))[0]);
  }
  return values;
}

/** First ESSCertID(v2): SEQ{ SEQ OF SEQ{ [algorithm], OCTET STRING, … } }. */
function readCertificateDigest(element: DerElement | undefined, usual: string) {
  if (element === undefined) return null;
  const [list] = childrenOf(expectTag(element, TAG.sequence, 'signing certificate'));
  const [first] = childrenOf(expectTag(list, TAG.sequence, 'certificates'));
  const members = childrenOf(expectTag(first, TAG.sequence, 'certificate'));
  const named = members[0]?.tag === TAG.sequence ? readOid(childrenOf(members[0])[0]) : usual;
  const value = expectTag(
    members.find(({ tag }) => tag === TAG.octetString),
    TAG.octetString,
    'digest',
  ).content;
  return { algorithm: named, value };
}

/** Whether the attribute names another certificate than the one whose key signed. */
export function namesAnother(
  { certificateDigest }: SignedAttributes,
  der: Uint8Array,
  digest: Digest,
): boolean {
  if (certificateDigest === null) return false;
  const { algorithm, value } = certificateDigest;
  if (algorithm === SHA1) return !equalBytes(sha1(der), value);
  const name = digestNamed(algorithm);
  return name === null || !equalBytes(digest(name, [der]), value);
}

/**
 * The time stamp token in the unsigned attributes of the first signer of a signed message; null: none.
 * @param maxBytes longest message
 */
export function timeStampOf(message: Uint8Array, maxBytes: number): Uint8Array | null {
  const der = definiteLengths(message, maxBytes);
  if (der === null) return null;
  const reading = readDer(der, maxBytes, (root) => {
    const [, wrapper] = childrenOf(root);
    const [body] = childrenOf(expectTag(wrapper, 0xa0, 'content'));
    const signers = childrenOf(expectTag(body, TAG.sequence, 'signed data')).findLast(
      ({ tag }) => tag === TAG.set,
    );
    const [signer] = childrenOf(expectTag(signers, TAG.set, 'signers'));
    const unsigned = childrenOf(expectTag(signer, TAG.sequence, 'signer')).find(({ tag }) => tag === 0xa1);
    return unsigned === undefined
      ? null
      : (readAttributes(unsigned).get(CMS_ATTRIBUTE.timeStamp)?.bytes ?? null);
  });
  return reading.ok ? reading.value : null;
}
