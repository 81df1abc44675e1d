import { decodeBase64, encodeBase64 } from './base64.ts';

export interface PemBlock {
  /** Between BEGIN and the dashes, for example `CERTIFICATE`. */
  readonly label: string;
  readonly der: Uint8Array;
}

const MAX_PEM_CHARACTERS = 1_048_576;
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;

/** RFC 7468: 64 characters a line, a line feed at the end. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Every readable block of a text, in order; text around is skipped. Longer than 1 MiB: none. */
export function decodePem(text: string): PemBlock[] {
  if (text.length > MAX_PEM_CHARACTERS) return [];
  return [...text.matchAll(BLOCK)].flatMap(([, label = '', body = '']) => {
    const der = decodeBase64(body);
    return der === null ? [] : [{ label, der }];
  });
}
