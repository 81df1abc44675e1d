// Runs checks: what needs nothing at once, the rest as soon as it can. One that hangs, throws or is refused what it
// asks for becomes `unknown` and holds up nobody but those that need it.

import {
  finding,
  unanswered,
  type Check,
  type Finding,
  type UnknownReason,
} from '../../../core/environment/check.ts';
import type { Probe } from '../../../core/environment/probe.ts';

export interface Progress {
  readonly finding: Finding;
  readonly done: number;
  readonly total: number;
}

export interface RunOptions {
  /** In an order in which needs come first. */
  readonly checks: readonly Check[];
  readonly probe: Probe;
  /** For each question, milliseconds. */
  readonly limitMs: number;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
  /** Told of a check that threw. */
  readonly onBug: (check: string, stack: string) => void;
}

/** Findings in the order of the checks. */
export async function runChecks(options: RunOptions): Promise<readonly Finding[]> {
  const { checks, onProgress } = options;
  const cancelled = new Promise<UnknownReason>((resolve) => {
    options.signal.addEventListener('abort', () => resolve('cancelled'), { once: true });
  });
  const under = new Map<string, Promise<Finding>>();
  let done = 0;
  for (const check of checks) {
    const needed = check.needs.flatMap((id) => under.get(id) ?? []);
    const answered = runWhenReady(check, needed, options, cancelled).then((found) => {
      done += 1;
      onProgress({ finding: found, done, total: checks.length });
      return found;
    });
    under.set(check.id, answered);
  }
  return Promise.all(under.values());
}

async function runWhenReady(
  check: Check,
  needed: readonly Promise<Finding>[],
  options: RunOptions,
  cancelled: Promise<UnknownReason>,
): Promise<Finding> {
  const before = await Promise.all(needed);
  const obstacle = before.find(({ status, outcome }) => status === 'problem' || outcome === 'waits');
  if (obstacle !== undefined) {
    const because = obstacle.outcome === 'waits' ? String(obstacle.facts['because']) : obstacle.id;
    return unanswered(check, 'waits', { because }, 0);
  }
  if (options.signal.aborted) return unanswered(check, 'cancelled', {}, 0);
  return ask(check, options, cancelled);
}

async function ask(
  check: Check,
  { probe, limitMs, onBug }: RunOptions,
  cancelled: Promise<UnknownReason>,
): Promise<Finding> {
  const started = performance.now();
  const spent = () => Math.round((performance.now() - started) * 10) / 10;
  const question = check.run(probe).then(
    (answer) => {
      if ('outcome' in answer) return finding(check, answer, spent());
      return unanswered(check, answer.reason, { what: answer.what }, spent());
    },
    (thrown: unknown) => {
      onBug(check.id, thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
      return unanswered(check, 'threw', {}, spent());
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<UnknownReason>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), limitMs);
  });
  const stopped = Promise.race([late, cancelled]).then((reason) => unanswered(check, reason, {}, spent()));
  try {
    return await Promise.race([question, stopped]);
  } finally {
    clearTimeout(timer);
  }
}
