// SM2 pairs behind SKF, interrupted between the calls of the library: at the CA and in the journal.

import { softskf } from './softskf-kind.ts';
import { fullAtRecords, killedAfterRecords, killedAtGateway, templateOf } from './suites.ts';

const template = await templateOf(softskf());

await killedAtGateway(template);
await killedAfterRecords(template, 'all');
await fullAtRecords(template);
