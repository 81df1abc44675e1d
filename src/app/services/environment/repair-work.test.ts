import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../../core/environment/repair.ts';
import { done } from '../../../core/errors/result.ts';
import { createChangeMaker, type ChangeMaker } from '../../adapters/os/change-maker.ts';
import { createRepairRecords, type RecordState, type RepairRecord } from '../../adapters/repair-records.ts';
import { createRepairWork } from './repair-work.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'repair-'));
  await writeFile(join(root, 'changed'), 'old', { mode: 0o640 });
  await writeFile(join(root, 'removed'), 'gone', { mode: 0o600 });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const state = (content: string, mode: number) => ({ content: Buffer.from(content).toString('base64'), mode });
const CHANGES: readonly Change[] = [
  { kind: 'file', path: '/changed', before: state('old', 0o640), after: state('new', 0o640) },
  { kind: 'file', path: '/made/by/us', before: null, after: state('ours', 0o644) },
  { kind: 'file', path: '/removed', before: state('gone', 0o600), after: null },
  { kind: 'mode', path: '/changed', before: 0o640, after: 0o600 },
];
const START: Omit<RepairRecord, 'state'> = {
  id: '20261120-040000-abcd',
  at: '2026-11-20T04:00:00.000Z',
  repairs: [{ repair: 'data.permissions', changes: CHANGES, effects: [] }],
  elevated: [],
};
const nothing = () => Promise.resolve(done);

async function seen() {
  const read = (name: string) => readFile(join(root, name), 'utf8').catch(() => null);
  const mode = (await stat(join(root, 'changed'))).mode & 0o777;
  return [await read('changed'), mode, await read('made/by/us'), await read('removed')];
}
const BEFORE = ['old', 0o640, null, 'gone'];
const AFTER = ['new', 0o600, 'ours', null];

function open(maker: ChangeMaker = createChangeMaker({ root }), helper: RecordState | null = null) {
  const records = createRepairRecords(join(root, 'records'));
  const elevatedState = () => Promise.resolve(helper);
  return { records, work: createRepairWork({ records, maker, elevatedState }) };
}

/** Ends the program, as far as its files can tell, at the n-th change. */
function dyingAt(calls: number): ChangeMaker {
  const maker = createChangeMaker({ root });
  let left = calls;
  return {
    ...maker,
    make: (change, direction) => {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return maker.make(change, direction);
    },
  };
}

it('a repair makes folders that everybody may read: a browser looks into them as the person', async () => {
  await open().work.apply(START, nothing);
  expect((await stat(join(root, 'made/by'))).mode & 0o777).toBe(0o755);
});

describe('a repair whose program was killed', () => {
  it.each([0, 1, 2, 3, 4])('after %i of its changes is taken back at the next start', async (count) => {
    const last = count === 4 ? () => Promise.reject(new Error('killed')) : nothing;
    await expect(open(dyingAt(count)).work.apply(START, last)).rejects.toThrow('killed');
    const recovered = await open().work.recover();
    expect([recovered.map((record) => record.state), await seen()]).toEqual([['undone'], BEFORE]);
    expect(await open().work.recover()).toEqual([]);
  });

  it.each([0, 1, 2, 3])('while %i changes were undone is undone whole', async (count) => {
    await open().work.apply(START, nothing);
    expect(await seen()).toEqual(AFTER);
    await expect(open(dyingAt(count)).work.undo(START.id, nothing)).rejects.toThrow('killed');
    await open().work.recover();
    expect(await seen()).toEqual(BEFORE);
  });
});

describe('a repair with a part of the administrator’s, killed around it', () => {
  const BOTH = { ...START, elevated: ['udev.rule' as const] };
  const killed = () => Promise.reject(new Error('killed'));

  it.each([
    ['was made', 'applied', AFTER, 'applied', ['applied']],
    ['was not begun', null, BEFORE, 'undone', ['undone']],
    ['was taken back', 'undone', BEFORE, 'undone', ['undone']],
    ['is half made', 'applying', AFTER, 'applying', []],
  ] as const)('which %s', async (_, helper, files, state, recovered) => {
    await expect(open().work.apply(BOTH, killed)).rejects.toThrow('killed');
    const again = open(undefined, helper);
    const found = (await again.work.recover()).map((record) => record.state);
    expect([found, await seen(), (await again.records.list()).map((record) => record.state)]).toEqual([
      recovered,
      files,
      [state],
    ]);
    // And the person can take all of it back, whatever is left.
    if (state !== 'undone') expect(await again.work.undo(BOTH.id, nothing)).toMatchObject({ ok: true });
    expect(await seen()).toEqual(BEFORE);
  });

  it.each([
    ['was killed in its part', 'applying', BEFORE, 'applying'],
    ['did its part and could not say so', 'applied', AFTER, 'applied'],
    ['could not be started', null, BEFORE, 'failed'],
  ] as const)('when the helper %s', async (_, helper, files, state) => {
    const error = { code: 'repair.unavailable', reason: 'exit null' } as const;
    const { work, records } = open(undefined, helper);
    const made = await work.apply(BOTH, () => Promise.resolve({ ok: false, error }));
    expect([made.ok, await seen(), (await records.list()).map((record) => record.state)]).toEqual([
      state === 'applied',
      files,
      [state],
    ]);
    if (state === 'applying') expect(await work.undo(BOTH.id, nothing)).toMatchObject({ ok: true });
  });

  it.each([
    ['before the helper took back its own is as if nobody had asked', 'applied', AFTER, 'applied'],
    ['after it is undone whole', 'undone', BEFORE, 'undone'],
  ] as const)('while it was undone, %s', async (_, helper, files, state) => {
    await open().work.apply(BOTH, nothing);
    await expect(open().work.undo(BOTH.id, killed)).rejects.toThrow('killed');
    const again = open(undefined, helper);
    await again.work.recover();
    expect([await seen(), (await again.records.list()).map((record) => record.state)]).toEqual([
      files,
      [state],
    ]);
  });
});

describe('a repair that cannot go on', () => {
  it.each([
    ['the disk is full', { code: 'storage.full', path: '/removed' } as const],
    ['the folder is read-only', { code: 'storage.readOnly', path: '/removed' } as const],
  ])('because %s changes nothing', async (_, error) => {
    const maker = createChangeMaker({ root });
    const full: ChangeMaker = {
      ...maker,
      make: (change, direction) =>
        change === CHANGES[2] && direction === 'forward'
          ? Promise.resolve({ ok: false, error })
          : maker.make(change, direction),
    };
    const { work, records } = open(full);
    expect(await work.apply(START, nothing)).toEqual({ ok: false, error });
    expect([await seen(), (await records.list()).map((record) => record.state)]).toEqual([
      BEFORE,
      ['failed'],
    ]);
  });

  it('because a file is no longer what was shown leaves it alone', async () => {
    await writeFile(join(root, 'changed'), 'mine');
    const made = await open().work.apply(START, nothing);
    expect([made, await readFile(join(root, 'changed'), 'utf8')]).toEqual([
      { ok: false, error: { code: 'repair.changed', path: '/changed' } },
      'mine',
    ]);
  });

  it('because the administrator declines changes nothing', async () => {
    const declined = () => Promise.resolve({ ok: false, error: { code: 'repair.declined' } } as const);
    expect(await open().work.apply(START, declined)).toEqual({
      ok: false,
      error: { code: 'repair.declined' },
    });
    expect(await seen()).toEqual(BEFORE);
  });

  it('because it was undone already is left as it is', async () => {
    await open().work.apply(START, nothing);
    await open().work.undo(START.id, nothing);
    expect(await open().work.undo(START.id, nothing)).toMatchObject({ ok: true, value: { state: 'undone' } });
    expect(await seen()).toEqual(BEFORE);
  });

  it('because its record is damaged is not undone by guessing', async () => {
    await open().work.apply(START, nothing);
    await writeFile(join(root, `records/${START.id}.json`), '{');
    expect(await open().work.undo(START.id, nothing)).toMatchObject({
      ok: false,
      error: { code: 'storage.damaged' },
    });
    expect(await seen()).toEqual(AFTER);
  });
});
