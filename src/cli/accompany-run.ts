// What `accompany` and `accompany resume` have in common: Ctrl-C leaves and loses nothing, because nothing is written
// to a key here; then how it stands is told.

import type { AccompanyFailure } from '../app/services/accompany/accompany-service.ts';
import type { AccompanyDialogue } from '../app/services/accompany/dialogue.ts';
import type { AccompanyReport } from '../app/services/accompany/report.ts';
import { describeProblem, text, type TextKey } from '../contract/text.ts';
import type { KeyVerdict } from '../core/accompany/judge.ts';
import type { ProofStep } from '../core/accompany/step.ts';
import type { Result } from '../core/errors/result.ts';
import { createAccompanyDialogue, readBids } from './accompany-dialogue.ts';
import type { CommandContext } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { locale } from './locale.ts';
import { readSeconds } from './option-values.ts';
import { errorJson } from './output.ts';

const DEFAULT_WAIT_S = 600;

const EXIT_OF: Readonly<Record<KeyVerdict, ExitCode>> = {
  renewed: EXIT.done,
  incomplete: EXIT.incomplete,
  wrong: EXIT.unconfirmed,
  waiting: EXIT.resumable,
};

export async function runAccompaniment(
  context: CommandContext,
  work: (dialogue: AccompanyDialogue) => Promise<Result<AccompanyReport, AccompanyFailure>>,
): Promise<ExitCode> {
  const { args, interruption, output } = context;
  const wait = readSeconds(args, 'wait', DEFAULT_WAIT_S);
  if (!wait.ok) return output.fail(wait.error);
  const bids = readBids(args);
  if (!bids.ok) return output.fail(bids.error);
  const hold = interruption.hold({
    onFirst: () => undefined,
    onSecond: () => undefined,
    leaveWith: EXIT.resumable,
  });
  try {
    const options = { signal: hold.signal, waitMs: wait.value * 1000, bids: bids.value };
    const outcome = await work(createAccompanyDialogue(context, options));
    return outcome.ok ? tell(outcome.value, context) : failed(outcome.error, context);
  } finally {
    hold.release();
  }
}

function failed({ error, id }: AccompanyFailure, { output }: CommandContext): ExitCode {
  const code = output.fail(error, { resumable: id !== null });
  if (id !== null) output.note(output.words('accompany.resume', { id }));
  return code;
}

function tell(report: AccompanyReport, { output }: CommandContext): ExitCode {
  const { verdict } = report;
  output.finish(reportJson(report));
  if (!output.isJson) for (const line of reportLines(report)) output.say(line);
  if (report.isOpen) output.note(output.words('accompany.resume', { id: report.id }));
  return EXIT_OF[verdict];
}

function reportJson({ steps, ...report }: AccompanyReport) {
  const { verdict } = report;
  return {
    ok: verdict === 'renewed' || verdict === 'incomplete',
    ...report,
    steps: steps.map(({ problem, ...step }) => ({
      ...step,
      problem: problem === null ? null : { ...errorJson(problem), ...describeProblem(problem, locale) },
    })),
  };
}

function words(key: string, parameters: ProofStep['facts'] = {}): string {
  return text(`accompany.${key}` as TextKey, parameters, locale);
}

function reportLines({ verdict, steps, before, after, guide }: AccompanyReport): readonly string[] {
  const [signing] = after.certificates;
  const isGood = verdict === 'renewed' || verdict === 'incomplete';
  const serials = { before: before.certificate?.serial ?? null, after: signing?.serial ?? null };
  const next = isGood
    ? [words('next.replug'), words('next.rebind', serials), words('next.seal')]
    : [words('next.wrong', { hotline: guide.contact.hotline })];
  return [words(`verdict.${verdict}`), ...steps.flatMap(stepLines), ...next];
}

function stepLines({ step, status, problem, facts }: ProofStep): readonly string[] {
  const line = `  ${words(`status.${status}`)}  ${words(`step.${step}`, facts)}`;
  if (problem === null) return [line];
  const { message, advice, number } = describeProblem(problem, locale);
  return [line, `    ${message}（${number}）${status === 'failed' ? advice : ''}`];
}
