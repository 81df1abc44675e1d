import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlaceMemory, fittingBounds } from './window-place.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'place-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PLACE = { bounds: { x: -5, y: 40, width: 1200, height: 800 }, isMaximized: true };

describe('the place of the window', () => {
  it('is kept for the next start', async () => {
    await createPlaceMemory(folder, Date).keep(PLACE);
    expect(await createPlaceMemory(folder, Date).read()).toEqual(PLACE);
  });

  it.each<[string, string | null]>([
    ['at the first start', null],
    ['where the file is damaged', '{"version":1,"content":{"bounds":[1,2]}}'],
  ])('is unknown %s', async (_when, content) => {
    if (content !== null) writeFileSync(join(folder, 'window-place.json'), content);
    expect(await createPlaceMemory(folder, Date).read()).toEqual({ bounds: null, isMaximized: false });
  });

  it('that cannot be kept stops nobody', async () => {
    await expect(createPlaceMemory(join(folder, 'none'), Date).keep(PLACE)).resolves.toBeUndefined();
  });

  const SCREENS = [
    { x: 0, y: 0, width: 1920, height: 1040 },
    { x: 1920, y: 0, width: 1280, height: 1024 },
  ];
  const MIDDLE = { width: 1000, height: 720 };

  it.each<[string, number, number, boolean]>([
    ['on the first screen', 100, 100, true],
    ['on the second', 2000, 50, true],
    ['half over the left edge', -500, 100, true],
    ['where a screen was unplugged', 4000, 100, false],
    ['under the screens', 100, 1030, false],
    ['with its title above the screen', 100, -20, false],
    ['all but over the edge', -950, 100, false],
  ])('%s is taken again only where it can be got hold of', (_where, x, y, isTaken) => {
    const bounds = { x, y, width: 1000, height: 720 };
    expect(fittingBounds({ bounds, isMaximized: false }, SCREENS)).toEqual(isTaken ? bounds : MIDDLE);
  });

  it('is the middle where it is unknown', () => {
    expect(fittingBounds({ bounds: null, isMaximized: false }, SCREENS)).toEqual(MIDDLE);
  });
});
