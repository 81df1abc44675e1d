// SIGKILL right after a record of the journal is on the disk, and a disk that is full from a record on.

import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildJournalShim } from '../support/journal-faults/build-shim.ts';
import { createTemplate, openCell } from './cell.ts';
import { expectRenewed, expectUntouched } from './judge.ts';

const shim = await buildJournalShim();
const template = await createTemplate();
const records = await recordsOfOneRenewal();

afterAll(() => rm(template.folder, { recursive: true, force: true }));

async function recordsOfOneRenewal(): Promise<readonly { readonly number: number; readonly type: string }[]> {
  const cell = await openCell(template);
  try {
    const outcome = await cell.renew();
    if (outcome.json?.['ok'] !== true) throw new Error(`baseline: ${JSON.stringify(outcome)}`);
    const [name = ''] = await readdir(cell.journals);
    const lines = (await readFile(join(cell.journals, name), 'utf8')).trim().split('\n');
    return lines.map((line, index) => {
      const { entry } = JSON.parse(line) as { entry: { type: string } };
      return { number: index + 1, type: entry.type };
    });
  } finally {
    await cell.dispose();
  }
}

describe.concurrent('killed after a record of the journal, a renewal with a new key', () => {
  it.each(records)('record $number, $type', async ({ number }) => {
    const cell = await openCell(template);
    try {
      const killed = await cell.renew({
        env: { LD_PRELOAD: shim, JOURNAL_KILL_AFTER: String(number) },
      });
      expect(killed.exitCode).toBeNull();
      await expectUntouched(cell);
      await expectRenewed(cell, await cell.resume());
    } finally {
      await cell.dispose();
    }
  });
});

describe.concurrent('a disk that is full from a record of the journal on', () => {
  const telling = records.filter(({ type }) =>
    ['started', 'containerChosen', 'keyGenerated', 'orderRead', 'certificateWritten', 'confirmed'].includes(
      type,
    ),
  );
  it.each(telling)('record $number, $type', async ({ number }) => {
    const cell = await openCell(template);
    try {
      const stopped = await cell.renew({ env: { LD_PRELOAD: shim, JOURNAL_FULL_FROM: String(number) } });
      expect(stopped.json).toMatchObject({ ok: false, error: { code: 'storage.full' } });
      await expectUntouched(cell);
      await expectRenewed(cell, await cell.resume());
    } finally {
      await cell.dispose();
    }
  });
});
