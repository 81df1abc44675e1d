// SM2 pairs in a software key, interrupted between the writes of the key file: at the CA and in the journal.

import { softwareKey } from './software-kind.ts';
import { killedAfterRecords, killedAtGateway, templateOf } from './suites.ts';

const template = await templateOf(softwareKey);

await killedAtGateway(template);
await killedAfterRecords(template, 'telling');
