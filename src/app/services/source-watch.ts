// Watches what one driver shows: a look when something happened, a glance when nothing is known to have. One call
// at a time; what comes meanwhile makes for one more look. Never while an operation runs on a token of this driver.

import type { ClassificationRules } from '../../core/token/current.ts';
import type { TokenId } from '../../core/token/token.ts';
import type { Clock } from '../adapters/log.ts';
import { lookAt, type TokenLook, type TokenSource } from './token-look.ts';

export interface SourceWatch {
  readonly source: TokenSource;
  /** The newest; null: not answered yet. */
  look(): TokenLook | null;
  /** Reads the tokens, now or as soon as the driver is free. */
  lookNow(): Promise<void>;
  /** Reads the tokens where a glance shows that some came or went. */
  poll(): void;
  /** Whether the newest look has the token. */
  shows(token: TokenId): boolean;
  /** Resolves when what is under way has ended. */
  whenIdle(): Promise<void>;
  /** Resolves once the driver is left alone for good. */
  close(): Promise<void>;
}

export interface SourceWatchDeps {
  readonly source: TokenSource;
  readonly isBusy: (token: TokenId) => Promise<boolean>;
  readonly clock: Clock;
  readonly rules: ClassificationRules;
  readonly onLook: () => void;
}

/** A driver that fails poll after poll is polled less and less, down to once in this many polls. */
const RAREST_POLL = 32;

export function createSourceWatch(deps: SourceWatchDeps): SourceWatch {
  const { source, clock, rules, onLook } = deps;
  const { provider } = source;
  let look: TokenLook | null = null;
  let glance: string | null = null;
  /** Looks asked for, and how many of them are done. */
  let wanted = 0;
  let done = 0;
  let isClosed = false;
  let running: Promise<void> | null = null;
  let failures = 0;
  let pollsToSkip = 0;

  const isOver = (): boolean => isClosed;

  async function work(): Promise<void> {
    try {
      do {
        const isInUse = await isAnyBusy();
        if (isOver()) return;
        if (isInUse) {
          wanted += 1;
          return;
        }
        const before = done;
        const begun = wanted;
        const glanced = await provider.glance();
        const hasMoved = !glanced.ok || glanced.value !== glance;
        if (isOver() || (begun === done && !hasMoved)) return;
        glance = glanced.ok ? glanced.value : null;
        done = begun;
        learn(await lookAt(source, clock.now(), rules), begun === before);
      } while (wanted > done);
    } finally {
      running = null;
    }
  }

  async function isAnyBusy(): Promise<boolean> {
    const tokens = look?.tokens ?? [];
    const busy = await Promise.all(tokens.map(({ token }) => deps.isBusy(token.id)));
    return busy.includes(true);
  }

  function learn(seen: TokenLook, isPolled: boolean): void {
    if (isOver()) return;
    look = seen;
    const isFailing = seen.tokens.length === 0 && seen.problems.length > 0;
    // A look that was asked for says nothing of how often it is worth asking.
    failures = isFailing ? failures + Number(isPolled) : 0;
    pollsToSkip = failures === 0 ? 0 : Math.min(2 ** (failures - 1), RAREST_POLL) - 1;
    onLook();
  }

  return {
    source,
    look: () => look,
    lookNow() {
      wanted += 1;
      running ??= work();
      return running;
    },
    poll() {
      if (pollsToSkip > 0) pollsToSkip -= 1;
      else running ??= work();
    },
    shows: (id) => look?.tokens.some(({ token }) => token.id === id) ?? false,
    async whenIdle() {
      await running;
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}
