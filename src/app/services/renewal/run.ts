// Runs a renewal: journal first, then the work, then the next step. The only loop there is; starting, going on
// after a crash and going on after a pause all come through here.

import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { Command, CommandName, RenewalEvent, RenewalState } from '../../../core/renewal/state.ts';
import { phaseOf, stepRenewal, type Step } from '../../../core/renewal/step.ts';
import type { Journal } from '../../adapters/journal.ts';
import type { RenewalContext, Work } from './context.ts';
import { openGateway } from './login-work.ts';
import * as order from './order-work.ts';
import { proveCertificates } from './proof-work.ts';
import * as seal from './seal-work.ts';
import * as token from './token-work.ts';
import * as write from './write-work.ts';

export interface RenewalStepTime {
  readonly name: CommandName;
  /** Milliseconds. */
  readonly ms: number;
  /** Of these, spent inside the driver. */
  readonly tokenMs: number;
}

export interface Run {
  readonly state: RenewalState;
  readonly steps: readonly RenewalStepTime[];
}

export interface RunPorts {
  readonly journal: Journal;
  /** Milliseconds spent inside drivers so far, monotonic. */
  tokenMs(): number;
  /** Monotonic milliseconds. */
  elapsed(): number;
  now(): number;
}

const askConsent: Work<'askConsent'> = async ({ dialogue }, { consents }) =>
  (await dialogue.giveConsent(consents))
    ? ok([{ type: 'consented', consents }])
    : err({ code: 'renewal.consentNeeded', consent: consents.join(', ') });

const WORK: { readonly [N in CommandName]: Work<N> } = {
  askConsent,
  openToken: token.openToken,
  probeRoom: token.probeRoom,
  chooseContainer: token.chooseContainer,
  createContainer: token.createContainer,
  generateKey: token.generateKey,
  signRequest: token.signRequest,
  openGateway,
  readEligibility: order.readEligibility,
  createOrder: order.createOrder,
  acceptAgreements: order.acceptAgreements,
  submitForm: order.submitForm,
  awaitOrder: order.awaitOrder,
  readOrder: order.readOrder,
  submitRequest: order.submitRequest,
  requestReissue: order.requestReissue,
  fetchCertificates: order.fetchCertificates,
  confirm: order.confirm,
  planSeal: seal.planSeal,
  keepSeal: seal.keepSeal,
  writeSeal: seal.writeSeal,
  readOldStatus: order.readOldStatus,
  proveCertificates,
  importEncryptionKey: write.importEncryptionKey,
  writeCertificate: write.writeCertificate,
  testKey: write.testKey,
  rollBack: write.rollBack,
};

/** Goes on from `step` until the renewal is done, failed or waits for the person. */
export async function runRenewal(
  context: RenewalContext,
  ports: RunPorts,
  from: Step,
): Promise<Result<Run, AppError>> {
  const steps: RenewalStepTime[] = [];
  let step = from;
  for (;;) {
    const [state, command] = step;
    if (command === undefined) {
      await token.closeToken(context, state);
      return ok({ state, steps });
    }
    context.dialogue.progress({
      phase: phaseOf(step),
      command: command.do,
      state,
      item: itemNumber(state, command),
    });
    const before = { elapsed: ports.elapsed(), tokenMs: ports.tokenMs() };
    const events = await perform(context, command, state);
    steps.push({
      name: command.do,
      ms: ports.elapsed() - before.elapsed,
      tokenMs: ports.tokenMs() - before.tokenMs,
    });
    const advanced = await advance(ports, step, events);
    if (!advanced.ok) {
      await token.closeToken(context, state);
      return advanced;
    }
    step = advanced.value;
  }
}

async function perform<N extends CommandName>(
  context: RenewalContext,
  command: Extract<Command, { do: N }>,
  state: RenewalState,
): Promise<readonly RenewalEvent[]> {
  // Going back is never left half done.
  if (command.do !== 'rollBack' && context.dialogue.isStopRequested?.() === true) {
    const { renewalId } = state.request;
    return [{ type: 'failed', during: command.do, error: { code: 'renewal.interrupted', renewalId } }];
  }
  const result = await WORK[command.do](context, command, state);
  return result.ok ? result.value : [{ type: 'failed', during: command.do, error: result.error }];
}

/**
 * Each event is on disk before the step that follows from it begins. When the journal cannot be written the
 * renewal stops there: what was done is found again on the key and at the CA.
 */
async function advance(
  ports: RunPorts,
  from: Step,
  events: readonly RenewalEvent[],
): Promise<Result<Step, AppError>> {
  let step = from;
  for (const event of events) {
    const written = await ports.journal.append({ at: new Date(ports.now()).toISOString(), entry: event });
    if (!written.ok) return written;
    step = stepRenewal(step[0], event);
  }
  const [command] = from.slice(1) as Command[];
  const isStuck =
    events.length > 0 && command?.do !== 'awaitOrder' && JSON.stringify(step) === JSON.stringify(from);
  if (isStuck) throw new Error(`renewal does not advance: ${command?.do ?? 'nothing'}`);
  return ok(step);
}

function itemNumber(state: RenewalState, command: Command): number | null {
  if (!('item' in command)) return null;
  const index = state.items.findIndex(({ id }) => id === command.item);
  return index < 0 ? null : index + 1;
}
