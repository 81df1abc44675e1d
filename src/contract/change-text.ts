// Words for what a repair changes, line by line for files, so that the person sees all of it before.

import { decodeBase64 } from '../core/certificate/base64.ts';
import { decodeUtf8 } from '../core/certificate/text.ts';
import { parseCertificate } from '../core/certificate/certificate.ts';
import type { CertificateChange, Change, FileState, RegistryChange } from '../core/environment/repair.ts';
import type { RegistryValue } from '../core/environment/windows-probe.ts';
import { text, type Locale } from './text.ts';

const MAX_LINES = 40;

export function changeLines(changes: readonly Change[], locale: Locale = 'zh-CN'): readonly string[] {
  return changes.flatMap((change) => [headline(change, locale), ...differences(change, locale)]);
}

function headline(change: Change, locale: Locale): string {
  switch (change.kind) {
    case 'file': {
      const key = change.before === null ? 'fileNew' : change.after === null ? 'fileGone' : 'file';
      return text(`repair.change.${key}`, { path: change.path }, locale);
    }
    case 'mode': {
      const [before, after] = [change.before, change.after].map((mode) => mode.toString(8));
      return text('repair.change.mode', { path: change.path, before, after }, locale);
    }
    case 'service':
      return text('repair.change.service', { unit: change.unit }, locale);
    case 'nss':
      return text('repair.change.nss', { folder: change.folder, nickname: change.nickname }, locale);
    case 'registry':
      return registryLine(change, locale);
    case 'certificate': {
      const key = change.after === 'present' ? 'certificate' : 'certificateGone';
      return text(`repair.change.${key}`, { store: storeWord(change), name: holderOf(change) }, locale);
    }
    case 'windowsService':
      return text('repair.change.windowsService', { name: change.name }, locale);
  }
}

function registryLine({ key, name, view, before, after }: RegistryChange, locale: Locale): string {
  const place = `${key}${view === 32 ? ' (32)' : ''}`;
  const [from, to] = [before, after].map((state) => (state === null ? null : valueText(state)));
  const sentence = to === null ? 'registryGone' : from === null ? 'registryNew' : 'registry';
  return text(
    `repair.change.${sentence}`,
    { key: place, name: name === '' ? null : name, before: from, after: to },
    locale,
  );
}

function valueText({ value }: RegistryValue): string {
  return typeof value === 'object' ? value.join(' ') : String(value);
}

function storeWord({ place, store }: CertificateChange): string {
  return place === 'user' ? store : `${store} (${place})`;
}

/** With the beginning of its SHA-256. */
function holderOf({ der }: CertificateChange): string {
  const parsed = parseCertificate(decodeBase64(der) ?? new Uint8Array());
  if (!parsed.ok) return '';
  const { subject, sha256 } = parsed.value;
  return `${subject.commonName ?? subject.display} ${sha256.slice(0, 8)}`;
}

/** Lines only on one side, in their order. */
function differences(change: Change, locale: Locale): readonly string[] {
  if (change.kind !== 'file') return [];
  const [before, after] = [linesOf(change.before), linesOf(change.after)];
  const removed = before.filter((line) => !after.includes(line));
  const added = after.filter((line) => !before.includes(line));
  return [
    ...removed.map((line) => text('repair.change.removed', { line }, locale)),
    ...added.map((line) => text('repair.change.added', { line }, locale)),
  ].slice(0, MAX_LINES);
}

function linesOf(state: FileState | null): readonly string[] {
  const content = state === null ? null : decodeUtf8(decodeBase64(state.content) ?? new Uint8Array());
  return (content ?? '').split('\n').filter((line) => line !== '');
}
