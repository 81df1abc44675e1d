// What must hold after an interruption.

import { expect } from 'vitest';
import type { RenewalMode } from '../../src/core/renewal/state.ts';
import type { Cell, Outcome } from './cell.ts';

/** The old keys do what they did before: asked with a program nobody here wrote. */
export async function expectUntouched(cell: Cell): Promise<void> {
  expect(await cell.token.oldKeysWork()).toBe(true);
}

/** Renewed exactly once, the old certificates kept as history or replaced, nothing left over. */
export async function expectRenewed(cell: Cell, outcome: Outcome, mode: RenewalMode = 'new'): Promise<void> {
  // Killed after its last record it was finished: there is nothing to go on with.
  const isFinished = (outcome.json?.['error'] as { code?: string } | undefined)?.code === 'renewal.notFound';
  if (!isFinished) {
    const selfTest = { sign: true, verify: true };
    const named = mode === 'inPlace' ? 'inplace' : mode;
    expect(outcome).toMatchObject({ exitCode: 0, json: { ok: true, mode: named, selfTest } });
  }
  const uses = cell.isDual ? ['encryption', 'signing'] : ['both'];
  const { certificates, confirmed, ...rest } = await cell.summary();
  expect(rest).toEqual({ containers: mode === 'new' ? 2 : 1, orders: ['confirmed'], paid: 1 });
  expect(confirmed).toHaveLength(uses.length);
  expect(certificates.filter(({ hasPrivateKey }) => hasPrivateKey === false)).toEqual([]);
  const current = certificates.filter(({ state }) => state === 'current');
  expect(current.map(({ serial }) => serial).toSorted()).toEqual(confirmed.toSorted());
  expect(certificates.map(({ use, state }) => `${state} ${use}`).toSorted()).toEqual([
    ...uses.map((use) => `current ${use}`),
    ...(mode === 'new' ? uses.map((use) => `history ${use}`) : []),
  ]);
}

/** One seal on the key, and it goes with the new certificate. */
export async function expectSealed(cell: Cell): Promise<void> {
  const { json } = await cell.start(['seal', 'list']).done;
  expect(json).toMatchObject({ seals: [{ fitsCurrent: true, state: 'valid' }], others: [] });
}
