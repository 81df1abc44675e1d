// Starting a renewal, and going on with one: finds the token and the certificate, takes the token's lock, opens
// the journal and hands over to run.ts.

import { parseCertificate, type Certificate } from '../../../core/certificate/certificate.ts';
import { spkiFingerprint } from '../../../core/certificate/spki.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type {
  OldCertificate,
  RenewalMode,
  RenewalRequest,
  RenewalState,
} from '../../../core/renewal/state.ts';
import { startRenewal, stepRenewal, type Step } from '../../../core/renewal/step.ts';
import type { GatewayClient } from '../../adapters/gateway-client.ts';
import type { Journal, Journals } from '../../adapters/journal.ts';
import type { JournalRecord } from '../../adapters/journal-record.ts';
import { chooseCertificate } from './choose-certificate.ts';
import type { RenewalContext, RenewalPorts, SessionVault, TokenHandle } from './context.ts';
import type { RenewalDialogue } from './dialogue.ts';
import { certificateOfUse } from './facts.ts';
import { reportOf, type RenewalReport } from './report.ts';
import { runRenewal, type RunPorts } from './run.ts';

export interface RenewalFailure {
  readonly error: AppError;
  /** `resume` can go on where it stopped. */
  readonly resumable: boolean;
  readonly renewalId: string | null;
}

export interface StartInput {
  /** Token id, or what `findToken` accepts for one. */
  readonly token: string;
  /** SHA-256 or its beginning, or serial number; null: the only current one. */
  readonly certificate: string | null;
  readonly gateway: string;
  /** Trust anchors, DER. */
  readonly roots: readonly Uint8Array[];
  /** null: the preflight decides. */
  readonly mode: RenewalMode | null;
}

export interface UnfinishedRenewal {
  readonly renewalId: string;
  readonly token: string;
  /** The certificate that is renewed: serial number and SHA-256. */
  readonly serial: string;
  readonly certificate: string;
  readonly orderId: string | null;
  /** It has an order that can still be finished, so no second renewal of the certificate may begin. */
  readonly blocks: boolean;
  /** When it was last worked on, ISO 8601. */
  readonly at: string;
}

export interface RenewalService {
  start(input: StartInput, dialogue: RenewalDialogue): Promise<Result<RenewalReport, RenewalFailure>>;
  /** `renewal` null: the one worked on last. */
  resume(
    input: { readonly renewal: string | null },
    dialogue: RenewalDialogue,
  ): Promise<Result<RenewalReport, RenewalFailure>>;
  unfinished(): Promise<Result<readonly UnfinishedRenewal[], AppError>>;
}

export interface RenewalServiceDeps extends RenewalPorts {
  readonly journals: Journals;
  lock(token: string): Promise<Result<{ release(): Promise<void> }, AppError>>;
  openGateway(url: string): Result<GatewayClient, AppError>;
  vault(renewalId: string): SessionVault;
  /** The profile for a certificate, or by id for a renewal that has one. */
  readonly profiles: { find(certificate: Certificate): Profile; byId(id: string): Profile };
  readonly run: Omit<RunPorts, 'journal'>;
}

export function createRenewalService(deps: RenewalServiceDeps): RenewalService {
  return {
    async start(input, dialogue) {
      const handle = await deps.findToken(input.token);
      if (!handle.ok) return fail(handle.error);
      return underLock(deps, handle.value, async () => {
        const prepared = await prepare(deps, input, handle.value);
        if (!prepared.ok) return fail(prepared.error);
        const { request } = prepared.value;
        const journal = await deps.journals.create(request.renewalId);
        if (!journal.ok) return fail(journal.error);
        const at = new Date(deps.clock.now()).toISOString();
        const begun = await journal.value.append({ at, entry: { type: 'started', request } });
        if (!begun.ok) return fail(begun.error);
        return work(deps, handle.value, journal.value, dialogue, startRenewal(request));
      });
    },

    async resume({ renewal }, dialogue) {
      const id = renewal === null ? await latest(deps) : ok(renewal);
      if (!id.ok) return fail(id.error);
      const known = await readRequest(deps, id.value);
      if (!known.ok) return fail(known.error);
      const handle = await deps.findToken(known.value.token);
      if (!handle.ok) return fail(handle.error, id.value);
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

    unfinished: () => unfinished(deps),
  };
}

function fail(error: AppError, renewalId: string | null = null): Result<never, RenewalFailure> {
  return err({ error, resumable: renewalId !== null && !FINAL.has(error.code), renewalId });
}

/** Errors after which going on with the same renewal cannot help. */
const FINAL: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'renewal.notEligible',
  'renewal.modeUnavailable',
  'renewal.keyLost',
  'order.notFound',
  'renewal.notFound',
  'renewal.journalDamaged',
]);

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

async function prepare(
  deps: RenewalServiceDeps,
  input: StartInput,
  { provider, token }: TokenHandle,
): Promise<Result<{ readonly request: RenewalRequest }, AppError>> {
  const gateway = deps.openGateway(input.gateway);
  if (!gateway.ok) return gateway;
  const containers = await provider.listContainers(token.id);
  if (!containers.ok) return containers;
  // Which certificate is current is a question of time, and this computer's clock may be wrong.
  const info = await gateway.value.call('readInfo', {});
  if (!info.ok) return info;
  const now = Date.parse(info.value.serverTime);
  const chosen = chooseCertificate(containers.value, input.certificate, now, () => false);
  if (!chosen.ok) return chosen;
  const { container: id, certificate } = chosen.value;
  const container = containers.value.find((candidate) => candidate.id === id);
  const encryption = container === undefined ? undefined : certificateOfUse(container, 'encryption');
  const old: OldCertificate = {
    container: id,
    certificate: Buffer.from(certificate.der).toString('base64'),
    encryptionCertificate: encryption === undefined ? null : Buffer.from(encryption.der).toString('base64'),
    sha256: certificate.sha256,
    serial: certificate.serial,
    issuer: deps.sha256Hex(certificate.issuer.der),
    key: spkiFingerprint(certificate.spki),
    notAfter: certificate.notAfter,
  };
  const open = await unfinished(deps);
  if (!open.ok) return open;
  const same = open.value.find(({ certificate: renewed, blocks }) => blocks && renewed === old.sha256);
  if (same !== undefined) return err({ code: 'renewal.unfinished', renewalId: same.renewalId });
  return ok({
    request: {
      renewalId: Buffer.from(deps.random(8)).toString('hex'),
      token: token.id,
      gateway: input.gateway,
      profile: deps.profiles.find(certificate).id,
      anchors: input.roots.map((root) => Buffer.from(root).toString('base64')),
      old,
      mode: input.mode,
    },
  });
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
    const report = reportOf(state, steps, journal.path, context.value.paths);
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
  const old = parseCertificate(Buffer.from(request.old.certificate, 'base64'));
  if (!old.ok) return old;
  return ok({
    ports: deps,
    dialogue,
    handle,
    gateway: gateway.value,
    profile: deps.profiles.byId(request.profile),
    old: old.value,
    containerOfOld: request.old.container,
    vault: deps.vault(request.renewalId),
    containers: [],
    order: null,
    authorities: [],
    paths: new Map(),
  });
}

function replay(records: readonly JournalRecord[]): Step | null {
  const [first, ...rest] = records;
  if (first?.entry.type !== 'started') return null;
  let step = startRenewal(first.entry.request);
  for (const { entry } of rest) {
    if (entry.type !== 'started') step = stepRenewal(step[0], entry);
  }
  return step;
}

async function readState(
  deps: RenewalServiceDeps,
  id: string,
): Promise<Result<[RenewalState, string], AppError>> {
  const records = await deps.journals.read(id);
  if (!records.ok) return records;
  const step = replay(records.value);
  if (step === null) return err({ code: 'renewal.notFound', wanted: id });
  return ok([step[0], records.value.at(-1)?.at ?? '']);
}

async function readRequest(deps: RenewalServiceDeps, id: string): Promise<Result<RenewalRequest, AppError>> {
  const state = await readState(deps, id);
  return state.ok ? ok(state.value[0].request) : state;
}

/** A damaged journal hides no other renewal; it is named when somebody asks for it. */
async function unfinished(deps: RenewalServiceDeps): Promise<Result<readonly UnfinishedRenewal[], AppError>> {
  const ids = await deps.journals.list();
  if (!ids.ok) return ids;
  const found: UnfinishedRenewal[] = [];
  for (const renewalId of ids.value) {
    const read = await readState(deps, renewalId);
    if (!read.ok) continue;
    const [{ request, order, failure, finished }, at] = read.value;
    if (finished) continue;
    found.push({
      renewalId,
      token: request.token,
      serial: request.old.serial,
      certificate: request.old.sha256,
      orderId: order?.id ?? null,
      blocks: order !== null && !(failure !== null && FINAL.has(failure.error.code)),
      at,
    });
  }
  return ok(found.toSorted((a, b) => a.at.localeCompare(b.at)));
}

async function latest(deps: RenewalServiceDeps): Promise<Result<string, AppError>> {
  const open = await unfinished(deps);
  if (!open.ok) return open;
  const last = open.value.at(-1);
  return last === undefined ? err({ code: 'renewal.notFound', wanted: '' }) : ok(last.renewalId);
}
