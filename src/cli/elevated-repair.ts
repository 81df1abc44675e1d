// The program that runs with the administrator's rights where there is no package: started by pkexec, no arguments.

import { answerElevatedRepair } from '../app/elevated-repair.ts';
import { VENDOR_USB } from '../native/vendors/modules.ts';

process.exitCode = await answerElevatedRepair(VENDOR_USB);
