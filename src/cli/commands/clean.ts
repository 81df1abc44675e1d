// Deleting history, one container at a time, with what would be lost said before. Never what is in use, and the
// last key that opens something only with a consent of its own.

import { isRemovable, type HistoryService } from '../../app/services/history.ts';
import type { FoundToken } from '../../app/services/tokens.ts';
import type { ContainerLoss } from '../../contract/views/token-views.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import { findToken } from '../chosen-token.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { askPin } from '../secrets.ts';

export const clean: Command = async (context) => {
  const { application, args, output } = context;
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const history = await application.history();
  if (!history.ok) return output.fail(history.error);
  const losses = history.value.losses(found.value);
  const named = args.texts('container');
  const candidates = chooseCandidates(losses, named);
  if (!candidates.ok) return output.fail(candidates.error);
  const chosen = await chooseWithPerson(context, candidates.value, found.value);
  const refused = chosen.find(({ isLast }) => isLast && !args.has('accept-loss'));
  if (refused !== undefined) {
    sayLoss(refused, context);
    output.note(output.words('clean.lastKey'));
    return output.fail({ code: 'renewal.consentNeeded', consent: 'lastKey' });
  }
  const names = chosen.map(({ container }) => container);
  const deleted =
    names.length === 0 ? done : await deleteContainers(context, history.value, found.value, names);
  if (!deleted.ok) return output.fail(deleted.error);
  output.finish({
    ok: true,
    token: found.value.token.id,
    containers: candidates.value,
    deleted: names,
  });
  if (!output.isJson) sayDeleted(context, candidates.value, chosen);
  return EXIT.done;
};

/** All history; of others only what was named, and never what is in use. */
function chooseCandidates(
  losses: readonly ContainerLoss[],
  named: readonly string[],
): Result<readonly ContainerLoss[], AppError<'container.notFound' | 'container.inUse'>> {
  if (named.length === 0) return ok(losses.filter(({ state }) => state === 'history'));
  const chosen: ContainerLoss[] = [];
  for (const container of named) {
    const loss = losses.find((candidate) => candidate.container === container);
    if (loss === undefined) return err({ code: 'container.notFound', container });
    if (!isRemovable(loss)) return err({ code: 'container.inUse', container });
    chosen.push(loss);
  }
  return ok(chosen);
}

/** --yes counts for containers named on the command line only. */
async function chooseWithPerson(
  context: CommandContext,
  candidates: readonly ContainerLoss[],
  { token }: FoundToken,
): Promise<readonly ContainerLoss[]> {
  const { args, output, terminal } = context;
  const isNamed = args.texts('container').length > 0;
  const chosen: ContainerLoss[] = [];
  for (const loss of candidates) {
    sayLoss(loss, context);
    if (args.has('yes') && isNamed) {
      chosen.push(loss);
      continue;
    }
    const { container } = loss;
    if ((await terminal.askLine(output.words('clean.ask', { container }))) === container) chosen.push(loss);
  }
  const canAsk = terminal.isInteractive || (args.has('yes') && isNamed);
  if (!canAsk && candidates.length > 0) output.note(output.words('clean.hint', { token: token.id }));
  return chosen;
}

function sayLoss(loss: ContainerLoss, { output }: CommandContext): void {
  output.say(output.words('clean.container', { container: loss.container }));
  const what = loss.certificates.map((certificate) => output.words('clean.lose.certificate', certificate));
  if (what.length === 0) what.push(output.words('clean.lose.unknown'));
  if (loss.opensFiles) what.push(output.words('clean.lose.key'));
  for (const line of what) output.say(`  ${output.words('clean.lost', { what: line })}`);
}

function sayDeleted(
  { output }: CommandContext,
  candidates: readonly ContainerLoss[],
  chosen: readonly ContainerLoss[],
): void {
  for (const { container } of chosen) output.say(output.words('clean.deleted', { container }));
  if (candidates.length === 0) output.say(output.words('clean.nothing'));
  else if (chosen.length === 0) output.say(output.words('clean.none'));
}

async function deleteContainers(
  context: CommandContext,
  history: HistoryService,
  found: FoundToken,
  containers: readonly string[],
): Promise<Result<void, AppError>> {
  const { args, interruption, output } = context;
  // Said before the PIN is asked for.
  const allowed = await history.check(found, containers, { acceptLoss: args.has('accept-loss') });
  if (!allowed.ok) return allowed;
  const pin = await askPin(context, found.token);
  if (!pin.ok) return pin;
  const hold = interruption.hold({
    onFirst: () => output.note(output.words('interrupt.wait')),
    onSecond: () => output.note(output.words('interrupt.leave')),
    leaveWith: EXIT.unexpected,
  });
  try {
    return await history.remove(found, containers, pin.value, {
      acceptLastTry: args.has('accept-last-try'),
      acceptLoss: args.has('accept-loss'),
      isStopRequested: () => hold.signal.aborted,
    });
  } finally {
    hold.release();
  }
}
