// What a check of this computer is: data and one question. Order, time limits, catching and words belong to
// others (app/services/environment, resources/locales), so that a check says only what it wants to know.

import type { Obstacle, Platform, Probe } from './probe.ts';
import type { RepairId } from './repair-ids.ts';

/**
 * - `advice`: it works, but could go wrong.
 * - `unknown`: could not be found out; stops nothing.
 */
export type FindingStatus = 'ok' | 'advice' | 'problem' | 'unknown' | 'notApplicable';

/** Values for the sentence, the report and the repair. Never a PIN; what names a person is in `PERSONAL_FACTS`. */
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** On the way from the plug to the web page; the first broken one is named. */
export const LAYERS = [
  'physical',
  'permission',
  'driver',
  'module',
  'token',
  'certificate',
  'trust',
  'browser',
] as const;
export type Layer = (typeof LAYERS)[number];

export const CHECK_GROUPS = ['key', 'certificate', 'system', 'network', 'browser'] as const;
export type CheckGroup = (typeof CHECK_GROUPS)[number];

export interface Outcome {
  readonly status: FindingStatus;
  readonly repair?: RepairId;
}

export interface Answer<O extends string = string> {
  readonly outcome: O;
  readonly facts: Facts;
}

export interface Check<O extends string = string> {
  /** Dotted; `check.<id>` is its title in the catalogue, `check.<id>.<outcome>` a sentence. */
  readonly id: string;
  /** Two digits of the diagnosis code: stable, and never used again for another check. */
  readonly number: number;
  /** Where it stands in the catalogue of checks, for example `C-07`. */
  readonly ref: string;
  readonly group: CheckGroup;
  readonly layer?: Layer;
  readonly platforms: readonly Platform[];
  /** Ids of checks that must not have found a problem, or this question makes no sense. */
  readonly needs: readonly string[];
  /** A problem here makes a renewal fail. */
  readonly blocksRenewal: boolean;
  /** Runs only when it is named, because it does something in front of the person and waits for them. */
  readonly onRequest?: { readonly limitMs: number };
  /** Every answer with its meaning; the order is part of the diagnosis code, so new ones come last. */
  readonly outcomes: Readonly<Record<O, Outcome>>;
  readonly run: (probe: Probe) => Promise<Answer<O> | Obstacle>;
}

/** Keeps the names of the outcomes for the compiler while `run` is written. */
export function defineCheck<const O extends string>(
  check: Omit<Check<O>, 'run'> & { readonly run: (probe: Probe) => Promise<Answer<NoInfer<O>> | Obstacle> },
): Check {
  return check;
}

export const fine: Outcome = { status: 'ok' };
export const notApplicable: Outcome = { status: 'notApplicable' };

export function advice(repair?: RepairId): Outcome {
  return repair === undefined ? { status: 'advice' } : { status: 'advice', repair };
}

export function problem(repair?: RepairId): Outcome {
  return repair === undefined ? { status: 'problem' } : { status: 'problem', repair };
}

/** Why a question has no answer; the sentence is `check.unknown.<reason>`. */
export type UnknownReason = Obstacle['reason'] | 'threw' | 'cancelled' | 'waits';

export interface Finding {
  readonly id: string;
  readonly ref: string;
  readonly group: CheckGroup;
  readonly layer: Layer | null;
  readonly status: FindingStatus;
  /** Name of the outcome; with `unknown` an `UnknownReason`. */
  readonly outcome: string;
  readonly blocksRenewal: boolean;
  readonly facts: Facts;
  readonly repair: RepairId | null;
  /** How long the question took. */
  readonly ms: number;
}

/** Facts that name a person or their key; they are left out of what is shown in public. */
export const PERSONAL_FACTS: ReadonlySet<string> = new Set([
  'holder',
  'serial',
  'serials',
  'prints',
  'label',
  'token',
]);

export function finding(check: Check, { outcome, facts }: Answer, ms: number): Finding {
  const { id, ref, group, layer = null, blocksRenewal, outcomes } = check;
  const meaning = outcomes[outcome];
  if (meaning === undefined) throw new Error(`${id}: no outcome ${outcome}`);
  const { status, repair = null } = meaning;
  return { id, ref, group, layer, status, outcome, blocksRenewal, facts, repair, ms };
}

export function unanswered(check: Check, reason: UnknownReason, facts: Facts, ms: number): Finding {
  const { id, ref, group, layer = null, blocksRenewal } = check;
  const status = reason === 'waits' ? 'notApplicable' : 'unknown';
  return { id, ref, group, layer, status, outcome: reason, blocksRenewal, facts, repair: null, ms };
}
