// Private extensions of Chinese CAs carry a number as text, for example the one by which a hotline knows a holder.

import { CertificateSchema } from './certificate-schema.ts';
import { MAX_CERTIFICATE_BYTES, type Certificate } from './certificate.ts';
import { attempt } from './der.ts';
import { readRawExtensions } from './extensions.ts';
import { elementOf, parseSchema } from './schema.ts';
import { decodeString, decodeUtf8 } from './text.ts';

/** The string in the first of these extensions that holds one; null: there is none. */
export function extensionText({ der }: Pick<Certificate, 'der'>, oids: readonly string[]): string | null {
  if (oids.length === 0) return null;
  const reading = attempt(() => {
    const { tbsCertificate } = parseSchema(der, MAX_CERTIFICATE_BYTES, CertificateSchema);
    return readRawExtensions(tbsCertificate.extensions);
  });
  if (!reading.ok) return null;
  for (const oid of oids) {
    const value = reading.value.find(({ id }) => id === oid)?.value;
    const text = value === undefined ? null : stringIn(value);
    if (text !== null) return text;
  }
  return null;
}

/** A DER string, or the bare text that some CAs put there. */
function stringIn(value: Uint8Array): string | null {
  const string = attempt(() => {
    const { tag, content } = elementOf(value);
    return decodeString(tag, content);
  });
  const text = string.ok && string.value !== null ? string.value : decodeUtf8(value);
  return text !== null && /^[\p{L}\p{N}@ _.-]{1,100}$/u.test(text) ? text : null;
}
