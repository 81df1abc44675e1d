// Accompanied renewal, for a CA without a gateway: what can be checked is checked before, what was on the key is
// recorded, the CA's page is opened, and what the CA then writes is proved as strictly as what we write ourselves.
// This service writes nothing on a key. The record outlives the program, so that days may pass.

import type { KeyVerdict } from '../../../core/accompany/judge.ts';
import { certificatesIn, countOf } from '../../../core/accompany/snapshot.ts';
import { parseCertificate, type Certificate } from '../../../core/certificate/certificate.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../../core/errors/result.ts';
import { bidAdvice } from '../../../core/notice/bid-advice.ts';
import { portalGuide } from '../../../core/profile/portal-guide.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { Accompaniment } from '../../adapters/accompaniments.ts';
import { clearTheWay } from '../clear-the-way.ts';
import { chooseCertificate } from '../renewal/choose-certificate.ts';
import type { FoundToken } from '../tokens.ts';
import type { AccompanyDeps } from './deps.ts';
import type { AccompanyDialogue, OpenedPortal } from './dialogue.ts';
import { preflight } from './preflight.ts';
import { proveKey } from './prove.ts';
import { readKey } from './read-key.ts';
import { reportOf, viewOpen, type AccompanyReport, type OpenAccompaniment } from './report.ts';
import { watchKey } from './watch.ts';

export interface AccompanyStart {
  /** Token id, or what `find` of the token service accepts for one. */
  readonly token: string;
  /** SHA-256 or its beginning, or serial number; null: the only current one. */
  readonly certificate: string | null;
  /** Trust anchors, DER. */
  readonly roots: readonly Uint8Array[];
  /** Id of the profile the person chose; null: the one found by the certificate. */
  readonly profile: string | null;
  readonly opensPortal: boolean;
}

export interface AccompanyFailure {
  readonly error: AppError;
  /** The record to go on with by `resume`; null: nothing was recorded. */
  readonly id: string | null;
}

type Outcome = Result<AccompanyReport, AccompanyFailure>;

export interface AccompanyService {
  /** From the guard to the whole proof. `accompaniment.waiting`: the person left before the CA wrote. */
  start(input: AccompanyStart, dialogue: AccompanyDialogue): Promise<Outcome>;
  /** Goes on looking; the key need not be plugged in yet. `id` null: the one begun last. */
  resume(input: { readonly id: string | null }, dialogue: AccompanyDialogue): Promise<Outcome>;
  /** Those that can be gone on with, the oldest first. */
  list(): Promise<Result<readonly OpenAccompaniment[], AppError>>;
  /** Forgets the record; nothing on the key or at the CA changes. */
  abandon(id: string): Promise<Result<void, AppError>>;
  /** 重新打开网厅 */
  openPortal(id: string): Promise<Result<OpenedPortal, AppError>>;
}

export function createAccompanyService(deps: AccompanyDeps): AccompanyService {
  const find = async (id: string | null): Promise<Result<Accompaniment, AppError>> => {
    const open = await deps.records.list();
    if (!open.ok) return open;
    const record = id === null ? open.value.at(-1) : open.value.find((one) => one.id === id);
    return record === undefined ? err({ code: 'accompaniment.notFound', wanted: id }) : ok(record);
  };

  return {
    async start(input, dialogue) {
      const begun = await begin(deps, input, dialogue);
      if (!begun.ok) return err({ error: begun.error, id: null });
      const { record, profile } = begun.value;
      dialogue.progress({ stage: 'record', id: record.id, count: countOf(record.before) });
      await visitPortal(deps, record, profile, input.opensPortal, dialogue);
      return accompany(deps, record, profile, dialogue);
    },

    async resume({ id }, dialogue) {
      const found = await find(id);
      if (!found.ok) return err({ error: found.error, id: null });
      const record = found.value;
      const profile = deps.profiles.byId(record.profile);
      dialogue.progress({ stage: 'record', id: record.id, count: countOf(record.before) });
      await visitPortal(deps, record, profile, false, dialogue);
      return accompany(deps, record, profile, dialogue);
    },

    async list() {
      const open = await deps.records.list();
      return open.ok
        ? ok(open.value.map((record) => viewOpen(record, deps.profiles.byId(record.profile))))
        : open;
    },

    async abandon(id) {
      const found = await find(id);
      return found.ok ? deps.records.remove(id) : found;
    },

    async openPortal(id) {
      const found = await find(id);
      return found.ok ? openRenewalPage(deps, deps.profiles.byId(found.value.profile)) : found;
    },
  };
}

interface Begun {
  readonly record: Accompaniment;
  readonly profile: Profile;
}

/** Guard, 标书 question, preflight and snapshot: all that comes before the person leaves for the portal. */
async function begin(
  deps: AccompanyDeps,
  input: AccompanyStart,
  dialogue: AccompanyDialogue,
): Promise<Result<Begun, AppError>> {
  const found = await deps.tokens.find(input.token);
  if (!found.ok) return found;
  const reading = await readKey(deps, found.value, null);
  if (!reading.ok) return reading;
  const { containers, snapshot } = reading.value;
  const now = deps.clock.now();
  const chosen = chooseCertificate(containers, input.certificate, now, {
    isSuccessor: deps.profiles.isSuccessor,
    readCertificate: deps.readCertificate,
  });
  if (!chosen.ok) return chosen;
  const { certificate } = chosen.value;
  const free = await checkFree(deps, certificate);
  if (!free.ok) return free;
  const profile =
    input.profile === null ? deps.profiles.find(certificate) : deps.profiles.byId(input.profile);
  const clear = await clearTheWay(deps, dialogue, 'renew', found.value.token.id, profile.id);
  if (!clear.ok) return clear;
  const { tokens } = await deps.tokens.list();
  const others = tokens.filter(({ token }) => token.id !== found.value.token.id);
  const fit = await checkFitness(deps, found.value, certificate, profile, others.length, dialogue);
  if (!fit.ok) return fit;
  const bids = await considerBids(deps, certificate, dialogue);
  if (!bids.ok) return bids;
  const record: Accompaniment = {
    id: Buffer.from(deps.random(8)).toString('hex'),
    startedAt: now,
    token: found.value.token.id,
    tokenLabel: found.value.token.label,
    certificate: certificate.sha256,
    profile: profile.id,
    roots: input.roots.map((der) => Buffer.from(der).toString('base64')),
    before: snapshot,
    others: others.flatMap(certificateHashes),
  };
  const added = await deps.records.add(record);
  return added.ok ? ok({ record, profile }) : added;
}

function certificateHashes({ containers }: FoundToken): readonly string[] {
  return containers.flatMap(({ certificates }) => certificates.map(({ certificate }) => certificate.sha256));
}

async function checkFree(deps: AccompanyDeps, { sha256 }: Certificate): Promise<Result<void, AppError>> {
  const open = await deps.records.list();
  if (!open.ok) return open;
  const same = open.value.find(({ certificate }) => certificate === sha256);
  return same === undefined ? done : err({ code: 'accompaniment.unfinished', id: same.id });
}

async function checkFitness(
  deps: AccompanyDeps,
  found: FoundToken,
  certificate: Certificate,
  profile: Profile,
  others: number,
  dialogue: AccompanyDialogue,
): Promise<Result<void, AppError>> {
  const findings = await preflight(found, certificate, profile, others, deps.clock.now());
  if (!findings.ok) return findings;
  dialogue.progress({ stage: 'check', findings: findings.value });
  const needsWord = findings.value.some(({ status }) => status === 'attention');
  if (!needsWord || (await dialogue.confirmFindings(findings.value))) return done;
  const [telling] = findings.value.flatMap(({ problem }) => problem ?? []);
  return err(telling ?? { code: 'renewal.consentNeeded', consent: 'otherKeys' });
}

/** An old certificate is revoked at the latest when the new one is used; bids encrypted to it may not open then. */
async function considerBids(
  deps: AccompanyDeps,
  { notAfter, sha256 }: Certificate,
  dialogue: AccompanyDialogue,
): Promise<Result<void, AppError>> {
  const refused = err({ code: 'renewal.consentNeeded', consent: 'unopenedBids' } as const);
  const answer = await dialogue.askBids();
  if (answer === null) return refused;
  if (answer.opening === null) return done;
  const { opening, uploaded, remindAfter } = answer;
  if (remindAfter) {
    const id = `${sha256.slice(0, 16)}-${String(opening)}`;
    const remembered = await deps.rememberOpening({
      ...{ id, certificate: sha256, at: opening, uploaded, remindAfter },
    });
    if (!remembered.ok) return remembered;
  }
  return (await dialogue.confirmAdvice(bidAdvice({ notAfter, opening, uploaded }))) ? done : refused;
}

async function visitPortal(
  deps: AccompanyDeps,
  record: Accompaniment,
  profile: Profile,
  opens: boolean,
  dialogue: AccompanyDialogue,
): Promise<void> {
  const guide = portalGuide(profile, serialOf(record));
  dialogue.copyText(guide.serial);
  const opened = opens && guide.portal !== null ? await openRenewalPage(deps, profile) : null;
  dialogue.progress({
    stage: 'portal',
    guide,
    opened: opened?.ok === true ? opened.value : null,
    error: opened?.ok === false ? opened.error : null,
  });
}

async function openRenewalPage(
  deps: AccompanyDeps,
  { portals }: Profile,
): Promise<Result<OpenedPortal, AppError<'portal.notOpened'>>> {
  const portal = portals.find(({ use }) => use === 'renew');
  if (portal?.address == null) return err({ code: 'portal.notOpened', address: portal?.name ?? '' });
  return deps.openPortal({ ...portal, address: portal.address });
}

function serialOf({ before, certificate: sha256 }: Accompaniment): string {
  const old = certificatesIn(before).find(({ certificate }) => certificate.sha256 === sha256);
  return old?.certificate.serial ?? '';
}

async function accompany(
  deps: AccompanyDeps,
  record: Accompaniment,
  profile: Profile,
  dialogue: AccompanyDialogue,
): Promise<Outcome> {
  const fail = (error: AppError): Outcome => err({ error, id: record.id });
  const roots = record.roots.flatMap((base64) => {
    const parsed = parseCertificate(Buffer.from(base64, 'base64'));
    return parsed.ok ? [parsed.value] : [];
  });
  const found = await watchKey(deps, record, profile, roots, dialogue);
  if (found === null) return fail({ code: 'accompaniment.waiting', id: record.id });
  dialogue.progress({ stage: 'prove' });
  const proof = await proveKey(deps, record, profile, roots, found, dialogue);
  if (!proof.ok) return fail(proof.error);
  const { judgement, isTested } = proof.value;
  const isOpen = !isFinished(judgement.verdict, isTested);
  if (!isOpen) {
    const removed = await deps.records.remove(record.id);
    if (!removed.ok) return fail(removed.error);
  }
  return ok(reportOf(record, proof.value, portalGuide(profile, serialOf(record)), isOpen));
}

/** What is wrong may be put right by the CA, and what was not tried out can be: both stay open. */
function isFinished(verdict: KeyVerdict, isTested: boolean): boolean {
  return verdict === 'renewed' || (verdict === 'incomplete' && isTested);
}
