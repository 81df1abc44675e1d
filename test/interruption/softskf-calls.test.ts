// SM2 pairs behind SKF, interrupted at the calls of the library.

import type { Moment } from './cell-token.ts';
import { softskf } from './softskf-kind.ts';
import { besideSecondProcess, killedAtCalls, pulledAtCalls, templateOf } from './suites.ts';

const template = await templateOf(softskf());

/** The others only use a key: before them is after what came before them. */
const isWriting = ({ name }: Moment): boolean =>
  /^SKF_(VerifyPIN|CreateContainer|DeleteContainer|Gen|ImportECC|ImportCertificate)/.test(name);
const clear = 'SKF_ClearSecureState';

await killedAtCalls(template, { orders: ['after'] });
await killedAtCalls(template, { orders: ['before'], isWanted: isWriting });
await pulledAtCalls(template, ({ name, occurrence }) => name !== clear || occurrence === 1);
besideSecondProcess(template, { name: 'SKF_GenECCKeyPair', occurrence: 2 });
