// What the wizard shows of a renewal, as data: which step is where, which phase of the update, since when. The
// application decides all of it; nothing here knows what comes next.

import type { RenewalView, UpdatePhase, WizardStage } from '../../../contract/views/renewal-views.ts';
import type { CommandName } from '../../../core/renewal/state.ts';

export const WIZARD_STAGES = [
  'confirm',
  'agree',
  'form',
  'pay',
  'update',
  'done',
] as const satisfies readonly WizardStage[];

export const UPDATE_PHASES = ['pin', 'generate', 'write', 'prove'] as const satisfies readonly UpdatePhase[];

export type StepState = 'done' | 'current' | 'todo';

export function stageState(stage: WizardStage, current: WizardStage): StepState {
  return stateOf(WIZARD_STAGES.indexOf(stage), WIZARD_STAGES.indexOf(current));
}

export function phaseState(phase: UpdatePhase, { stage, updatePhase }: RenewalView): StepState {
  if (stage === 'done') return 'done';
  if (updatePhase === null) return 'todo';
  return stateOf(UPDATE_PHASES.indexOf(phase), UPDATE_PHASES.indexOf(updatePhase));
}

function stateOf(index: number, current: number): StepState {
  if (index < current) return 'done';
  return index === current ? 'current' : 'todo';
}

/** Steps of the machine that come before anything is made or written. */
const BEFORE_UPDATE: ReadonlySet<CommandName> = new Set<CommandName>([
  'askConsent',
  'openToken',
  'openGateway',
  'readEligibility',
  'probeRoom',
  'planSeal',
  'createOrder',
  'acceptAgreements',
  'submitForm',
  'awaitOrder',
  'readOrder',
]);

/** When the work on the key began, epoch milliseconds; null before that. */
export function updateBegan({ steps }: RenewalView): number | null {
  const first = steps.find(({ name }) => !BEFORE_UPDATE.has(name));
  return first === undefined ? null : Date.parse(first.at);
}

/** Money may have been paid, so the person is told not to pay again. */
export function mayBePaid({ stage, payment, waiting }: RenewalView): boolean {
  return payment !== null || waiting !== null || WIZARD_STAGES.indexOf(stage) >= WIZARD_STAGES.indexOf('pay');
}

/** `190.00` */
export function yuan(fen: number): string {
  return (fen / 100).toFixed(2);
}
