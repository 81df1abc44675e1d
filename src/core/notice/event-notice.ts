// Notices of the moment: shown as they happen, not counted as reminders.

import type { CalendarDay } from './calendar.ts';
import type { EventKind, Notice } from './notice.ts';

export type NoticeEvent =
  | { readonly type: 'tokenInserted'; readonly commonName: string | null }
  | { readonly type: 'tokenRemoved'; readonly tokenLabel: string | null }
  /** A PIN was wrong. attemptsLeft null: the driver does not say. */
  | { readonly type: 'pinIncorrect'; readonly attemptsLeft: number | null }
  | {
      readonly type: 'renewalDone';
      readonly certificate: string;
      readonly commonName: string | null;
      readonly day: CalendarDay;
    };

/** null where there is nothing to say. */
export function eventNotice(event: NoticeEvent): Notice | null {
  switch (event.type) {
    case 'tokenInserted':
      return notice('tokenInserted', { commonName: event.commonName }, ['view']);
    case 'tokenRemoved':
      return notice('tokenRemoved', { tokenLabel: event.tokenLabel }, []);
    case 'pinIncorrect':
      if (event.attemptsLeft === null) return null;
      return event.attemptsLeft <= 0
        ? notice('pinLocked', {}, ['unlock'])
        : notice('pinAttempts', { attemptsLeft: event.attemptsLeft }, ['unlock']);
    case 'renewalDone': {
      const { commonName, day, certificate } = event;
      return { ...notice('renewalDone', { commonName, day }, ['view']), certificate };
    }
  }
}

function notice(kind: EventKind, parameters: Notice['parameters'], actions: Notice['actions']): Notice {
  return { kind, text: kind, parameters, actions, certificate: null, about: null };
}
