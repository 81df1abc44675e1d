// Where the window was, so that it comes back there; never off every screen, as after a monitor was unplugged.

import { join } from 'node:path';
import * as z from 'zod';
import { createStateFile } from '../app/adapters/state-file.ts';
import type { Rectangle } from './electron-parts.ts';

const place = z.strictObject({
  bounds: z
    .strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) })
    .nullable(),
  isMaximized: z.boolean(),
});
export type WindowPlace = z.infer<typeof place>;

const UNKNOWN: WindowPlace = { bounds: null, isMaximized: false };
const SIZE = { width: 1000, height: 720 };
/** So much of the window must be on a screen, in pixels: enough to take hold of its title. */
const VISIBLE = { width: 200, height: 80 };

export interface PlaceMemory {
  /** Where it was; unknown where the file cannot be read. */
  read(): Promise<WindowPlace>;
  /** A place that cannot be kept stops nobody. */
  keep(place: WindowPlace): Promise<void>;
}

export function createPlaceMemory(dataDir: string, clock: { now(): number }): PlaceMemory {
  const file = createStateFile<WindowPlace>({
    ...{ path: join(dataDir, 'window-place.json'), version: 1, schema: place, empty: UNKNOWN, clock },
  });
  return {
    async read() {
      const reading = await file.read();
      return reading.ok ? reading.value.value : UNKNOWN;
    },
    async keep(current) {
      await file.update(() => current);
    },
  };
}

/** For a new window; without x and y it is put in the middle. @param screens their work areas */
export function fittingBounds({ bounds }: WindowPlace, screens: readonly Rectangle[]): Partial<Rectangle> {
  return bounds !== null && screens.some((screen) => isWithin(bounds, screen)) ? bounds : SIZE;
}

function isWithin(bounds: Rectangle, screen: Rectangle): boolean {
  const width = overlap(bounds.x, bounds.width, screen.x, screen.width);
  const height = overlap(bounds.y, bounds.height, screen.y, screen.height);
  return bounds.y >= screen.y && width >= VISIBLE.width && height >= VISIBLE.height;
}

function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
}
