// Words for what a repair changes, line by line for files, so that the person sees all of it before.

import { decodeBase64 } from '../core/certificate/base64.ts';
import { decodeUtf8 } from '../core/certificate/text.ts';
import type { Change, FileState } from '../core/environment/repair.ts';
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
      return text('repair.change.registry', { key: change.key, name: change.name }, locale);
  }
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
