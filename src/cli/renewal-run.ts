// What `renew` and `resume` have in common: holding off Ctrl-C, and telling how it ended.

import type { RenewalDialogue } from '../app/services/renewal/dialogue.ts';
import type { RenewalFailure, RenewalService } from '../app/services/renewal/renewal-service.ts';
import type { RenewalReport } from '../app/services/renewal/report.ts';
import { describeError } from '../contract/text.ts';
import type { AppError } from '../core/errors/codes.ts';
import type { Result } from '../core/errors/result.ts';
import type { RenewalMode } from '../core/renewal/state.ts';
import type { CommandContext } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { readForm, readSeconds } from './option-values.ts';
import { locale } from './locale.ts';
import { createRenewalDialogue } from './renewal-dialogue.ts';

const DEFAULT_WAIT_S = 600;

type Work = (
  service: RenewalService,
  dialogue: RenewalDialogue,
) => Promise<Result<RenewalReport, RenewalFailure>>;

export async function runRenewalCommand(context: CommandContext, work: Work): Promise<ExitCode> {
  const { application, args, interruption, output } = context;
  const wait = readSeconds(args, 'wait', DEFAULT_WAIT_S);
  if (!wait.ok) return output.fail(wait.error);
  const form = readForm(args.texts('form'));
  if (!form.ok) return output.fail(form.error);
  // With its PIN on standard input the program cannot ask for it again, so the token stays open meanwhile.
  const service = await application.renewals(!context.terminal.isInteractive);
  if (!service.ok) return output.fail(service.error);
  const hold = interruption.hold({
    onFirst: () => output.note(output.words('interrupt.renewal')),
    onSecond: () => output.note(output.words('interrupt.leaveRenewal')),
    leaveWith: EXIT.resumable,
  });
  try {
    const dialogue = createRenewalDialogue(context, {
      signal: hold.signal,
      waitMs: wait.value * 1000,
      form: form.value,
    });
    const outcome = await work(service.value, dialogue);
    if (outcome.ok) return tell(outcome.value, context);
    return failed(outcome.error, hold.signal.aborted, context);
  } finally {
    hold.release();
  }
}

function failed(failure: RenewalFailure, isInterrupted: boolean, { output }: CommandContext): ExitCode {
  const { resumable, renewalId } = failure;
  const error: AppError =
    isInterrupted && resumable && renewalId !== null
      ? { code: 'renewal.interrupted', renewalId }
      : failure.error;
  const code = output.fail(error, { resumable });
  if (resumable && renewalId !== null) output.note(output.words('renewal.resume', { renewalId }));
  return isInterrupted && !resumable ? EXIT.interrupted : code;
}

function tell(report: RenewalReport, { application, output }: CommandContext): ExitCode {
  const gatewayMs = Math.round(application.meter.gatewayMs());
  output.finish({ ...reportJson(report), gatewayMs, stories: [] });
  if (!output.isJson) for (const line of reportLines(report, output)) output.say(line);
  return EXIT.done;
}

/** The report as `renew --json` shows it; bytes and mode in the words of the command line. */
export function reportJson({ chain: _chain, mode, steps, ...report }: RenewalReport) {
  return {
    ok: true,
    ...report,
    mode: MODE_NAMES[mode],
    steps: steps.map(({ name, ms, tokenMs }) => ({ name, ms: rounded(ms), tokenMs: rounded(tokenMs) })),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** `--mode` and the report write modes in lower case. */
export const MODES: Readonly<Record<string, RenewalMode>> = { new: 'new', same: 'same', inplace: 'inPlace' };

const MODE_NAMES = { new: 'new', same: 'same', inPlace: 'inplace' } as const satisfies Record<
  RenewalMode,
  string
>;

function sealLines({ seal }: RenewalReport, output: CommandContext['output']): readonly string[] {
  if (seal === null) return [];
  const { state, name, maker, error } = seal;
  const lines = [output.words(`renewal.seal.${state}`, { name, maker })];
  if (error === null) return lines;
  const { number, message, advice } = describeError(error, locale);
  return [...lines, output.words('error', { number, message, advice })];
}

export function reportLines(report: RenewalReport, output: CommandContext['output']): readonly string[] {
  const { before, after, oldRevoked, journal, mode } = report;
  const old = output.words(`renewal.old.${String(oldRevoked) as 'true' | 'false' | 'null'}`);
  return [
    ...(before === null
      ? [output.words('renewal.enrolled')]
      : [
          output.words('renewal.done', { mode: MODE_NAMES[mode] }),
          output.words('renewal.before', { serial: before.serial, notAfter: before.notAfter }),
        ]),
    output.words('renewal.after', { serial: after.serial, notAfter: after.notAfter }),
    output.words('renewal.tested'),
    ...(before === null ? [] : [old, output.words(`renewal.kept.${MODE_NAMES[mode]}`)]),
    ...sealLines(report, output),
    output.words('renewal.journal', { journal }),
  ];
}
