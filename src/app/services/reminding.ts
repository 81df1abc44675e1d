// Reminders at work: what is remembered of certificates, decided by core/notice, shown once, put off when asked.
// Whoever shows them subscribes; what cannot be stored is still shown.

import type { NoticeView } from '../../contract/views/notice-views.ts';
import type { OrderView } from '../../contract/views/renewal-views.ts';
import { addDays, dayOfTime } from '../../core/notice/calendar.ts';
import { decideNotices } from '../../core/notice/decide-notices.ts';
import { eventNotice, type NoticeEvent } from '../../core/notice/event-notice.ts';
import type {
  HeardOrder,
  Notice,
  NoticeAction,
  NoticeKind,
  Opening,
  SeenCertificate,
} from '../../core/notice/notice.ts';
import { worthReminding, type Sighting } from '../../core/notice/seen.ts';
import type { Profile } from '../../core/profile/profile.ts';
import type { Result } from '../../core/errors/result.ts';
import type { Reminders } from '../adapters/reminders.ts';
import type { SeenCertificates } from '../adapters/seen-certificates.ts';
import type { StorageError } from '../../storage/storage-error.ts';

export interface RemindingDeps {
  readonly reminders: Reminders;
  readonly seen: SeenCertificates;
  readonly clock: { now(): number };
  /** Of the days that are counted, minutes east of UTC. */
  readonly minutesEast: number;
  profileOf(id: string): Profile;
  onShown(notice: NoticeView): void;
  onClosed(id: number): void;
}

export interface Reminding {
  /** Not answered yet, the newest last. */
  open(): readonly NoticeView[];
  /** Remembers what is plugged in. */
  sight(sightings: readonly Sighting[]): Promise<readonly SeenCertificate[]>;
  seen(): Promise<readonly SeenCertificate[]>;
  forget(certificate: string): Promise<Result<unknown, StorageError>>;
  /** Decides anew; call it when keys, orders, openings or the day changed. */
  consider(orders: readonly OrderView[]): Promise<void>;
  /** At once, whatever reminders are set to. */
  tell(event: NoticeEvent): void;
  /** `later` puts it off until tomorrow; every answer closes it. null: it was closed already. */
  answer(id: number, action: NoticeAction): Promise<NoticeView | null>;
  /** The person does what notices of this certificate ask for: they are closed. */
  settle(certificate: string): void;
  openings(): Promise<readonly Opening[]>;
  nameOpening(opening: Opening): Promise<Result<readonly Opening[], StorageError>>;
  removeOpening(id: string): Promise<Result<readonly Opening[], StorageError>>;
}

/** Of a certificate that was replaced, also by somebody else, they are over. */
const REMINDERS: ReadonlySet<NoticeKind> = new Set(['expiring', 'expired', 'openingPassed', 'orderReady']);

/** Shown at once in the page; older ones give way. */
const MOST_OPEN = 5;

export function createReminding(deps: RemindingDeps): Reminding {
  const { reminders, seen, clock, minutesEast } = deps;
  let open: readonly NoticeView[] = [];
  let plugged: ReadonlySet<string> = new Set();
  let lastId = 0;

  const today = () => dayOfTime(clock.now(), minutesEast);

  function show(notice: Notice): void {
    lastId += 1;
    const view: NoticeView = {
      ...notice,
      id: lastId,
      parameters: { ...notice.parameters },
      actions: [...notice.actions],
      at: new Date(clock.now()).toISOString(),
    };
    const outdated = open.filter(
      (other) => other.kind === notice.kind && other.certificate === notice.certificate,
    );
    const kept = [...open.filter((other) => !outdated.includes(other)), view];
    const dropped = kept.slice(0, Math.max(0, kept.length - MOST_OPEN));
    open = kept.slice(-MOST_OPEN);
    for (const { id } of [...outdated, ...dropped]) deps.onClosed(id);
    deps.onShown(view);
  }

  function close(isOver: (notice: NoticeView) => boolean): void {
    const over = open.filter(isOver);
    open = open.filter((notice) => !over.includes(notice));
    for (const { id } of over) deps.onClosed(id);
  }

  async function readSeen(): Promise<readonly SeenCertificate[]> {
    const read = await seen.read();
    return read.ok ? read.value.value : [];
  }

  return {
    open: () => open,
    seen: readSeen,
    async sight(sightings) {
      plugged = new Set(sightings.map(({ sha256 }) => sha256));
      const known = sightings.length === 0 ? await seen.read() : await seen.remember(sightings);
      return known.ok ? known.value.value : [];
    },
    forget: (certificate) => seen.forget(certificate),
    async consider(orders) {
      const [known, state] = await Promise.all([readSeen(), reminders.read()]);
      if (!state.ok) return;
      const day = today();
      const current = new Set(worthReminding(known).map(({ sha256 }) => sha256));
      close((notice) => REMINDERS.has(notice.kind) && !current.has(notice.certificate ?? ''));
      const notices = decideNotices({
        now: clock.now(),
        today: day,
        certificates: known.map((certificate) => {
          const { reminderDays, renewal } = deps.profileOf(certificate.profile);
          return {
            ...certificate,
            lastDay: dayOfTime(certificate.notAfter, minutesEast),
            isPluggedIn: plugged.has(certificate.sha256),
            reminderDays,
            daysBefore: renewal.daysBefore,
            expired: renewal.expired,
          };
        }),
        orders: orders.flatMap(heardOrder),
        ...state.value.value,
      });
      for (const notice of notices) show(notice);
      const shown = notices.flatMap(({ certificate, kind, about }) =>
        certificate === null ? [] : [{ certificate, kind, about, day }],
      );
      if (shown.length > 0) await reminders.recordShown(shown);
    },
    tell(event) {
      const notice = eventNotice(event);
      if (notice !== null) show(notice);
    },
    async answer(id, action) {
      const notice = open.find((one) => one.id === id);
      if (notice === undefined) return null;
      open = open.filter((one) => one !== notice);
      deps.onClosed(id);
      if (action === 'later' && notice.certificate !== null) {
        const since = today();
        const { certificate, kind } = notice;
        await reminders.snooze({ certificate, kind, since, until: addDays(since, 1) });
      }
      return notice;
    },
    settle: (certificate) => close((notice) => notice.certificate === certificate),
    async openings() {
      const read = await reminders.read();
      return read.ok ? read.value.value.openings : [];
    },
    async nameOpening(opening) {
      const named = await reminders.nameOpening(opening);
      return named.ok ? { ok: true, value: named.value.value.openings } : named;
    },
    async removeOpening(id) {
      const removed = await reminders.removeOpening(id);
      return removed.ok ? { ok: true, value: removed.value.value.openings } : removed;
    },
  };
}

/** Only orders that replace a certificate are reminded of. */
function heardOrder({ order, certificate, state }: OrderView): readonly HeardOrder[] {
  if (order === null || certificate === null || state === null) return [];
  return [{ id: order, certificate, state: ORDER_STATE[state], caText: null }];
}

const ORDER_STATE: Readonly<Record<NonNullable<OrderView['state']>, HeardOrder['state']>> = {
  draft: 'waiting',
  unpaid: 'waiting',
  inReview: 'waiting',
  frozen: 'waiting',
  approved: 'ready',
  issued: 'ready',
  confirmed: 'done',
  rejected: 'rejected',
};
