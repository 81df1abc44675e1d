// RSA behind PKCS#11, interrupted at the calls of the driver.

import type { Moment } from './cell-token.ts';
import { softhsm } from './softhsm-kind.ts';
import { besideSecondProcess, killedAtCalls, pulledAtCalls, templateOf } from './suites.ts';

const template = await templateOf(softhsm);

/** The others only use a key: before them is after what came before them. */
const isWriting = ({ name }: Moment): boolean =>
  ['C_Login', 'C_GenerateKeyPair', 'C_CreateObject', 'C_DestroyObject'].includes(name);

await killedAtCalls(template, { orders: ['after'] });
await killedAtCalls(template, { orders: ['before'], isWanted: isWriting });
await killedAtCalls(template, { asked: 'same', mode: 'same', orders: ['after'] });
await killedAtCalls(template, { asked: 'inplace', mode: 'inPlace', orders: ['after'] });
// Logging out of a key that is gone is no trouble: by then everything is done.
await pulledAtCalls(template, ({ name }) => name !== 'C_Logout');
besideSecondProcess(template, { name: 'C_GenerateKeyPair', occurrence: 2 });
