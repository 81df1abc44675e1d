// The environment check as the window conducts it: one at a time, told while it runs, kept until the next.

import type { EnvironmentReport, EnvironmentView } from '../../contract/views/environment-views.ts';
import { describeFinding } from '../../contract/finding-text.ts';
import { text, type Locale } from '../../contract/text.ts';
import { CHECKS } from '../../core/environment/all-checks.ts';
import { diagnosisCode } from '../../core/environment/diagnosis-code.ts';
import { verdictOf } from '../../core/environment/order.ts';
import {
  BROWSER_PAGE,
  type CheckReport,
  type EnvironmentService,
} from '../services/environment/environment-service.ts';
import { findingViewOf } from './finding-view.ts';

export interface EnvironmentDeskDeps {
  service(): Promise<EnvironmentService>;
  locale(): Locale;
  readonly clock: { now(): number };
  onChange(view: EnvironmentView): void;
  /** The CAs were asked what they say of certificates. */
  onChecked(): Promise<void>;
  reportBug(thrown: unknown): string;
}

export interface EnvironmentDesk {
  view(): EnvironmentView;
  /** Of the last check; null where there was none. */
  last(): CheckReport | null;
  /** Resolves when it is over; one that is under way is joined. */
  check(): Promise<void>;
  /** The same, by a page in the person's browser; what it found joins the last report. */
  checkBrowser(): Promise<void>;
  cancel(): void;
}

export function createEnvironmentDesk(deps: EnvironmentDeskDeps): EnvironmentDesk {
  let view: EnvironmentView = { progress: null, report: null };
  let last: CheckReport | null = null;
  let running: { readonly over: Promise<void>; readonly abort: AbortController } | null = null;

  function change(part: Partial<EnvironmentView>): void {
    view = { ...view, ...part };
    deps.onChange(view);
  }

  async function run(only: readonly string[], signal: AbortSignal): Promise<void> {
    const title = only.length === 0 ? '' : text('page.look', {}, deps.locale());
    change({ progress: { done: 0, total: only.length, title } });
    try {
      const environment = await deps.service();
      const checked = await environment.run({
        only,
        profile: null,
        signal,
        onProgress({ finding, done, total }) {
          const { title } = describeFinding(finding, deps.locale());
          change({ progress: { done, total, title } });
        },
      });
      if (checked.ok && !signal.aborted) {
        last = only.length === 0 ? checked.value : joined(last, checked.value);
        await deps.onChecked();
        change({ report: reportOf(last, deps) });
      }
    } catch (thrown) {
      deps.reportBug(thrown);
    } finally {
      running = null;
      change({ progress: null });
    }
  }

  function begin(only: readonly string[]): Promise<void> {
    if (running === null) {
      const abort = new AbortController();
      running = { abort, over: run(only, abort.signal) };
    }
    return running.over;
  }

  return {
    view: () => view,
    last: () => last,
    check: () => begin([]),
    checkBrowser: () => begin([BROWSER_PAGE]),
    cancel: () => running?.abort.abort(),
  };
}

/** The newer answer to the same question counts. */
function joined(before: CheckReport | null, { findings: found, ms }: CheckReport): CheckReport {
  const kept = before?.findings.filter(({ id }) => found.every((one) => one.id !== id)) ?? [];
  const findings = [...kept, ...found];
  const code = diagnosisCode(CHECKS, findings);
  return { findings, verdict: verdictOf(findings), code, ms: before?.ms ?? ms };
}

function reportOf(
  { findings, verdict, code, ms }: CheckReport,
  { clock, locale }: EnvironmentDeskDeps,
): EnvironmentReport {
  return {
    at: new Date(clock.now()).toISOString(),
    findings: findings.map((found) => findingViewOf(found, locale())),
    ...verdict,
    code,
    ms,
  };
}
