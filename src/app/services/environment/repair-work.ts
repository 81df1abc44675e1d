// Making repairs and taking them back, with the record always a step ahead of the change. All of a record or
// nothing: a change that fails takes back those before it. One process at a time.

import { placeOf } from '../../../core/environment/repair.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../../core/errors/result.ts';
import { acquireLock } from '../../../storage/process-lock.ts';
import type { ChangeMaker } from '../../adapters/os/change-maker.ts';
import type { MadeRepair, RecordState, RepairRecord, RepairRecords } from '../../adapters/repair-records.ts';

export interface RepairWorkDeps {
  readonly records: RepairRecords;
  readonly maker: ChangeMaker;
  /** What the elevated helper's record of that id says; null: there is none. Left out: nothing is elevated. */
  readonly elevatedState?: (id: string) => Promise<RecordState | null>;
}

export interface RepairWork {
  /**
   * What failed is the error, and everything is as it was.
   * @param last done when all changes are made; its failure takes them back
   */
  readonly apply: (
    start: Omit<RepairRecord, 'state'>,
    last: () => Promise<Result<void, AppError>>,
  ) => Promise<Result<void, AppError>>;
  /**
   * `repair.changed`: something was changed since; nothing is undone. `repair.recordNotFound`
   * @param first done before anything is taken back
   */
  readonly undo: (
    id: string,
    first: (record: RepairRecord) => Promise<Result<void, AppError>>,
  ) => Promise<Result<RepairRecord, AppError>>;
  /**
   * Takes back what was interrupted, finishes undoing, and completes a repair whose last part the helper had made;
   * answers those records. What the helper itself left half done waits for the next one. Somebody at work: none.
   */
  readonly recover: () => Promise<readonly RepairRecord[]>;
}

export function createRepairWork({ records, maker, elevatedState }: RepairWorkDeps): RepairWork {
  async function alone<T>(work: () => Promise<Result<T, AppError>>): Promise<Result<T, AppError>> {
    const path = records.lockPath();
    if (!path.ok) return path;
    const busy = (pid: number): AppError => ({ code: 'repair.busy', pid });
    const lock = await acquireLock(path.value, { busy });
    if (!lock.ok) return lock;
    try {
      return await work();
    } finally {
      await lock.value.release();
    }
  }

  async function takeBack(record: RepairRecord): Promise<Result<void, AppError>> {
    for (const change of record.repairs.flatMap(({ changes }) => changes).toReversed()) {
      const undone = await maker.make(change, 'back');
      // Never made, and since changed by others: theirs to keep.
      if (!undone.ok && undone.error.code !== 'repair.changed') return undone;
    }
    return maker.settle(effectsOf(record.repairs));
  }

  async function helperState({ id, elevated }: Pick<RepairRecord, 'id' | 'elevated'>) {
    return elevated.length > 0 ? ((await elevatedState?.(id)) ?? null) : null;
  }

  /** null: not now. The helper comes last in applying and first in undoing. */
  async function endInterrupted(record: RepairRecord): Promise<RepairRecord | null> {
    const helper = await helperState(record);
    if (helper === 'applying' || helper === 'undoing') return null;
    if (helper === 'applied') return { ...record, state: 'applied' };
    return (await takeBack(record)).ok ? { ...record, state: 'undone' } : null;
  }

  async function makeAll(repairs: readonly MadeRepair[]): Promise<Result<void, AppError>> {
    for (const change of repairs.flatMap(({ changes }) => changes)) {
      const made = await maker.make(change, 'forward');
      if (!made.ok) return made;
    }
    return maker.settle(effectsOf(repairs));
  }

  return {
    apply: (start, last) =>
      alone(async () => {
        const noted = await records.write({ ...start, state: 'applying' });
        if (!noted.ok) return noted;
        const made = await makeAll(start.repairs);
        const answered = made.ok ? await last() : made;
        const helper = made.ok && !answered.ok ? await helperState(start) : null;
        // Made, though its answer was lost.
        const finished = helper === 'applied' ? done : answered;
        const ended = finished.ok ? await records.write({ ...start, state: 'applied' }) : finished;
        // What the helper made stays made: the next start completes the record.
        if (ended.ok || (finished.ok && start.elevated.length > 0)) return done;
        const undone = await takeBack({ ...start, state: 'applying' });
        // A helper that was killed takes its half back when it is asked again: the person can undo it.
        const isHalf = helper === 'applying';
        if (undone.ok && !isHalf) await records.write({ ...start, state: 'failed' });
        return ended;
      }),

    undo: (id, first) =>
      alone(async () => {
        const read = await records.read(id);
        if (!read.ok) return read;
        const record = read.value;
        if (record?.state === 'undone') return ok(record);
        // Nobody else is at work: one that is being applied was interrupted.
        if (record === null || (record.state !== 'applied' && record.state !== 'applying'))
          return err({ code: 'repair.recordNotFound', wanted: id });
        for (const change of record.repairs.flatMap(({ changes }) => changes)) {
          if ((await maker.look(change)) === 'elsewhere')
            return err({ code: 'repair.changed', path: placeOf(change) });
        }
        const noted = await records.write({ ...record, state: 'undoing' });
        if (!noted.ok) return noted;
        const begun = await first(record);
        if (!begun.ok) {
          await records.write(record);
          return begun;
        }
        // Where this fails the next start goes on.
        const undone = await takeBack(record);
        if (!undone.ok) return undone;
        const ended: RepairRecord = { ...record, state: 'undone' };
        const written = await records.write(ended);
        return written.ok ? ok(ended) : written;
      }),

    async recover() {
      const isInterrupted = ({ state }: RepairRecord) => state === 'applying' || state === 'undoing';
      if (!(await records.list()).some(isInterrupted)) return [];
      const recovered = await alone(async () => {
        const taken: RepairRecord[] = [];
        for (const record of (await records.list()).filter(isInterrupted)) {
          const ended = await endInterrupted(record);
          if (ended !== null && (await records.write(ended)).ok) taken.push(ended);
        }
        return ok(taken);
      });
      return recovered.ok ? recovered.value : [];
    },
  };
}

function effectsOf(repairs: readonly MadeRepair[]) {
  return [...new Set(repairs.flatMap(({ effects }) => effects))];
}
