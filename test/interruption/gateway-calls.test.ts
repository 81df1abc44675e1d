// SIGKILL just before a call reaches the CA, and after the CA has done its work but not answered.

import { rm } from 'node:fs/promises';
import { afterAll, describe, it } from 'vitest';
import { createTemplate, openCell, type Cell } from './cell.ts';
import { expectRenewed, expectUntouched } from './judge.ts';

const template = await createTemplate();
const calls = await callsOfOneRenewal();

afterAll(() => rm(template.folder, { recursive: true, force: true }));

async function callsOfOneRenewal() {
  const cell = await openCell(template);
  try {
    const outcome = await cell.renew();
    if (outcome.json?.['ok'] !== true) throw new Error(`baseline: ${JSON.stringify(outcome)}`);
    return cell.front.calls.map((call, index, all) => ({
      call,
      occurrence: all.slice(0, index + 1).filter((made) => made === call).length,
    }));
  } finally {
    await cell.dispose();
  }
}

type Place = (typeof calls)[number] & { readonly when: 'beforeForward' | 'beforeReply' };

async function renewAndKill(cell: Cell, { call, occurrence, when }: Place): Promise<void> {
  const { child, done } = cell.startRenewal();
  cell.front.watch((moment) => {
    if (moment.call !== call || moment.count !== occurrence || moment.when !== when) return;
    child.kill('SIGKILL');
    if (when === 'beforeForward') throw new Error('the application died before the request left');
  });
  const outcome = await done;
  cell.front.watch(null);
  if (outcome.exitCode !== null) throw new Error(`not killed: ${JSON.stringify(outcome)}`);
}

describe.concurrent('killed at a call of the gateway, a renewal with a new key', () => {
  const cells = calls.flatMap((place) =>
    (['beforeForward', 'beforeReply'] as const).map((when) => ({ ...place, when })),
  );
  it.each(cells)('$when of $call number $occurrence', async (place) => {
    const cell = await openCell(template);
    try {
      await renewAndKill(cell, place);
      await expectUntouched(cell);
      await expectRenewed(cell, await cell.resume());
    } finally {
      await cell.dispose();
    }
  });
});
