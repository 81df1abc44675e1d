// The same-key and in-place modes, killed after every call that changes or uses the key: what the screen promised
// for them is that the renewal completes. In same-key mode the key signs throughout.

import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createTemplate, openCell } from './cell.ts';
import { expectRenewed, expectUntouched, momentsOf } from './judge.ts';

const template = await createTemplate();
const sameKey = await momentsOf(template, 'same');
const inPlace = await momentsOf(template, 'inplace');

afterAll(() => rm(template.folder, { recursive: true, force: true }));

describe.concurrent('killed in same-key mode', () => {
  it.each(sameKey)('after $name number $occurrence', async ({ name, occurrence }) => {
    const cell = await openCell(template);
    try {
      await cell.proxy.control(`kill ${name} ${String(occurrence)} both after`);
      expect((await cell.renew({ mode: 'same' })).exitCode).toBeNull();
      await cell.proxy.control();
      await expectUntouched(cell);
      await expectRenewed(cell, await cell.resume({ mode: 'same' }), 'same');
    } finally {
      await cell.dispose();
    }
  });
});

describe.concurrent('killed in in-place mode', () => {
  it.each(inPlace)('after $name number $occurrence', async ({ name, occurrence }) => {
    const cell = await openCell(template);
    try {
      await cell.proxy.control(`kill ${name} ${String(occurrence)} both after`);
      expect((await cell.renew({ mode: 'inplace' })).exitCode).toBeNull();
      await cell.proxy.control();
      await expectRenewed(cell, await cell.resume({ mode: 'inplace' }), 'inPlace');
    } finally {
      await cell.dispose();
    }
  });
});
