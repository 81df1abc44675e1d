// What the application tells its faces unasked. Every event carries the whole new state of its thing, so that a
// face that missed some is right again with the next.

import * as z from 'zod';
import { accompanyView } from './views/accompany-views.ts';
import { applicationView } from './views/application-views.ts';
import { environmentView } from './views/environment-views.ts';
import { noticeView } from './views/notice-views.ts';
import { orderView, renewalView } from './views/renewal-views.ts';
import { tokenSnapshot } from './views/token-views.ts';

export const EVENTS = {
  'application.changed': applicationView,
  'tokens.changed': tokenSnapshot,
  'renewal.changed': renewalView.nullable(),
  'accompany.changed': accompanyView.nullable(),
  'environment.changed': environmentView,
  'orders.changed': z.array(orderView),
  'notice.shown': noticeView,
  /** Answered or outdated. */
  'notice.closed': z.strictObject({ id: z.number().int() }),
  /** A notice was answered outside the page (tray, system notice): the page goes where its action leads. */
  'notice.chosen': z.strictObject({ notice: noticeView, action: z.string().max(50) }),
} as const;

export type EventName = keyof typeof EVENTS;
export type EventData<E extends EventName> = z.infer<(typeof EVENTS)[E]>;
export type ApplicationEvent = {
  [E in EventName]: { readonly event: E; readonly data: EventData<E> };
}[EventName];
