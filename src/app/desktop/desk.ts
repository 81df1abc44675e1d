// What the handlers of the window share: the workspace that is open, what is known of it, and how to tell.

import type { Settings } from '../../contract/views/application-views.ts';
import type { OrderView } from '../../contract/views/renewal-views.ts';
import type { TokenSnapshot } from '../../contract/views/token-views.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { SeenCertificate } from '../../core/notice/notice.ts';
import type { Sighting } from '../../core/notice/seen.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { createReminders } from '../adapters/reminders.ts';
import { createSeenCertificates } from '../adapters/seen-certificates.ts';
import type { OrderService, AskableCertificate } from '../services/orders.ts';
import type { PresenceSnapshot } from '../services/presence.ts';
import type { ProfileBook } from '../services/profiles.ts';
import { createReminding, type Reminding } from '../services/reminding.ts';
import type { DriverFile } from '../services/source-pool.ts';
import type { FoundToken } from '../services/tokens.ts';
import type { EventSource } from './events.ts';
import { BEIJING_MINUTES, snapshotOf, type SnapshotContext } from './token-snapshot.ts';
import type { Workspace } from './workspace.ts';

export interface DeskDeps {
  readonly workspace: Workspace;
  readonly clock: { now(): number };
  readonly events: EventSource;
  settings(): Settings;
}

/** A workspace at work: what is plugged in, what the CAs say, what to remind of. */
export interface Desk {
  readonly workspace: Workspace;
  readonly profiles: ProfileBook;
  /** null: the data folder cannot be used. */
  readonly reminding: Reminding | null;
  snapshot(): TokenSnapshot;
  orders(): readonly OrderView[];
  /** Resolves with what is there when every driver has answered. */
  look(): Promise<TokenSnapshot>;
  hearOrders(): Promise<readonly OrderView[]>;
  gatewayOf(profile: Profile): string | null;
  find(token: string): Result<FoundToken, AppError<'token.notFound'>>;
  presence(): PresenceSnapshot;
  /** Every driver and key file in use, also those that show nothing. */
  drivers(): PresenceSnapshot & { readonly modules: readonly DriverFile[] };
  /** The page shows it anew, for example after another profile was chosen. */
  publish(): void;
  revocations(): SnapshotContext['revocations'];
  /** After a check has asked the CAs. */
  readRevocations(): Promise<void>;
  dispose(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** A review takes days; a person at the screen can ask at once. */
const ORDERS_EVERY_MS = 10 * 60_000;

export async function openDesk({ workspace, clock, events, settings }: DeskDeps): Promise<Desk> {
  const { application } = workspace;
  const [{ book: profiles }, presence, folder] = await Promise.all([
    application.profiles(),
    application.presence(),
    application.dataFolder(),
  ]);
  const opened = folder.ok ? await application.orders() : folder;
  const orderService: OrderService | null = opened.ok ? opened.value : null;
  const reminding = folder.ok
    ? createReminding({
        reminders: createReminders(folder.value, clock),
        seen: createSeenCertificates(folder.value, clock),
        clock,
        minutesEast: BEIJING_MINUTES,
        profileOf: profiles.byId,
        onShown: (data) => events.emit({ event: 'notice.shown', data }),
        onClosed: (id) => events.emit({ event: 'notice.closed', data: { id } }),
      })
    : null;
  let seen: readonly SeenCertificate[] = (await reminding?.seen()) ?? [];
  let orders: readonly OrderView[] = [];
  let revocations = await application.revocations();
  let isDisposed = false;
  /** What was plugged in already is no news. */
  let isStarted = false;

  const gatewayOf = (profile: Profile) => workspace.gatewayOf(profile, settings());

  function snapshot(): TokenSnapshot {
    const list = presence.snapshot();
    const strangers = list.devices
      .filter(({ hasDriver }) => !hasDriver)
      .map(({ usbId, vendor }) => ({ usbId, vendor, product: null }));
    return snapshotOf(list, { now: clock.now(), profiles, gatewayOf, seen, orders, strangers, revocations });
  }

  function publish(): void {
    if (!isDisposed) events.emit({ event: 'tokens.changed', data: snapshot() });
  }

  async function remember(): Promise<void> {
    const sightings = presence.snapshot().tokens.flatMap((found) => sightingsOf(found, profiles));
    seen = (await reminding?.sight(sightings)) ?? [];
  }

  async function hearOrders(): Promise<readonly OrderView[]> {
    if (orderService === null) return orders;
    const heard = await orderService.hear(askable(presence.snapshot(), profiles, gatewayOf));
    if (isDisposed) return heard;
    const hasChanged = JSON.stringify(heard.map(withoutTime)) !== JSON.stringify(orders.map(withoutTime));
    orders = heard;
    if (hasChanged) {
      events.emit({ event: 'orders.changed', data: [...heard] });
      publish();
    }
    await consider();
    return heard;
  }

  async function consider(): Promise<void> {
    if (!isDisposed && settings().reminders) await reminding?.consider(orders);
  }

  async function onChange(hasTokenChange: boolean): Promise<void> {
    await remember();
    publish();
    if (hasTokenChange) await hearOrders();
  }

  const unsubscribe = presence.subscribe(({ changes }) => {
    for (const { kind, token } of isStarted ? changes : []) {
      const commonName = token.certificates.find(({ state }) => state === 'current')?.commonName ?? null;
      if (kind === 'appeared') reminding?.tell({ type: 'tokenInserted', commonName });
      if (kind === 'removed') reminding?.tell({ type: 'tokenRemoved', tokenLabel: token.label });
    }
    void onChange(changes.length > 0);
  });
  const timers = [
    setInterval(() => void consider(), HOUR_MS),
    setInterval(() => void hearOrders(), ORDERS_EVERY_MS),
  ];
  void presence.look().then(() => {
    isStarted = true;
    return onChange(true);
  });

  return {
    workspace,
    profiles,
    reminding,
    snapshot,
    orders: () => orders,
    async look() {
      await presence.look();
      await remember();
      publish();
      return snapshot();
    },
    hearOrders,
    gatewayOf,
    find(wanted) {
      const found = presence.snapshot().tokens.find(({ token }) => token.id === wanted);
      return found === undefined ? err({ code: 'token.notFound', wanted }) : ok(found);
    },
    presence: () => presence.snapshot(),
    drivers: () => ({ ...presence.snapshot(), modules: application.drivers() }),
    publish,
    revocations: () => revocations,
    async readRevocations() {
      revocations = await application.revocations();
      publish();
    },
    async dispose() {
      isDisposed = true;
      unsubscribe();
      for (const timer of timers) clearInterval(timer);
      await workspace.dispose();
    },
  };
}

function withoutTime({ at: _at, ...order }: OrderView): object {
  return order;
}

function sightingsOf({ token, containers }: FoundToken, profiles: ProfileBook): readonly Sighting[] {
  return containers.flatMap(({ certificates }) =>
    certificates.map(({ certificate, use }) => ({
      sha256: certificate.sha256,
      commonName: certificate.subject.commonName,
      subject: certificate.subject.display,
      issuer: certificate.issuer.display,
      serial: certificate.serial,
      use,
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      token: token.id,
      tokenLabel: token.label,
      profile: profiles.find(certificate).id,
    })),
  );
}

function askable(
  { tokens }: PresenceSnapshot,
  profiles: ProfileBook,
  gatewayOf: (profile: Profile) => string | null,
): readonly AskableCertificate[] {
  return tokens.flatMap(({ token, containers }) =>
    containers
      .flatMap(({ certificates }) => certificates)
      .filter(({ use, state }) => use !== 'encryption' && state === 'current')
      .flatMap(({ certificate }) => {
        const gateway = gatewayOf(profiles.find(certificate));
        return gateway === null ? [] : [{ token: token.id, tokenLabel: token.label, certificate, gateway }];
      }),
  );
}
