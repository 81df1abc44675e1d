// What the page shows of what it found, in the words of the catalogue.

import { text, type TextKey, type TextParameters } from '../../contract/text.ts';
import {
  asksLeaveFor,
  browserKind,
  type BrowserSight,
  type PageQuestion,
} from '../../core/environment/browser-page.ts';
import type { BrowserCandidate } from '../../core/profile/browser-candidates.ts';

export interface PageLine {
  readonly state: 'ok' | 'bad' | 'note';
  readonly words: string;
}

export function pageLines(sight: BrowserSight, { certificate }: PageQuestion): readonly PageLine[] {
  const kind = browserKind(sight);
  const isRead = sight.request.isRead || sight.socket === true;
  const asks = asksLeaveFor(kind);
  return [
    line('note', 'page.browser', { browser: kind.name, documentMode: sight.documentMode }),
    ...tried(sight.request.isRead, 'request', {
      by: sight.request.by === 'fetch' ? 'fetch' : 'XMLHttpRequest',
    }),
    ...(sight.socket === null ? [line('note', 'page.socket.missing')] : tried(sight.socket, 'socket')),
    certificate === null
      ? line('note', 'page.certificate.none')
      : tried(isRead, 'certificate', certificate)[0],
    ...(sight.activeX === null ? [] : tried(sight.activeX, 'control')),
    sight.permission === null
      ? line('note', 'page.permission.none')
      : line('note', 'page.permission', { permission: sight.permission }),
    line('note', 'page.note', { asks }),
  ];
}

/** @param hint how to come to the mode that is waited for; null: it is over */
export function pageEnd(hint: BrowserCandidate['hint']): string {
  if (hint === 'reloadInIeMode') return text('page.switch.ie');
  return text(hint === 'switchToCompat' ? 'page.switch.compat360' : 'page.end');
}

function tried(
  isFine: boolean,
  what: 'request' | 'socket' | 'certificate' | 'control',
  parameters: TextParameters = {},
): [PageLine] {
  return [line(isFine ? 'ok' : 'bad', `page.${what}.${isFine ? 'ok' : 'bad'}`, parameters)];
}

function line(state: PageLine['state'], key: TextKey, parameters: TextParameters = {}): PageLine {
  return { state, words: text(key, parameters) };
}
