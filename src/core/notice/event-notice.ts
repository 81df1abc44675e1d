// Notices of the moment: shown as they happen, not counted as reminders.

import type { CalendarDay } from './calendar.ts';
import type { EventKind, Notice, NoticeText } from './notice.ts';

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
    }
  | {
      readonly type: 'accompaniment';
      readonly id: string;
      readonly certificate: string | null;
      readonly tokenLabel: string;
      /** `written`: something is on the key that was not there before. */
      readonly state: 'open' | 'written';
    }
  | {
      readonly type: 'statusChanged';
      readonly certificate: string;
      readonly commonName: string | null;
      readonly status: 'good' | 'frozen' | 'revoked';
    };

/** null where there is nothing to say. */
export function eventNotice(event: NoticeEvent): Notice | null {
  switch (event.type) {
    case 'tokenInserted':
      return plain('tokenInserted', { commonName: event.commonName }, ['view']);
    case 'tokenRemoved':
      return plain('tokenRemoved', { tokenLabel: event.tokenLabel }, []);
    case 'pinIncorrect':
      if (event.attemptsLeft === null) return null;
      return event.attemptsLeft <= 0
        ? plain('pinLocked', {}, ['unlock'])
        : plain('pinAttempts', { attemptsLeft: event.attemptsLeft }, ['unlock']);
    case 'renewalDone': {
      const { commonName, day, certificate } = event;
      return { ...plain('renewalDone', { commonName, day }, ['view']), certificate };
    }
    case 'accompaniment': {
      const { id, certificate, tokenLabel, state } = event;
      const text = state === 'open' ? 'accompanimentOpen' : 'accompanimentWritten';
      return { ...notice('accompaniment', { tokenLabel }, ['resume'], text), certificate, about: id };
    }
    case 'statusChanged': {
      const { status, commonName, certificate } = event;
      const told = notice('statusChanged', { commonName }, ['view'], STATUS_TEXTS[status]);
      return { ...told, certificate };
    }
  }
}

const STATUS_TEXTS = {
  good: 'certificateGood',
  frozen: 'certificateFrozen',
  revoked: 'certificateRevoked',
} as const satisfies Record<string, NoticeText>;

/** One whose words are those of its kind. */
function plain(
  kind: Exclude<EventKind, 'statusChanged' | 'accompaniment'>,
  parameters: Notice['parameters'],
  actions: Notice['actions'],
): Notice {
  return notice(kind, parameters, actions, kind);
}

function notice(
  kind: EventKind,
  parameters: Notice['parameters'],
  actions: Notice['actions'],
  text: NoticeText,
): Notice {
  return { kind, text, parameters, actions, certificate: null, about: null };
}
