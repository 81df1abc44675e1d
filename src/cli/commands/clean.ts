// Deleting history, one container at a time, with what would be lost said before. Never what is in use, and the
// last key that opens something only with a consent of its own.

import type { FoundToken } from '../../app/services/tokens.ts';
import { certificateUse } from '../../core/certificate/certificate.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import type { ClassifiedContainer } from '../../core/token/current.ts';
import { findToken } from '../chosen-token.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { askPin } from '../secrets.ts';

/** What deleting a container takes away. */
interface Loss {
  readonly container: string;
  readonly state: ClassifiedContainer['state'];
  readonly certificates: readonly {
    readonly serial: string;
    readonly name: string;
    readonly notAfter: string;
  }[];
  /** Files encrypted to its key will open no more. */
  readonly opensFiles: boolean;
  /** Nothing on the token takes its place. */
  readonly isLast: boolean;
}

export const clean: Command = async (context) => {
  const { args, output } = context;
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const losses = found.value.containers.map((container) => lossOf(container, found.value));
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
  const unfinished = chosen.length === 0 ? done : await refuseUnfinished(context, found.value);
  if (!unfinished.ok) return output.fail(unfinished.error);
  const deleted = chosen.length === 0 ? done : await deleteContainers(context, found.value, chosen);
  if (!deleted.ok) return output.fail(deleted.error);
  output.finish({
    ok: true,
    token: found.value.token.id,
    containers: candidates.value,
    deleted: chosen.map(({ container }) => container),
  });
  if (!output.isJson) sayDeleted(context, candidates.value, chosen);
  return EXIT.done;
};

function lossOf({ id, state, certificates, unparsable }: ClassifiedContainer, { view }: FoundToken): Loss {
  const shown = view.certificates.filter(({ container }) => container === id);
  const keys = certificates.filter(({ hasPrivateKey }) => hasPrivateKey !== false);
  const isKeyOnly = certificates.length === 0;
  return {
    container: id,
    state,
    certificates: shown.map(({ serial, commonName, subject, notAfter }) => ({
      serial,
      name: commonName ?? subject,
      notAfter,
    })),
    opensFiles: isKeyOnly || keys.some(({ certificate }) => certificateUse(certificate) !== 'signing'),
    isLast: (isKeyOnly && state === 'pending') || unparsable.length > 0,
  };
}

/** All history; of others only what was named, and never what is in use. */
function chooseCandidates(
  losses: readonly Loss[],
  named: readonly string[],
): Result<readonly Loss[], AppError<'container.notFound' | 'container.inUse'>> {
  if (named.length === 0) return ok(losses.filter(({ state }) => state === 'history'));
  const chosen: Loss[] = [];
  for (const container of named) {
    const loss = losses.find((candidate) => candidate.container === container);
    if (loss === undefined) return err({ code: 'container.notFound', container });
    const waitsForCertificate = loss.state === 'pending' && loss.certificates.length === 0;
    if (loss.state !== 'history' && !waitsForCertificate) return err({ code: 'container.inUse', container });
    chosen.push(loss);
  }
  return ok(chosen);
}

/** --yes counts for containers named on the command line only. */
async function chooseWithPerson(
  context: CommandContext,
  candidates: readonly Loss[],
  { token }: FoundToken,
): Promise<readonly Loss[]> {
  const { args, output, terminal } = context;
  const isNamed = args.texts('container').length > 0;
  const chosen: Loss[] = [];
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

function sayLoss(loss: Loss, { output }: CommandContext): void {
  output.say(output.words('clean.container', { container: loss.container }));
  const what = loss.certificates.map((certificate) => output.words('clean.lose.certificate', certificate));
  if (what.length === 0) what.push(output.words('clean.lose.unknown'));
  if (loss.opensFiles) what.push(output.words('clean.lose.key'));
  for (const line of what) output.say(`  ${output.words('clean.lost', { what: line })}`);
}

function sayDeleted({ output }: CommandContext, candidates: readonly Loss[], chosen: readonly Loss[]): void {
  for (const { container } of chosen) output.say(output.words('clean.deleted', { container }));
  if (candidates.length === 0) output.say(output.words('clean.nothing'));
  else if (chosen.length === 0) output.say(output.words('clean.none'));
}

/** Until a renewal is done, the old key may still be the one that works. */
async function refuseUnfinished(
  { application }: CommandContext,
  { token }: FoundToken,
): Promise<Result<void, AppError>> {
  const renewals = await application.renewals(true);
  if (!renewals.ok) return renewals;
  const unfinished = await renewals.value.unfinished();
  if (!unfinished.ok) return unfinished;
  const open = unfinished.value.find((renewal) => renewal.blocks && renewal.token === token.id);
  return open === undefined ? done : err({ code: 'renewal.unfinished', renewalId: open.renewalId });
}

async function deleteContainers(
  context: CommandContext,
  { source, token }: FoundToken,
  chosen: readonly Loss[],
): Promise<Result<void, AppError>> {
  const { application, args, interruption, output } = context;
  const { provider } = source;
  const pin = await askPin(context, token);
  if (!pin.ok) return pin;
  const hold = interruption.hold({
    onFirst: () => output.note(output.words('interrupt.wait')),
    onSecond: () => output.note(output.words('interrupt.leave')),
    leaveWith: EXIT.unexpected,
  });
  const lock = await application.lock(token.id);
  if (!lock.ok) {
    pin.value.fill(0);
    hold.release();
    return lock;
  }
  try {
    const login = await provider.login(token.id, pin.value, { acceptLastTry: args.has('accept-last-try') });
    if (!login.ok) return login;
    for (const { container } of chosen) {
      if (hold.signal.aborted) break;
      const deleted = await provider.deleteContainer(token.id, container);
      if (!deleted.ok) return deleted;
    }
    return done;
  } finally {
    await provider.logout(token.id);
    await lock.value.release();
    hold.release();
  }
}
