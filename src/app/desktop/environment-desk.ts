// The environment check as the window conducts it: one at a time, told while it runs, kept until the next.

import type { EnvironmentReport, EnvironmentView } from '../../contract/views/environment-views.ts';
import { describeFinding } from '../../contract/finding-text.ts';
import type { Locale } from '../../contract/text.ts';
import type { CheckReport, EnvironmentService } from '../services/environment/environment-service.ts';
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

  async function run(signal: AbortSignal): Promise<void> {
    change({ progress: { done: 0, total: 0, title: '' } });
    try {
      const environment = await deps.service();
      const checked = await environment.run({
        only: [],
        profile: null,
        signal,
        onProgress({ finding, done, total }) {
          const { title } = describeFinding(finding, deps.locale());
          change({ progress: { done, total, title } });
        },
      });
      if (checked.ok && !signal.aborted) {
        last = checked.value;
        await deps.onChecked();
        change({ report: reportOf(checked.value, deps) });
      }
    } catch (thrown) {
      deps.reportBug(thrown);
    } finally {
      running = null;
      change({ progress: null });
    }
  }

  return {
    view: () => view,
    last: () => last,
    check() {
      if (running === null) {
        const abort = new AbortController();
        running = { abort, over: run(abort.signal) };
      }
      return running.over;
    },
    cancel: () => running?.abort.abort(),
  };
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
