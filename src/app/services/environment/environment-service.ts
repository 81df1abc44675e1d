// The environment check as one use case for every face: run, read the verdict, report. Repairs: repairs.ts.

import { CHECKS } from '../../../core/environment/all-checks.ts';
import type { Finding } from '../../../core/environment/check.ts';
import { diagnosisCode } from '../../../core/environment/diagnosis-code.ts';
import {
  selectChecks,
  unknownIds,
  verdictOf,
  type EnvironmentVerdict,
} from '../../../core/environment/order.ts';
import type { Probe } from '../../../core/environment/probe.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import {
  writeReport,
  type DiagnosisReport,
  type ReportContent,
  type ReportForm,
} from '../../../contract/diagnosis-report.ts';
import { gateChecks, obstaclesAmong } from '../../../core/environment/renewal-gate.ts';
import type { Clock, Log } from '../../adapters/log.ts';
import type { FindIssuers } from '../accompany/authorities.ts';
import type { Gate } from '../clear-the-way.ts';
import type { RepairService } from './repairs.ts';
import { runChecks, type Progress } from './run-checks.ts';

export interface CheckOptions {
  /** Ids, their beginnings (`driver`), or references (`C-07`); empty: all. */
  readonly only: readonly string[];
  /** Also shows a page in the person's browser. */
  readonly browser?: boolean;
  /** Id of a profile; null: as the key's certificate says. */
  readonly profile: string | null;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

export interface CheckReport {
  readonly findings: readonly Finding[];
  readonly verdict: EnvironmentVerdict;
  /** Six digits. */
  readonly code: string;
  /** Of the whole run. */
  readonly ms: number;
}

export interface EnvironmentService extends Gate {
  /** `ca` has serial numbers in full: only when the person agrees. */
  report(form: ReportForm, checked: CheckReport): Promise<DiagnosisReport>;
  readonly repairs: RepairService;
  /** From keys, this computer's store and the addresses in certificates; what it found or failed to find stays. */
  openIssuers(): Promise<FindIssuers>;
  run(options: CheckOptions): Promise<Result<CheckReport, AppError<'check.notFound' | 'profile.notFound'>>>;
}

export interface EnvironmentDeps {
  /** null: there is no profile of that name. */
  /** @param token id of the only key it is about; absent: all */
  readonly openProbe: (profile: string | null, signal: AbortSignal, token?: string) => Promise<Probe | null>;
  readonly repairs: RepairService;
  readonly timeline: () => Promise<ReportContent['timeline']>;
  readonly sealTests: () => Promise<ReportContent['sealTests']>;
  readonly clock: Clock;
  readonly version: string;
  readonly home: string;
  readonly log: Log;
}

/** For each question: longer than a driver host waits for its driver, so that a driver that hangs is named. */
const LIMIT_MS = 25_000;
/** Before a renewal a person waits for the answer; what is late is unknown, and stops nothing. */
const GATE_LIMIT_MS = 5_000;

/** Id of the check that shows a page. */
export const BROWSER_PAGE = 'browser.page';

function withBrowser(named: readonly string[]): readonly string[] {
  const plain = CHECKS.filter(({ onRequest }) => onRequest === undefined).map(({ id }) => id);
  return [...(named.length === 0 ? plain : named), BROWSER_PAGE];
}

export function createEnvironmentService(deps: EnvironmentDeps): EnvironmentService {
  const { openProbe, repairs, log } = deps;

  async function look(
    probe: Probe,
    { only, onProgress, signal }: Omit<CheckOptions, 'profile'>,
    limitMs: number,
  ): Promise<readonly Finding[]> {
    const checks = selectChecks(CHECKS, probe.platform, only);
    const onBug = (check: string, stack: string) => log.write('error', 'check.threw', { call: check, stack });
    const findings = await runChecks({ checks, probe, limitMs, onProgress, signal, onBug });
    for (const { id, status, outcome } of findings) {
      if (status === 'problem') log.write('info', 'check.found', { call: id, state: outcome });
    }
    return findings;
  }

  return {
    repairs,
    async report(form, { code, verdict, findings }) {
      const [timeline, sealTests, records] = await Promise.all([
        deps.timeline(),
        deps.sealTests(),
        repairs.records(),
      ]);
      const made = records.map(({ id, at, state, repairs: own, elevated }) => ({
        ...{ id, at, state },
        repairs: [...own.map(({ repair }) => repair), ...elevated],
      }));
      const at = new Date(deps.clock.now()).toISOString();
      const platform = `${process.platform} ${process.arch}`;
      const { version, home } = deps;
      return writeReport(
        { version, at, platform, home, code, verdict, findings, repairs: made, sealTests, timeline },
        form,
      );
    },
    async obstacles(to, token, profile) {
      const { signal } = new AbortController();
      const probe = await openProbe(profile, signal, token);
      if (probe === null) return [];
      const only = gateChecks(CHECKS, to);
      const findings = await look(probe, { only, onProgress: () => undefined, signal }, GATE_LIMIT_MS);
      return obstaclesAmong(findings, only);
    },
    async openIssuers() {
      const probe = await openProbe(null, new AbortController().signal);
      return async (leaf) => {
        const chain = await probe?.trust.chain(leaf);
        return chain?.issuers.map(({ certificate }) => certificate) ?? [];
      };
    },
    async run({ only: named, browser = false, profile, onProgress, signal }) {
      const only = browser ? withBrowser(named) : named;
      const [unknown] = unknownIds(CHECKS, only);
      if (unknown !== undefined) return err({ code: 'check.notFound', wanted: unknown });
      const started = performance.now();
      const probe = await openProbe(profile, signal);
      if (probe === null) return err({ code: 'profile.notFound', wanted: profile ?? '' });
      const findings = await look(probe, { only, onProgress, signal }, LIMIT_MS);
      const ms = Math.round(performance.now() - started);
      return ok({ findings, verdict: verdictOf(findings), code: diagnosisCode(CHECKS, findings), ms });
    },
  };
}
