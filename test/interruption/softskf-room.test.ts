// SM2 pairs on devices with room for one container or for two: which mode the preflight picks before anything is
// paid, and what an interruption leaves in it.

import { describe, expect, it } from 'vitest';
import type { Moment } from './cell-token.ts';
import { expectRenewed, expectUntouched } from './judge.ts';
import { softskf } from './softskf-kind.ts';
import { inCell, killedAtCalls, templateOf } from './suites.ts';

const one = await templateOf(softskf(1));
const two = await templateOf(softskf(2));

// Nothing is asked for: with room for one container only, the preflight keeps the key.
await killedAtCalls(one, { mode: 'same', orders: ['after'] });
await killedAtCalls(one, { asked: 'inplace', mode: 'inPlace', orders: ['after'] });
// A container that is left behind must not take the room of the next one.
const takesRoom = ({ name }: Moment): boolean => /^SKF_(CreateContainer|GenECC|DeleteContainer)/.test(name);
await killedAtCalls(two, { orders: ['after'], isWanted: takesRoom });

describe.concurrent('a device with room for one or two containers', () => {
  it('says before an order is made that a new key does not fit', () =>
    inCell(one, async (cell) => {
      const refused = await cell.renew({ mode: 'new' });
      expect(refused).toMatchObject({ exitCode: 7, json: { ok: false, error: { code: 'token.full' } } });
      expect(await cell.summary()).toMatchObject({ containers: 1, orders: [], confirmed: [], paid: 0 });
      await expectUntouched(cell);
    }));

  it('still has room for a new key when a try was killed and another is begun instead of resumed', () =>
    inCell(two, async (cell) => {
      await cell.token.killAt({ name: 'SKF_CreateContainer', occurrence: 1 }, 'after');
      await cell.renew();
      await cell.token.calm();
      await expectRenewed(cell, await cell.renew());
    }));
});
