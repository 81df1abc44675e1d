// Repairs: what would change is shown first, nothing is changed without a yes, and every repair can be undone.

import type { CheckReport, EnvironmentService } from '../../app/services/environment/environment-service.ts';
import type { RepairRecord } from '../../app/adapters/repair-records.ts';
import type { PlannedRepair } from '../../app/services/environment/repairs.ts';
import { changeLines } from '../../contract/change-text.ts';
import { text, type TextKey } from '../../contract/text.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { ok, type Result } from '../../core/errors/result.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { locale } from '../locale.ts';
import { findingJson } from './check.ts';

export const repair: Command = async (context) => {
  const { args, application, output } = context;
  const environment = await application.environment();
  for (const { id, state } of await environment.repairs.recover())
    output.note(output.words(state === 'applied' ? 'repair.completed' : 'repair.recovered', { id }));
  const undo = args.text('undo');
  if (undo !== null) return undoRecord(environment, undo, context);

  const checked = await check(environment, args.text('profile'), []);
  if (!checked.ok) return output.fail(checked.error);
  const planned = await environment.repairs.plan(checked.value.findings, args.positionals);
  if (!planned.ok) return output.fail(planned.error);
  const isNamed = args.positionals.length > 0;
  const chosen = planned.value.filter(({ plan, ticked }) => plan.ok && (ticked || isNamed));
  sayPlan(planned.value, chosen, context);
  if (chosen.length === 0 || args.has('dry-run') || !(await agrees(context))) {
    output.finish({ ok: true, planned: planned.value.map(planJson), record: null, findings: [] });
    return EXIT.done;
  }
  return apply(environment, planned.value, chosen, context);
};

async function check(
  environment: EnvironmentService,
  profile: string | null,
  only: readonly string[],
): Promise<Result<CheckReport, AppError>> {
  const signal = new AbortController().signal;
  return environment.run({ only, profile, onProgress: () => undefined, signal });
}

async function apply(
  environment: EnvironmentService,
  planned: readonly PlannedRepair[],
  chosen: readonly PlannedRepair[],
  { args, output }: CommandContext,
): Promise<ExitCode> {
  const made = await environment.repairs.apply(chosen);
  if (!made.ok) return output.fail(made.error);
  const again = await check(
    environment,
    args.text('profile'),
    chosen.map((one) => one.check),
  );
  if (!again.ok) return output.fail(again.error);
  const after = again.value.findings.filter(({ id }) => chosen.some((one) => one.check === id));
  output.say(output.words('repair.done', { id: made.value.id }));
  for (const { id, status } of after) {
    const title = text(`check.${id}` as TextKey, {}, locale);
    output.say(output.words(status === 'ok' ? 'repair.fine' : 'repair.notYet', { title }));
  }
  const record = made.value.id;
  output.finish({ ok: true, planned: planned.map(planJson), record, findings: after.map(findingJson) });
  return after.some(({ status }) => status === 'problem') ? EXIT.unfit : EXIT.done;
}

function sayPlan(
  planned: readonly PlannedRepair[],
  chosen: readonly PlannedRepair[],
  { output }: CommandContext,
): void {
  if (planned.length === 0) output.say(output.words('repair.nothing'));
  for (const one of planned) {
    const title = text(`repair.${one.repair}`, {}, locale);
    const key = one.elevated ? 'repair.titleElevated' : 'repair.title';
    output.say(output.words(key, { title, repair: one.repair }));
    if (!one.plan.ok) output.say(output.words('repair.refused', { ...one.plan.error }));
    else for (const line of changeLines(one.plan.value.changes, locale)) output.say(`    ${line}`);
    if (one.plan.ok && !chosen.includes(one))
      output.say(output.words('repair.notChosen', { repair: one.repair }));
  }
}

async function agrees({ args, output, terminal }: CommandContext): Promise<boolean> {
  if (args.has('yes')) return true;
  if (!terminal.isInteractive) {
    output.note(output.words('repair.hint'));
    return false;
  }
  return /^(y|yes|是|好)$/i.test((await terminal.askLine(output.words('repair.ask'))) ?? '');
}

/** `list` shows the records. */
async function undoRecord(
  { repairs }: EnvironmentService,
  wanted: string,
  { output }: CommandContext,
): Promise<ExitCode> {
  if (wanted === 'list') {
    const records = await repairs.records();
    for (const one of records) output.say(output.words('repair.record', recordJson(one)));
    if (records.length === 0) output.say(output.words('repair.noRecord'));
    output.finish({ ok: true, records: records.map(recordJson) });
    return EXIT.done;
  }
  const undone = await repairs.undo(wanted);
  if (!undone.ok) return output.fail(undone.error);
  output.say(output.words('repair.undone', { id: wanted }));
  output.finish({ ok: true, record: wanted, state: undone.value.state });
  return EXIT.done;
}

function recordJson({ id, at, state, repairs, elevated }: RepairRecord) {
  return { id, at, state, repairs: [...repairs.map((made) => made.repair), ...elevated] };
}

function planJson({ repair: id, check: finding, elevated, ticked, plan }: PlannedRepair): object {
  const outcome: Result<readonly string[], unknown> = plan.ok
    ? ok(changeLines(plan.value.changes, locale))
    : plan;
  return {
    repair: id,
    check: finding,
    elevated,
    ticked,
    ...(outcome.ok ? { changes: outcome.value } : outcome),
  };
}
