// The 诊断报告 in its two forms: for the CA, with serial numbers in full when the person agrees to that, and for the
// public, where nothing names a person, a key or a home folder. Plain text; the same facts as JSON.

import { PERSONAL_FACTS, type Facts, type Finding } from '../core/environment/check.ts';
import type { EnvironmentVerdict } from '../core/environment/order.ts';
import { describeFinding } from './finding-text.ts';
import { text, type Locale, type TextKey, type TextParameters } from './text.ts';

export type ReportForm = 'ca' | 'public';

export interface ReportContent {
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
  readonly platform: string;
  readonly home: string;
  readonly code: string;
  readonly verdict: EnvironmentVerdict;
  readonly findings: readonly Finding[];
  readonly repairs: readonly {
    readonly id: string;
    readonly at: string;
    readonly state: string;
    readonly repairs: readonly string[];
  }[];
  readonly timeline: readonly {
    readonly at: string;
    readonly event: string;
    readonly details: readonly string[];
  }[];
  /** How the last self-test of each key ended. */
  readonly sealTests: readonly {
    /** ISO 8601. */
    readonly at: string;
    readonly tokenLabel: string;
    readonly hasPassed: boolean;
    readonly steps: readonly {
      readonly step: string;
      readonly status: 'ok' | 'failed' | 'notChecked';
      readonly number: number | null;
    }[];
  }[];
}

export interface DiagnosisReport {
  readonly text: string;
  readonly json: object;
}

/** Bytes of a certificate tell nobody anything on paper. */
const LEFT_OUT: ReadonlySet<string> = new Set(['der']);

export function writeReport(
  content: ReportContent,
  form: ReportForm,
  locale: Locale = 'zh-CN',
): DiagnosisReport {
  const show = form === 'public' ? (words: string) => redact(words, content.home) : (words: string) => words;
  const findings = content.findings.map((found) => ({
    ...found,
    facts: shownFacts(found.facts, form, show),
  }));
  const words = (key: string, parameters: TextParameters = {}) =>
    text(`report.${key}` as TextKey, parameters, locale);
  const { verdict, code, version, at, platform, repairs } = content;
  const timeline = content.timeline.map((entry) => ({ ...entry, details: entry.details.map(show) }));
  const sealTests = content.sealTests.map(({ tokenLabel, ...test }) =>
    form === 'ca' ? { tokenLabel, ...test } : test,
  );
  const lines = [
    words(form === 'public' ? 'titlePublic' : 'title'),
    words('head', { version, at: at.replace('T', ' ').slice(0, 19), platform }),
    words('code', { code }),
    ...(verdict.layer === null
      ? []
      : [words('layer', { layer: text(`check.layer.${verdict.layer}`, {}, locale) })]),
    '',
    ...findings.flatMap((found) => findingLines(found, locale, show)),
    '',
    words('repairs'),
    ...repairs.map((one) => `  ${one.id} ${one.state} ${one.repairs.join(' ')}`),
    '',
    words('sealTests'),
    ...content.sealTests.flatMap((test) => sealTestLines(test, form, locale)),
    '',
    words('timeline'),
    ...timeline.map((entry) => `  ${entry.at} ${entry.event} ${entry.details.join(' ')}`.trimEnd()),
    '',
  ];
  const json = { form, version, at, platform, code, verdict, findings, repairs, sealTests, timeline };
  return { text: lines.join('\n'), json };
}

function sealTestLines(
  { at, tokenLabel, hasPassed, steps }: ReportContent['sealTests'][number],
  form: ReportForm,
  locale: Locale,
): readonly string[] {
  const head = `  ${hasPassed ? MARKS.ok : MARKS.problem} ${at}${form === 'ca' ? ` ${tokenLabel}` : ''}`;
  return [
    head,
    ...steps
      .filter(({ status }) => status !== 'ok')
      .map(({ step, status, number }) => {
        const title = text(`seal.testStep.${step}` as TextKey, {}, locale);
        return `      ${status === 'failed' ? MARKS.problem : MARKS.unknown} ${title} ${String(number ?? '')}`.trimEnd();
      }),
  ];
}

const MARKS = { ok: '✓', advice: '▲', problem: '✕', unknown: '?', notApplicable: '–' } as const;

function findingLines(found: Finding, locale: Locale, show: (words: string) => string): readonly string[] {
  const { title, message } = describeFinding(found, locale);
  const facts = Object.entries(found.facts).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const head = `${MARKS[found.status]} ${found.ref} ${found.id} [${found.outcome}] ${title}：${show(message)}`;
  return found.status === 'ok' || facts.length === 0 ? [head] : [head, `    ${facts.join(' ')}`];
}

function shownFacts(facts: Facts, form: ReportForm, show: (words: string) => string): Facts {
  const entries = Object.entries(facts).filter(
    ([name]) => !LEFT_OUT.has(name) && (form === 'ca' || !PERSONAL_FACTS.has(name)),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, shownFact(value, show)]));
}

function shownFact(value: Facts[string], show: (words: string) => string): Facts[string] {
  if (typeof value === 'string') return show(value);
  return Array.isArray(value) ? (value as readonly string[]).map(show) : value;
}

/** Serial numbers, hashes, identity and telephone numbers keep their last four characters. */
function redact(words: string, home: string): string {
  const withoutHome = home.length > 1 ? words.replaceAll(home, '~') : words;
  return withoutHome.replace(/[0-9A-Za-z]{7,}/g, (run) => (/\d{3}/.test(run) ? `…${run.slice(-4)}` : run));
}
