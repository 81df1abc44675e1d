import * as z from 'zod';
import { environmentView, plannedRepair, repairRecord } from '../views/environment-views.ts';
import { keepsake, none } from '../views/values.ts';

export const environmentMethods = {
  'environment.read': { input: none, output: environmentView },
  /** Begins a check, if none is under way; `environment.changed` tells how far it is and what was found. */
  'environment.check': { input: none, output: environmentView },
  /** Shows a page in the person's browser and adds what it found to the last report; told as a check is. */
  'environment.checkBrowser': { input: none, output: environmentView },
  'environment.cancel': { input: none, output: environmentView },
  /** What would be changed for the last report's findings. Changes nothing. */
  'repair.plan': { input: none, output: z.array(plannedRepair) },
  /** Makes these of the last plan, with a record, and checks again. */
  'repair.apply': {
    input: z.strictObject({ repairs: z.array(z.string().max(100)).min(1).max(50) }),
    output: repairRecord,
  },
  'repair.undo': { input: z.strictObject({ record: z.string().max(100) }), output: repairRecord },
  /** Newest first. */
  'repair.list': { input: none, output: z.array(repairRecord) },
  /** 诊断报告 of the last check: `ca` with serial numbers in full, by consent; `public` redacted. */
  'report.make': {
    input: z.strictObject({ form: z.enum(['ca', 'public']) }),
    output: keepsake,
  },
} as const;
