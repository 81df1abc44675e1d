// The key is pulled out at a call of the driver, plugged in again, and the renewal resumed.

import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createTemplate, openCell } from './cell.ts';
import { expectRenewed, expectUntouched, momentsOf } from './judge.ts';

const template = await createTemplate();
// Logging out of a key that is gone is no trouble: by then everything is done.
const moments = (await momentsOf(template)).filter(({ name }) => name !== 'C_Logout');

afterAll(() => rm(template.folder, { recursive: true, force: true }));

describe.concurrent('pulled at a call of the driver, a renewal with a new key', () => {
  it.each(moments)('$name number $occurrence', async ({ name, occurrence }) => {
    const cell = await openCell(template);
    try {
      await cell.proxy.control(`remove ${name} ${String(occurrence)}`);
      const stopped = await cell.renew();
      expect(stopped).toMatchObject({
        exitCode: 8,
        json: { ok: false, error: { code: 'token.removed' }, resumable: true },
      });
      await cell.proxy.control();
      await expectUntouched(cell);
      await expectRenewed(cell, await cell.resume());
    } finally {
      await cell.dispose();
    }
  });

  it('is not touched by a second process while the first one works on the key', async () => {
    const cell = await openCell(template);
    try {
      await cell.proxy.control('pause C_GenerateKeyPair 2');
      const first = cell.startRenewal();
      await cell.proxy.waitFor('paused');
      const second = await cell.renew();
      expect(second).toMatchObject({ json: { ok: false, error: { code: 'token.busy' } } });
      await cell.proxy.control();
      await expectRenewed(cell, await first.done);
    } finally {
      await cell.dispose();
    }
  });
});
