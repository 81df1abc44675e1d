// A renewal's state in the words of the wizard: which of its six steps, which of the four phases of writing.

import type { RenewalOutcome, UpdatePhase, WizardStage } from '../../contract/views/renewal-views.ts';
import type { CommandName, RenewalState } from '../../core/renewal/state.ts';
import type { RenewalFailure } from '../services/renewal/renewal-service.ts';
import type { RenewalReport } from '../services/renewal/report.ts';

/** Commands after which the key may not be pulled, until they are over. */
const WRITING: ReadonlySet<CommandName> = new Set<CommandName>([
  'probeRoom',
  'createContainer',
  'generateKey',
  'signRequest',
  'importEncryptionKey',
  'writeCertificate',
  'testKey',
  'rollBack',
  'keepSeal',
  'writeSeal',
]);

/** While the key is being changed, or a step that must follow at once is under way. */
export function isWritingCommand(command: CommandName): boolean {
  return WRITING.has(command);
}

/** Which step of the wizard a command belongs to. `state`: what was known before it. */
export function stageOf(command: CommandName, state: RenewalState): WizardStage {
  const order = state.order?.state ?? null;
  const isPaid = order === 'approved' || order === 'issued' || order === 'confirmed';
  if (isPaid) return 'update';
  switch (command) {
    case 'askConsent':
    case 'acceptAgreements':
      return 'agree';
    case 'submitForm':
      return 'form';
    case 'awaitOrder':
      return 'pay';
    default:
      if (state.order === null) return state.consents.length === 0 ? 'confirm' : 'agree';
      if (order !== 'draft') return 'pay';
      return state.order.agreementsOpen ? 'agree' : 'form';
  }
}

/** null outside the step `update`. */
export function updatePhaseOf(command: CommandName): UpdatePhase {
  return PHASE[command] ?? 'generate';
}

const PHASE: Partial<Record<CommandName, UpdatePhase>> = {
  openToken: 'pin',
  openGateway: 'pin',
  readOrder: 'pin',
  importEncryptionKey: 'write',
  writeCertificate: 'write',
  rollBack: 'write',
  testKey: 'prove',
  confirm: 'prove',
  keepSeal: 'prove',
  writeSeal: 'prove',
  readOldStatus: 'prove',
};

export function outcomeOfReport(report: RenewalReport): RenewalOutcome {
  const { before, after, certificates, oldRevoked, mode, seal } = report;
  return { kind: 'done', before, after, certificates: [...certificates], oldRevoked, mode, seal };
}

export function outcomeOfFailure({ error, resumable }: RenewalFailure): RenewalOutcome {
  return { kind: 'stopped', error, resumable };
}
