// What is plugged in now. News of the system (USB, HID, key files) leads to a look at once; a poll is the safety
// net. Each driver is looked at for itself, so that one that hangs or fails delays no other.

import type { ClassificationRules } from '../../core/token/current.ts';
import type { TokenId } from '../../core/token/token.ts';
import type { Clock } from '../adapters/log.ts';
import type { SourcePool } from './source-pool.ts';
import { createSourceWatch, type SourceWatch } from './source-watch.ts';
import { tokenChanges, type TokenChange } from './token-changes.ts';
import { joinLooks, type TokenList, type TokenSource } from './token-look.ts';

/** A key of a known maker on the USB bus, whether a driver shows it or not. */
export interface PluggedDevice {
  /** `vid:pid`, four lower-case hexadecimal digits each. */
  readonly usbId: string;
  /** Name of the maker, Chinese and Latin. */
  readonly vendor: string;
  /** A driver of this maker is installed, or one that the person named shows a key. */
  readonly hasDriver: boolean;
}

/** Why a source of news is silent, for support; null: it works. Without any of them the poll still sees all. */
export interface NewsFacts {
  readonly usbProblem: string | null;
  readonly hidProblem: string | null;
}

export type News =
  | { readonly kind: 'started'; readonly devices: readonly string[]; readonly facts: NewsFacts }
  | { readonly kind: 'devices'; readonly devices: readonly string[] }
  | { readonly kind: 'folder'; readonly folder: string };

export interface PresenceSnapshot extends TokenList {
  readonly devices: readonly PluggedDevice[];
  /** Every driver has answered once; before that a missing key may still come. */
  readonly isComplete: boolean;
  /** null: not known yet. */
  readonly facts: NewsFacts | null;
}

export interface PresenceEvent {
  /** None where only problems, devices or facts changed. */
  readonly changes: readonly TokenChange[];
  readonly snapshot: PresenceSnapshot;
}

export interface Presence {
  snapshot(): PresenceSnapshot;
  /** From now on; what is there already is in `snapshot`. Answers how to end it. */
  subscribe(listener: (event: PresenceEvent) => void): () => void;
  /**
   * Reads every token, for who knows that something happened. Resolves when all drivers have answered; one with
   * an operation under way is read after it.
   */
  look(): Promise<void>;
  /**
   * For an operation that has just locked the token: resolves when no driver that shows it is being read any
   * more. Until the lock is released none is read again.
   */
  yieldTo(token: TokenId): Promise<void>;
  dispose(): Promise<void>;
}

export interface PresenceDeps {
  readonly pool: SourcePool<TokenSource>;
  /** Begins to tell news; answers how to end it. */
  readonly listen: (onNews: (news: News) => void) => () => void;
  /** Whether an operation runs on the token, in this process or another. */
  readonly isBusy: (token: TokenId) => Promise<boolean>;
  /** null: no key of a known maker. */
  readonly deviceOf: (usbId: string) => PluggedDevice | null;
  readonly clock: Clock;
  readonly rules: ClassificationRules;
}

const POLL_MS = 2_000;
/** Every so many polls the tokens are read whole: another program may have written to one. */
const POLLS_PER_LOOK = 15;
/** A key may need a while after it was plugged in until its driver sees it. */
const LOOK_AGAIN_MS = [300, 1_200];

export function createPresence(deps: PresenceDeps): Presence {
  const { pool, clock, rules, isBusy } = deps;
  const listeners = new Set<(event: PresenceEvent) => void>();
  let watches: readonly SourceWatch[] = [];
  let plugged: readonly string[] = [];
  let facts: NewsFacts | null = null;
  let snapshot: PresenceSnapshot = { tokens: [], problems: [], devices: [], isComplete: false, facts };
  let polls = 0;
  let again: readonly NodeJS.Timeout[] = [];
  let isDisposed = false;

  function publish(): void {
    if (isDisposed) return;
    const before = snapshot;
    const looks = watches.map((watch) => watch.look());
    const list = joinLooks(
      looks.flatMap((look) => look ?? []),
      clock.now(),
    );
    snapshot = {
      ...list,
      devices: devicesBeside(list),
      isComplete: !looks.includes(null),
      facts,
    };
    const changes = tokenChanges(viewsOf(before), viewsOf(snapshot));
    if (changes.length > 0) lookNoMore();
    if (changes.length === 0 && besidesTokens(before) === besidesTokens(snapshot)) return;
    for (const listener of [...listeners]) listener({ changes, snapshot });
  }

  /** Whose a driver is that the person named nobody knows. */
  function devicesBeside({ tokens }: TokenList): readonly PluggedDevice[] {
    const isNamedUseful = tokens.some(({ source }) => source.isExplicit && source.kind !== 'software');
    return plugged.flatMap((usbId) => {
      const device = deps.deviceOf(usbId);
      return device === null ? [] : [{ ...device, hasDriver: device.hasDriver || isNamedUseful }];
    });
  }

  function refresh(): void {
    pool.refresh();
    const known = new Map(watches.map((watch) => [watch.source, watch]));
    const current = pool.current();
    for (const watch of watches) if (!current.includes(watch.source)) void watch.close();
    watches = current.map(
      (source) => known.get(source) ?? createSourceWatch({ source, isBusy, clock, rules, onLook: publish }),
    );
    publish();
  }

  async function look(wanted: (source: TokenSource) => boolean = () => true): Promise<void> {
    refresh();
    await Promise.all(watches.filter(({ source }) => wanted(source)).map((watch) => watch.lookNow()));
  }

  function lookNoMore(): void {
    for (const timer of again) clearTimeout(timer);
    again = [];
  }

  function onNews(news: News): void {
    if (isDisposed) return;
    if (news.kind === 'folder') {
      void look(({ kind }) => kind === 'software');
      return;
    }
    const isFirst = facts === null;
    plugged = news.devices;
    if (news.kind === 'started') facts = news.facts;
    if (news.kind === 'started' && isFirst) {
      publish();
      return;
    }
    void look();
    lookNoMore();
    again = LOOK_AGAIN_MS.map((ms) => setTimeout(() => void look(), ms));
  }

  function poll(): void {
    polls += 1;
    if (polls % POLLS_PER_LOOK === 0) void look();
    else for (const watch of watches) watch.poll();
  }

  void look();
  const stopListening = deps.listen(onNews);
  const timer = setInterval(poll, POLL_MS);
  return {
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look: () => look(),
    async yieldTo(token) {
      await Promise.all(watches.filter((watch) => watch.shows(token)).map((watch) => watch.whenIdle()));
    },
    async dispose() {
      isDisposed = true;
      clearInterval(timer);
      lookNoMore();
      stopListening();
      await Promise.all(watches.map((watch) => watch.close()));
    },
  };
}

function viewsOf({ tokens }: TokenList) {
  return tokens.map(({ view }) => view);
}

function besidesTokens({ problems, devices, isComplete, facts }: PresenceSnapshot): string {
  return JSON.stringify({ problems, devices, isComplete, facts });
}
