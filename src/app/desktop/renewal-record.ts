// 续期凭证: what was done, as one page to print or keep. Public data only; nothing in it is a secret.

import { text, type Locale } from '../../contract/text.ts';
import type { Keepsake } from '../../contract/views/values.ts';
import { parseCertificate, type Certificate } from '../../core/certificate/certificate.ts';
import { formatTime } from '../../core/certificate/time.ts';
import type { RenewalState } from '../../core/renewal/state.ts';

/** @param at when it was last worked on, ISO 8601 */
export function renewalRecord(state: RenewalState, at: string, locale: Locale): Keepsake {
  const old = read(state.request.old?.certificate ?? null);
  const issued = state.items.flatMap(({ issued: item }) =>
    item === null ? [] : [read(item.signing), read(item.encryption)].filter((one) => one !== null),
  );
  const words = (key: Parameters<typeof text>[0], parameters = {}) => text(key, parameters, locale);
  const rows = [
    [words('record.renewal'), state.request.renewalId],
    [words('record.order'), state.order?.id ?? '—'],
    [words('record.at'), at],
    [words('record.gateway'), state.request.gateway],
    ...(old === null ? [] : certificateRows(words('record.before'), old)),
    ...issued.flatMap((certificate) => certificateRows(words('record.after'), certificate)),
    [words('record.proved'), words('record.tests')],
    [words('record.old'), words(`record.old.${String(state.oldRevoked) as 'true' | 'false' | 'null'}`)],
  ];
  const html = `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><title>${escape(words('record.title'))}</title>
<style>body{font:15px/1.6 sans-serif;max-width:44em;margin:3em auto;color:#1b2433}th{text-align:left;font-weight:400;color:#5d6b82;padding-right:2em;vertical-align:top;white-space:nowrap}td{word-break:break-all}tr>*{padding-block:4px}</style></head>
<body><h1>${escape(words('record.title'))}</h1><table>
${rows.map(([name = '', value = '']) => `<tr><th>${escape(name)}</th><td>${escape(value)}</td></tr>`).join('\n')}
</table><p>${escape(words('record.note'))}</p></body></html>
`;
  return {
    fileName: `${words('record.file')}-${state.request.renewalId}.html`,
    mediaType: 'text/html',
    content: Buffer.from(html).toString('base64'),
  };
}

function certificateRows(title: string, certificate: Certificate): readonly (readonly string[])[] {
  const { subject, serial, notBefore, notAfter, sha256 } = certificate;
  return [
    [title, subject.display],
    ['', `${serial} · ${formatTime(notBefore)} – ${formatTime(notAfter)}`],
    ['', `SHA-256 ${sha256}`],
  ];
}

function read(encoded: string | null): Certificate | null {
  const parsed = encoded === null ? null : parseCertificate(Buffer.from(encoded, 'base64'));
  return parsed?.ok === true ? parsed.value : null;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(value: string): string {
  return value.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
