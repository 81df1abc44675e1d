// SIGKILL of application and driver host before and after every call that changes the key or uses it.

import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createTemplate, openCell } from './cell.ts';
import { expectUntouched, expectRenewed, momentsOf } from './judge.ts';

const template = await createTemplate();
const moments = await momentsOf(template);

afterAll(() => rm(template.folder, { recursive: true, force: true }));

describe.concurrent('killed at a call of the driver, a renewal with a new key', () => {
  const cells = moments.flatMap((moment) =>
    (['before', 'after'] as const).map((order) => ({ ...moment, order })),
  );
  it.each(cells)('$order $name number $occurrence', async ({ name, occurrence, order }) => {
    const cell = await openCell(template);
    try {
      await cell.proxy.control(`kill ${name} ${String(occurrence)} both ${order}`);
      expect((await cell.renew()).exitCode).toBeNull();
      await cell.proxy.control();
      await expectUntouched(cell);
      await expectRenewed(cell, await cell.resume());
    } finally {
      await cell.dispose();
    }
  });
});
