// Starting a renewal, and going on with one: finds the token and the certificate, takes the token's lock, opens
// the journal and hands over to run.ts.

import type { Undertaking } from '../../../core/environment/renewal-gate.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { RenewalRequest } from '../../../core/renewal/state.ts';
import { startRenewal, stepRenewal, type Step } from '../../../core/renewal/step.ts';
import type { Journal } from '../../adapters/journal.ts';
import { clearTheWay } from '../clear-the-way.ts';
import type { RenewalContext, TokenHandle } from './context.ts';
import type { RenewalServiceDeps } from './deps.ts';
import type { RenewalDialogue } from './dialogue.ts';
import { readEncoded } from './facts.ts';
import { reportOf, type RenewalReport } from './report.ts';
import { requestEnrolment, requestRenewal, type EnrolInput, type StartInput } from './request.ts';
import { runRenewal } from './run.ts';
import {
  FINAL_ERRORS,
  latestUnfinished,
  readJournalledState,
  replay,
  unfinishedRenewals,
  type JournalledState,
  type UnfinishedRenewal,
} from './unfinished.ts';

export interface RenewalFailure {
  readonly error: AppError;
  /** `resume` can go on where it stopped. */
  readonly resumable: boolean;
  readonly renewalId: string | null;
}

export interface RenewalService {
  start(input: StartInput, dialogue: RenewalDialogue): Promise<Result<RenewalReport, RenewalFailure>>;
  /** First issue with reference number and authorisation code. */
  enrol(input: EnrolInput, dialogue: RenewalDialogue): Promise<Result<RenewalReport, RenewalFailure>>;
  /** `renewal` null: the one worked on last. */
  resume(
    input: { readonly renewal: string | null },
    dialogue: RenewalDialogue,
  ): Promise<Result<RenewalReport, RenewalFailure>>;
  unfinished(): Promise<Result<readonly UnfinishedRenewal[], AppError>>;
  /** What the journal says of any renewal, also a finished one. */
  read(renewal: string): Promise<Result<JournalledState, AppError>>;
}

export function createRenewalService(deps: RenewalServiceDeps): RenewalService {
  return {
    start: (input, dialogue) =>
      begin(deps, 'renew', input.token, dialogue, (handle) => requestRenewal(deps, input, handle)),
    enrol: (input, dialogue) =>
      begin(deps, 'enrol', input.token, dialogue, (handle) => requestEnrolment(deps, input, handle)),

    async resume({ renewal }, dialogue) {
      const id = renewal === null ? await latestUnfinished(deps.journals) : ok(renewal);
      if (!id.ok) return fail(id.error);
      const known = await readJournalledState(deps.journals, id.value);
      if (!known.ok) return fail(known.error);
      const handle = await deps.findToken(known.value.state.request.token);
      if (!handle.ok) return fail(handle.error, id.value);
      const clear = await clearTheWay(deps, dialogue, 'resume', handle.value.token.id);
      if (!clear.ok) return fail(clear.error, id.value);
      return underLock(deps, handle.value, async () => {
        // Read again: another process may have gone on with it before the lock was ours.
        const opened = await deps.journals.open(id.value);
        if (!opened.ok) return fail(opened.error, id.value);
        const { journal, records } = opened.value;
        const step = replay(records);
        if (step === null) return fail({ code: 'renewal.journalDamaged', path: journal.path });
        if (step[0].finished) return fail({ code: 'renewal.notFound', wanted: id.value });
        const entry = { type: 'resumed' as const };
        const at = new Date(deps.clock.now()).toISOString();
        const noted = await journal.append({ at, entry });
        if (!noted.ok) return fail(noted.error, id.value);
        return work(deps, handle.value, journal, dialogue, stepRenewal(step[0], entry));
      });
    },

    unfinished: () => unfinishedRenewals(deps.journals),
    read: (renewal) => readJournalledState(deps.journals, renewal),
  };
}

async function begin(
  deps: RenewalServiceDeps,
  to: Undertaking,
  token: string,
  dialogue: RenewalDialogue,
  request: (handle: TokenHandle) => Promise<Result<RenewalRequest, AppError>>,
): Promise<Result<RenewalReport, RenewalFailure>> {
  const handle = await deps.findToken(token);
  if (!handle.ok) return fail(handle.error);
  const clear = await clearTheWay(deps, dialogue, to, handle.value.token.id);
  if (!clear.ok) return fail(clear.error);
  return underLock(deps, handle.value, async () => {
    const requested = await request(handle.value);
    if (!requested.ok) return fail(requested.error);
    const journal = await deps.journals.create(requested.value.renewalId);
    if (!journal.ok) return fail(journal.error);
    const at = new Date(deps.clock.now()).toISOString();
    const begun = await journal.value.append({ at, entry: { type: 'started', request: requested.value } });
    if (!begun.ok) return fail(begun.error);
    return work(deps, handle.value, journal.value, dialogue, startRenewal(requested.value));
  });
}

function fail(error: AppError, renewalId: string | null = null): Result<never, RenewalFailure> {
  return err({ error, resumable: renewalId !== null && !FINAL_ERRORS.has(error.code), renewalId });
}

async function underLock<T>(
  deps: RenewalServiceDeps,
  { token }: TokenHandle,
  run: () => Promise<Result<T, RenewalFailure>>,
): Promise<Result<T, RenewalFailure>> {
  const lock = await deps.lock(token.id);
  if (!lock.ok) return fail(lock.error);
  try {
    return await run();
  } finally {
    await lock.value.release();
  }
}

async function work(
  deps: RenewalServiceDeps,
  handle: TokenHandle,
  journal: Journal,
  dialogue: RenewalDialogue,
  step: Step,
): Promise<Result<RenewalReport, RenewalFailure>> {
  const { request } = step[0];
  try {
    const context = createContext(deps, handle, dialogue, request);
    if (!context.ok) return fail(context.error, request.renewalId);
    const run = await runRenewal(context.value, { ...deps.run, journal }, step);
    if (!run.ok) return fail(run.error, request.renewalId);
    const { state, steps } = run.value;
    if (state.failure !== null) return fail(state.failure.error, request.renewalId);
    const report = reportOf(context.value, state, steps, journal.path);
    if (report === null) throw new Error('a finished renewal without a report');
    return ok(report);
  } finally {
    await journal.close();
  }
}

function createContext(
  deps: RenewalServiceDeps,
  handle: TokenHandle,
  dialogue: RenewalDialogue,
  request: RenewalRequest,
): Result<RenewalContext, AppError> {
  const gateway = deps.openGateway(request.gateway);
  if (!gateway.ok) return gateway;
  const { old } = request;
  const certificate = old === null ? null : readEncoded({ ports: deps }, old.certificate);
  if (certificate?.ok === false) return certificate;
  return ok({
    ports: deps,
    dialogue,
    handle,
    gateway: gateway.value,
    profile: deps.profiles.byId(request.profile),
    old:
      old === null || certificate === null
        ? null
        : { certificate: certificate.value, container: old.container },
    vault: deps.vault(request.renewalId),
    sealBackup: deps.sealBackup(request.renewalId),
    containers: [],
    order: null,
    authorities: [],
    paths: new Map(),
  });
}
