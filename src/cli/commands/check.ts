import type { CheckReport } from '../../app/services/environment/environment-service.ts';
import { describeFinding } from '../../contract/finding-text.ts';
import { CHECK_GROUPS, type Finding, type FindingStatus } from '../../core/environment/check.ts';
import { text } from '../../contract/text.ts';
import { writeNewFile } from '../new-file.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { findingLines } from '../finding-lines.ts';
import { locale } from '../locale.ts';
import type { Output } from '../output.ts';

/** Looks at this computer; changes nothing and tries no PIN. */
export const check: Command = async ({ args, application, output }) => {
  const environment = await application.environment();
  const browser = args.has('browser');
  if (browser) output.note(output.words('check.opening', {}));
  const checked = await environment.run({
    only: args.texts('only'),
    browser,
    profile: args.text('profile'),
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  if (!checked.ok) return output.fail(checked.error);
  const report = checked.value;
  const path = args.text('report');
  if (path !== null) {
    const { text: words } = await environment.report(args.has('full') ? 'ca' : 'public', report);
    const written = await writeNewFile(path, words);
    if (!written.ok) return output.fail(written.error);
    output.note(output.words('check.reported', { path }));
  }
  if (output.isJson) output.finish(reportJson(report));
  else sayReport(report, output);
  return report.verdict.isFit ? EXIT.done : EXIT.unfit;
};

export function reportJson({ findings, verdict, code, ms }: CheckReport): object {
  return {
    ok: true,
    fit: verdict.isFit,
    layer: verdict.layer,
    code,
    findings: findings.map(findingJson),
    ms,
  };
}

export function findingJson(found: Finding): object {
  const { id, ref, group, status, outcome, blocksRenewal, facts, repair, ms } = found;
  const { title, message, advice } = describeFinding(found, locale);
  const remedy = advice === null ? null : { advice, repair };
  return { id, ref, group, status, outcome, blocksRenewal, facts, title, message, remedy, ms };
}

const SHOWN = ['problem', 'advice', 'unknown'] as const satisfies readonly FindingStatus[];

function sayReport({ findings, verdict, code, ms }: CheckReport, output: Output): void {
  for (const status of SHOWN) {
    const here = findings.filter((found) => found.status === status);
    if (here.length === 0) continue;
    output.say(output.words(`check.section.${status}`));
    for (const line of here.flatMap((found) => findingLines(found, output))) output.say(line);
  }
  sayFine(findings, output);
  if (verdict.layer !== null)
    output.say(output.words('check.layer', { layer: text(`check.layer.${verdict.layer}`, {}, locale) }));
  const { problems, advice, fine, unknown } = verdict;
  const parameters = { seconds: (ms / 1000).toFixed(1), count: findings.length, problems, advice, fine };
  output.say(output.words('check.summary', { ...parameters, unknown: unknown === 0 ? null : unknown }));
  if (problems > 0) output.say(output.words('check.code', { code }));
}

function sayFine(findings: readonly Finding[], output: Output): void {
  const fine = findings.filter(({ status }) => status === 'ok');
  const groups = CHECK_GROUPS.map((group) => ({
    group: text(`check.group.${group}`, {}, locale),
    count: fine.filter((found) => found.group === group).length,
  })).filter(({ count }) => count > 0);
  if (fine.length === 0) return;
  output.say(output.words('check.section.ok'));
  const parts = groups.map((part) => output.words('check.group', part)).join(output.words('separator'));
  output.say(`${output.words('check.fine', { count: fine.length })}：${parts}`);
}
