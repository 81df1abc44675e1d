// Repairs as a use case: shown first, then made with a record, looked at again, and taken back when the person
// wants. What belongs to the system is made by an elevated helper, asked once for all of it.

import { REPAIRS } from '../../../core/environment/all-repairs.ts';
import type { Facts, Finding } from '../../../core/environment/check.ts';
import type { Obstacle, Probe } from '../../../core/environment/probe.ts';
import type { RepairId } from '../../../core/environment/repair-ids.ts';
import type { Plan, Refusal, Repair } from '../../../core/environment/repair.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../../core/errors/result.ts';
import type { Clock } from '../../adapters/log.ts';
import type { RepairRecord, RepairRecords } from '../../adapters/repair-records.ts';
import type { RepairWork } from './repair-work.ts';

export interface PlannedRepair {
  readonly repair: RepairId;
  /** The check whose finding it mends. */
  readonly check: string;
  readonly facts: Facts;
  /** Asks for the administrator's password. */
  readonly elevated: boolean;
  /** Chosen unless the person takes it out. */
  readonly ticked: boolean;
  /** What it would change, or why it cannot. */
  readonly plan: Result<Plan, Refusal | Obstacle>;
}

/** What the elevated helper is told: names and facts, never a command. */
export type ElevatedRequest =
  | { readonly apply: { readonly id: string; readonly at: string; readonly repairs: readonly NamedRepair[] } }
  | { readonly undo: string };

export interface NamedRepair {
  readonly repair: RepairId;
  readonly facts: Facts;
}

export type Elevate = (request: ElevatedRequest) => Promise<Result<void, AppError>>;

export interface RepairService {
  /** One for each finding that has a repair; `only` empty: all. Changes nothing. */
  plan(
    findings: readonly Finding[],
    only: readonly string[],
  ): Promise<Result<readonly PlannedRepair[], AppError>>;
  /** Makes these; answers the record. What fails leaves everything as it was. */
  apply(planned: readonly PlannedRepair[]): Promise<Result<RepairRecord, AppError>>;
  undo(record: string): Promise<Result<RepairRecord, AppError>>;
  /** Newest first. */
  records(): Promise<readonly RepairRecord[]>;
  /** Takes back what a killed program left half done. */
  recover(): Promise<readonly RepairRecord[]>;
}

export interface RepairServiceDeps {
  readonly openProbe: () => Promise<Probe>;
  readonly work: RepairWork;
  readonly records: RepairRecords;
  readonly elevate: Elevate;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
}

export function createRepairService(deps: RepairServiceDeps): RepairService {
  const { work, records, elevate } = deps;
  return {
    async plan(findings, only) {
      const unknown = only.find((id) => !REPAIRS.some((repair) => repair.id === id));
      if (unknown !== undefined) return err({ code: 'repair.notFound', wanted: unknown });
      const probe = await deps.openProbe();
      const wanted = findings.filter(
        ({ repair }) => repair !== null && (only.length === 0 || only.includes(repair)),
      );
      const first = wanted.filter(
        (one, index) => wanted.findIndex(({ repair }) => repair === one.repair) === index,
      );
      return ok(await Promise.all(first.map((finding) => planOne(finding, probe))));
    },

    async apply(planned) {
      const own = planned.filter(({ elevated }) => !elevated);
      const theirs = planned.filter(({ elevated }) => elevated);
      const refused = planned.find(({ plan }) => !plan.ok);
      if (refused?.plan.ok === false) {
        const { reason, what } = refused.plan.error;
        return err({ code: 'repair.refused', repair: refused.repair, reason, what });
      }
      const now = deps.clock.now();
      const start = {
        id: recordId(now, deps.random(2)),
        at: new Date(now).toISOString(),
        repairs: own.flatMap(({ repair, plan }) => (plan.ok ? [{ repair, ...plan.value }] : [])),
        elevated: theirs.map(({ repair }) => repair),
      };
      const named = theirs.map(({ repair, facts }) => ({ repair, facts }));
      const last = () =>
        named.length === 0
          ? Promise.resolve(done)
          : elevate({ apply: { id: start.id, at: start.at, repairs: named } });
      const made = await work.apply(start, last);
      return made.ok ? ok({ ...start, state: 'applied' }) : made;
    },

    undo: (id) =>
      work.undo(id, ({ elevated }) =>
        elevated.length === 0 ? Promise.resolve(done) : elevate({ undo: id }),
      ),
    records: () => records.list(),
    recover: () => work.recover(),
  };
}

async function planOne({ id, repair: repairId, facts }: Finding, probe: Probe): Promise<PlannedRepair> {
  const repair = REPAIRS.find((one) => one.id === repairId) as Repair;
  const elevated = repair.admin && !probe.system.isAdministrator();
  const plan = await repair.plan(facts, probe);
  return { repair: repair.id, check: id, facts, elevated, ticked: repair.ticked, plan };
}

/** `20261120-131255-a1b2`: can be read aloud and typed. */
function recordId(now: number, random: Uint8Array): string {
  const digits = new Date(now)
    .toISOString()
    .replace(/[-:]|\..*$/g, '')
    .replace('T', '-');
  return `${digits}-${Buffer.from(random).toString('hex')}`;
}
