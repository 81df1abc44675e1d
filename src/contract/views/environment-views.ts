// The environment check in the window. Sentences come from the application, because they are made with the facts.

import * as z from 'zod';
import { CHECK_GROUPS, LAYERS } from '../../core/environment/check.ts';
import { line, time } from './values.ts';

const sentence = z.string().max(8000);

export const findingView = z
  .strictObject({
    id: line,
    /** Where it stands in the catalogue of checks. */
    ref: line,
    group: z.enum(CHECK_GROUPS),
    status: z.enum(['ok', 'advice', 'problem', 'unknown', 'notApplicable']),
    blocksRenewal: z.boolean(),
    title: sentence,
    message: sentence,
    advice: sentence.nullable(),
    /** It can be mended here; null: by the person alone. */
    repair: line.nullable(),
  })
  .meta({ id: 'Finding' });
export type FindingView = z.infer<typeof findingView>;

/** What stands in the way of a renewal; answered when it was settled, to be looked at again. */
export const obstaclesQuestion = z.strictObject({
  id: z.number().int(),
  kind: z.literal('obstacles'),
  findings: z.array(findingView),
});

export const environmentReport = z
  .strictObject({
    at: time,
    findings: z.array(findingView),
    isFit: z.boolean(),
    blocksRenewal: z.boolean(),
    problems: z.number().int(),
    advice: z.number().int(),
    unknown: z.number().int(),
    fine: z.number().int(),
    /** The first broken layer between plug and page. */
    layer: z.enum(LAYERS).nullable(),
    /** 诊断码, six digits. */
    code: line,
    ms: z.number(),
  })
  .meta({ id: 'EnvironmentReport' });
export type EnvironmentReport = z.infer<typeof environmentReport>;

export const environmentView = z
  .strictObject({
    /** null: no check is under way. */
    progress: z.strictObject({ done: z.number().int(), total: z.number().int(), title: sentence }).nullable(),
    /** null: there was none since the program began. */
    report: environmentReport.nullable(),
  })
  .meta({ id: 'Environment' });
export type EnvironmentView = z.infer<typeof environmentView>;

export const plannedRepair = z
  .strictObject({
    repair: line,
    /** Id of the check it mends. */
    check: line,
    title: sentence,
    /** Asks for the administrator's password. */
    elevated: z.boolean(),
    /** Chosen unless the person takes it out; trust anchors never are. */
    ticked: z.boolean(),
    /** Line by line, before and after. */
    changes: z.array(sentence),
    /** Why it cannot be made; null: it can. */
    refused: sentence.nullable(),
  })
  .meta({ id: 'PlannedRepair' });
export type PlannedRepairView = z.infer<typeof plannedRepair>;

export const repairRecord = z
  .strictObject({
    id: line,
    at: time,
    state: z.enum(['applying', 'applied', 'undoing', 'undone', 'failed']),
    titles: z.array(sentence),
  })
  .meta({ id: 'RepairRecord' });
export type RepairRecordView = z.infer<typeof repairRecord>;
