// What the journals say of renewals that were begun and not finished.

import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { RenewalState } from '../../../core/renewal/state.ts';
import { startRenewal, stepRenewal, type Step } from '../../../core/renewal/step.ts';
import type { Journals } from '../../adapters/journal.ts';
import type { JournalRecord } from '../../adapters/journal-record.ts';

export interface UnfinishedRenewal {
  readonly renewalId: string;
  readonly token: string;
  /** The certificate that is renewed: serial number and SHA-256; null for a first issue. */
  readonly serial: string | null;
  readonly certificate: string | null;
  /** 业务受理号 of a first issue. */
  readonly reference: string | null;
  readonly orderId: string | null;
  /** It has an order that can still be finished, so it must not be begun a second time. */
  readonly blocks: boolean;
  /** When it was last worked on, ISO 8601. */
  readonly at: string;
}

/** Errors after which going on with the same renewal cannot help. */
export const FINAL_ERRORS: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'renewal.notEligible',
  'renewal.modeUnavailable',
  'renewal.anchorNeeded',
  'renewal.keyLost',
  'order.notFound',
  'renewal.notFound',
  'renewal.journalDamaged',
]);

/** null: there is no first record. */
export function replay(records: readonly JournalRecord[]): Step | null {
  const [first, ...rest] = records;
  if (first?.entry.type !== 'started') return null;
  let step = startRenewal(first.entry.request);
  for (const { entry } of rest) {
    if (entry.type !== 'started') step = stepRenewal(step[0], entry);
  }
  return step;
}

export interface JournalledState {
  readonly state: RenewalState;
  /** Of the last record, ISO 8601. */
  readonly at: string;
}

export async function readJournalledState(
  journals: Journals,
  id: string,
): Promise<Result<JournalledState, AppError>> {
  const records = await journals.read(id);
  if (!records.ok) return records;
  const step = replay(records.value);
  if (step === null) return err({ code: 'renewal.notFound', wanted: id });
  return ok({ state: step[0], at: records.value.at(-1)?.at ?? '' });
}

/** In the order they were last worked on. A damaged journal hides no other; it is named when asked for. */
export async function unfinishedRenewals(
  journals: Journals,
): Promise<Result<readonly UnfinishedRenewal[], AppError>> {
  const ids = await journals.list();
  if (!ids.ok) return ids;
  const found: UnfinishedRenewal[] = [];
  for (const renewalId of ids.value) {
    const read = await readJournalledState(journals, renewalId);
    if (!read.ok) continue;
    const { request, order, failure, finished } = read.value.state;
    if (finished) continue;
    found.push({
      renewalId,
      token: request.token,
      serial: request.old?.serial ?? null,
      certificate: request.old?.sha256 ?? null,
      reference: request.reference,
      orderId: order?.id ?? null,
      blocks: order !== null && !(failure !== null && FINAL_ERRORS.has(failure.error.code)),
      at: read.value.at,
    });
  }
  return ok(found.toSorted((a, b) => a.at.localeCompare(b.at)));
}

export async function latestUnfinished(journals: Journals): Promise<Result<string, AppError>> {
  const open = await unfinishedRenewals(journals);
  if (!open.ok) return open;
  const last = open.value.at(-1);
  return last === undefined ? err({ code: 'renewal.notFound', wanted: null }) : ok(last.renewalId);
}
