// SM2 pairs behind SKF, interrupted at the calls of the library.

import type { Moment } from './cell-token.ts';
import { softskf } from './softskf-kind.ts';
import { besideSecondProcess, killedAtCalls, pulledAtCalls, templateOf } from './suites.ts';

const template = await templateOf(softskf());

/** The others only use a key: before them is after what came before them. */
const isWriting = ({ name }: Moment): boolean =>
  /^SKF_(VerifyPIN|CreateContainer|DeleteContainer|Gen|ImportECC|ImportCertificate)/.test(name);
const isSigning = ({ name }: Moment): boolean => name === 'SKF_ECCSignData';

await killedAtCalls(template, { orders: ['after'] });
await killedAtCalls(template, { orders: ['before'], isWanted: isWriting });
await pulledAtCalls(template, (moment) => isWriting(moment) || isSigning(moment));
besideSecondProcess(template, { name: 'SKF_GenECCKeyPair', occurrence: 2 });
