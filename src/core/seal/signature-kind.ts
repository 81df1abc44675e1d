// What a signature is, by its content: labels in documents (SubFilter, Type) often say something else.

import { definiteLengths } from '../certificate/ber.ts';
import { childrenOf, readDer, TAG } from '../certificate/der.ts';
import { elementLength } from './find-seals.ts';
import { looksLikeSealSignature, MAX_SEAL_SIGNATURE_BYTES } from './seal-signature.ts';

const MAX_BYTES = 16 * 1_048_576;

/** `cms`: a message that begins with its type. null: none of them. */
export function messageKind(bytes: Uint8Array): 'seal' | 'sealSignature' | 'cms' | null {
  if (bytes.length <= MAX_SEAL_SIGNATURE_BYTES && looksLikeSealSignature(bytes)) return 'sealSignature';
  const der = definiteLengths(bytes, MAX_BYTES);
  if (der === null) return null;
  const reading = readDer(der, MAX_BYTES, (root) => {
    if (root.tag !== TAG.sequence) return null;
    const [first] = childrenOf(root);
    if (first?.tag === TAG.oid) return 'cms';
    if (first?.tag !== TAG.sequence) return null;
    return childrenOf(first)[0]?.tag === TAG.sequence ? 'seal' : null;
  });
  return reading.ok ? reading.value : null;
}

/** Without the zero padding behind it: a DER element as long as it says, or a BER one up to the last byte used. */
export function withoutPadding(bytes: Uint8Array): Uint8Array {
  if (bytes[1] !== 0x80) return bytes.subarray(0, elementLength(bytes, 0) ?? bytes.length);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  // The end marks of indefinite lengths are zero bytes too; the shortest reading that works counts.
  for (let extra = 2; extra <= 64 && end + extra <= bytes.length; extra += 2) {
    const candidate = bytes.subarray(0, end + extra);
    if (definiteLengths(candidate, MAX_BYTES) !== null) return candidate;
  }
  return bytes;
}
