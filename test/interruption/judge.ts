// What must hold after an interruption, and where to interrupt.

import { expect } from 'vitest';
import type { RenewalMode } from '../../src/core/renewal/state.ts';
import { openCell, type Cell, type Outcome, type Template } from './cell.ts';

/** Calls that change the token or use a key; killing around a reading call lies between two of these. */
const TELLING: ReadonlySet<string> = new Set([
  'C_Login',
  'C_Logout',
  'C_Sign',
  'C_Decrypt',
  'C_GenerateKeyPair',
  'C_CreateObject',
  'C_SetAttributeValue',
  'C_DestroyObject',
]);

export interface DriverMoment {
  readonly name: string;
  /** Which call of that function, from 1. */
  readonly occurrence: number;
}

/** Every telling call of one undisturbed renewal, in order. */
export async function momentsOf(template: Template, mode?: string): Promise<readonly DriverMoment[]> {
  const cell = await openCell(template);
  try {
    const outcome = await cell.renew(mode === undefined ? {} : { mode });
    if (outcome.json?.['ok'] !== true) throw new Error(`baseline: ${JSON.stringify(outcome)}`);
    const counts = new Map<string, number>();
    return (await cell.proxy.calls())
      .filter(({ name }) => TELLING.has(name))
      .map(({ name }) => {
        const occurrence = (counts.get(name) ?? 0) + 1;
        counts.set(name, occurrence);
        return { name, occurrence };
      });
  } finally {
    await cell.dispose();
  }
}

/** The old certificate is on the key and its key signs: asked with a program nobody here wrote. */
export async function expectUntouched(cell: Cell): Promise<void> {
  expect(await cell.oldKeySigns()).toBe(true);
}

/** Renewed exactly once, the old certificate kept as history or replaced, nothing left over. */
export async function expectRenewed(cell: Cell, outcome: Outcome, mode: RenewalMode = 'new'): Promise<void> {
  // Killed after its last record it was finished: there is nothing to go on with.
  const isFinished = (outcome.json?.['error'] as { code?: string } | undefined)?.code === 'renewal.notFound';
  if (!isFinished) {
    const selfTest = { sign: true, verify: true };
    const named = mode === 'inPlace' ? 'inplace' : mode;
    expect(outcome).toMatchObject({ exitCode: 0, json: { ok: true, mode: named, selfTest } });
  }
  const { certificates, confirmed, ...rest } = await cell.summary();
  const [after] = confirmed;
  expect(rest).toEqual({ containers: mode === 'new' ? 2 : 1, orders: ['confirmed'], paid: 1 });
  expect(confirmed).toHaveLength(1);
  expect(certificates.filter(([state]) => state === 'current')).toEqual([['current', after]]);
  expect(certificates.map(([state]) => state).toSorted()).toEqual(
    mode === 'new' ? ['current', 'history'] : ['current'],
  );
  if (mode !== 'inPlace') await expectUntouched(cell);
}
