// SM2 pairs in a software key, interrupted at the durable writes of the key file.

import { describe, expect, it } from 'vitest';
import type { Moment } from './cell-token.ts';
import { expectRenewed, expectUntouched } from './judge.ts';
import { fullFrom, softwareKey } from './software-kind.ts';
import {
  afterOneRenewal,
  besideSecondProcess,
  inCell,
  killedAtCalls,
  pulledAtCalls,
  templateOf,
} from './suites.ts';

const template = await templateOf(softwareKey);

/** Before the backup is replaced is after the file was; after it is before the next time. */
const isKeyFile = ({ name }: Moment): boolean => name === 'key.ukey';
/** Writes 3 to 5 are the preflight's, which are the same three changes as later ones. */
const isLasting = (moment: Moment): boolean =>
  isKeyFile(moment) && (moment.occurrence < 3 || moment.occurrence > 5);

await killedAtCalls(template, { isWanted: isKeyFile, orders: ['after'] });
await killedAtCalls(template, { isWanted: isLasting, orders: ['before'] });
await killedAtCalls(template, { asked: 'same', mode: 'same', isWanted: isKeyFile, orders: ['after'] });
await killedAtCalls(template, { asked: 'inplace', mode: 'inPlace', isWanted: isKeyFile, orders: ['after'] });
await pulledAtCalls(template, isLasting);
besideSecondProcess(template, { name: 'key.ukey', occurrence: 7 });

const writes = (await afterOneRenewal(template, ({ token }) => token.moments())).filter(isLasting);

describe.concurrent('a disk that is full from a write of the software key on', () => {
  it.each(writes)('$name number $occurrence', (moment) =>
    inCell(template, async (cell) => {
      const stopped = await cell.renew({ env: fullFrom(moment) });
      expect(stopped.json).toMatchObject({ ok: false, error: { code: 'storage.full' } });
      await expectUntouched(cell);
      await expectRenewed(cell, await cell.resume());
    }),
  );
});
