// Runs checks, all at once: they only look, and wait for what they share by themselves. One that hangs, throws or is
// refused what it asks for becomes `unknown`; an answer whose ground is broken is not shown.

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
  /** For each question that has none of its own, milliseconds. */
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
    const answered = ask(check, options, cancelled)
      .then((own) => onGround(own, check, needed))
      .then((found) => {
        done += 1;
        onProgress({ finding: found, done, total: checks.length });
        return found;
      });
    under.set(check.id, answered);
  }
  return Promise.all(under.values());
}

/** An answer that rests on something broken says nothing; what is broken is named instead. */
async function onGround(own: Finding, check: Check, needed: readonly Promise<Finding>[]): Promise<Finding> {
  const before = await Promise.all(needed);
  const obstacle = before.find(({ status, outcome }) => status === 'problem' || outcome === 'waits');
  if (obstacle === undefined) return own;
  const because = obstacle.outcome === 'waits' ? String(obstacle.facts['because']) : obstacle.id;
  return unanswered(check, 'waits', { because }, own.ms);
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
    timer = setTimeout(() => resolve('timeout'), check.onRequest?.limitMs ?? limitMs);
  });
  const stopped = Promise.race([late, cancelled]).then((reason) => unanswered(check, reason, {}, spent()));
  try {
    return await Promise.race([question, stopped]);
  } finally {
    clearTimeout(timer);
  }
}
