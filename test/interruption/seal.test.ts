// A key with a seal, interrupted while the new seal is written over the old one: a file of SKF, which cannot keep
// both, and a data object of PKCS#11, which has both for a moment.

import type { Moment } from './cell-token.ts';
import { expectSealed } from './judge.ts';
import { softhsm } from './softhsm-kind.ts';
import { softskf } from './softskf-kind.ts';
import { killedAtCalls, templateOf } from './suites.ts';

const file = await templateOf(softskf(), true);
await killedAtCalls(file, {
  orders: ['after'],
  isWanted: ({ name, occurrence }) => /^SKF_(Delete|Create|Write)File$/.test(name) && occurrence === 1,
  judge: expectSealed,
});

/** The data object is made last, and the old one goes after it. */
const isLast = ({ name, occurrence }: Moment, all: readonly Moment[]): boolean =>
  /^C_(Create|Destroy)Object$/.test(name) &&
  occurrence === all.filter((moment) => moment.name === name).length;
const object = await templateOf(softhsm, true);
await killedAtCalls(object, { orders: ['before'], isWanted: isLast, judge: expectSealed });
