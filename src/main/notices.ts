// Notices of the system, with buttons, while the person does not look at the window; the page has its own.

import type { ApplicationEvent } from '../contract/events.ts';
import { text, type Locale } from '../contract/text.ts';
import type { NoticeView } from '../contract/views/notice-views.ts';
import type { NoticeAction } from '../core/notice/notice.ts';
import type { ElectronParts, NotificationPart } from './electron-parts.ts';

export interface NoticesOptions {
  readonly notify: ElectronParts['notify'];
  readonly icon: string;
  locale(): Locale;
  /** The person looks at the window. */
  isSeen(): boolean;
  openWindow(): void;
  choose(id: number, action: NoticeAction): void;
}

export interface Notices {
  hear(event: ApplicationEvent): void;
}

export function createNotices(options: NoticesOptions): Notices {
  /** Held: one that nobody holds is collected, and its buttons do nothing. */
  const shown = new Map<number, NotificationPart>();

  function show({ id, text: key, parameters, actions }: NoticeView): void {
    const locale = options.locale();
    const notification = options.notify({
      title: text('shell.title', {}, locale),
      body: text(`notice.${key}`, parameters, locale),
      icon: options.icon,
      actions: actions.map((action) => ({
        type: 'button',
        text: text(`notice.action.${action}`, {}, locale),
      })),
    });
    // Its buttons are in the page too, where the system shows none.
    notification.on('click', options.openWindow);
    notification.on('action', ({ actionIndex }) => {
      const action = actions[actionIndex];
      if (action === undefined) return;
      if (action !== 'later') options.openWindow();
      options.choose(id, action);
    });
    close(id);
    shown.set(id, notification);
    notification.show();
  }

  function close(id: number): void {
    shown.get(id)?.close();
    shown.delete(id);
  }

  return {
    hear(event) {
      if (event.event === 'notice.shown' && !options.isSeen()) show(event.data);
      if (event.event === 'notice.closed') close(event.data.id);
    },
  };
}
