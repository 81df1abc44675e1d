import type { BrowserSight } from '../../core/environment/browser-page.ts';
import type { Obstacle } from '../../core/environment/probed.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';

export interface Visit {
  readonly answer: Promise<Result<BrowserSight, Obstacle>>;
  /** `isFinal`: nothing better is to come; else it counts when time is over. */
  see(sight: BrowserSight, isFinal: boolean): void;
  /** The page is gone, and another will not come. */
  leave(): void;
}

/** @param over ends the waiting */
export function createVisit(over: AbortSignal): Visit {
  let latest: BrowserSight | null = null;
  let end: (result: Result<BrowserSight, Obstacle>) => void = () => undefined;
  const answer = new Promise<Result<BrowserSight, Obstacle>>((resolve) => (end = resolve));
  const endWith = (reason: 'timeout' | 'closed') =>
    end(latest === null ? err({ reason, what: 'page' }) : ok(latest));
  if (over.aborted) endWith('timeout');
  else over.addEventListener('abort', () => endWith('timeout'), { once: true });
  return {
    answer,
    see(sight, isFinal) {
      latest = sight;
      if (isFinal) end(ok(sight));
    },
    leave: () => endWith('closed'),
  };
}
