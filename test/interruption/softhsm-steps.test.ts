// RSA behind PKCS#11, interrupted between the calls of the driver: at the CA and in the journal.

import { softhsm } from './softhsm-kind.ts';
import { fullAtRecords, killedAfterRecords, killedAtGateway, templateOf } from './suites.ts';

const template = await templateOf(softhsm);

await killedAtGateway(template);
await killedAfterRecords(template, 'all');
await fullAtRecords(template);
