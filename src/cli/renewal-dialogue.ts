// What a renewal asks of a person, answered on a terminal: by typing, by --yes and --form, or by the secrets on
// standard input. Nothing is answered in the person's place.

import type { RenewalDialogue, RenewalProgress } from '../app/services/renewal/dialogue.ts';
import type { FormField, Order } from '../contract/gateway.ts';
import type { SealPlan } from '../core/renewal/seal-plan.ts';
import type { Consent, OrderView, Phase } from '../core/renewal/state.ts';
import type { CommandContext } from './command.ts';
import { pauseFor } from './interruption.ts';
import { createObstacleDialogue } from './obstacle-dialogue.ts';
import { paymentQr } from './payment-qr.ts';
import { askPin } from './secrets.ts';

export interface DialogueOptions {
  /** First Ctrl-C. */
  readonly signal: AbortSignal;
  /** Longest wait for payment and approval together, in milliseconds. */
  readonly waitMs: number;
  /** Values of the form by field name, given with --form. */
  readonly form: ReadonlyMap<string, string>;
}

type Asking = Pick<CommandContext, 'terminal' | 'output' | 'args'>;

export function createRenewalDialogue(context: Asking, options: DialogueOptions): RenewalDialogue {
  const { terminal, output, args } = context;
  const { signal, waitMs, form } = options;
  const deadline = performance.now() + waitMs;
  let shownPayment: string | null = null;
  let lastPhase: Phase | null = null;
  let polls = 0;

  async function agree(question: string): Promise<boolean> {
    if (args.has('yes')) return true;
    const answer = await terminal.askLine(question, signal);
    return answer !== null && AGREED.has(answer.toLowerCase());
  }

  return {
    ...createObstacleDialogue(context, signal),

    async askPin({ token, status, previous }) {
      if (signal.aborted || (previous !== null && !terminal.isInteractive)) return null;
      if (previous !== null) output.warn(previous);
      let acceptLastTry = args.has('accept-last-try');
      if (status.state === 'final' && !acceptLastTry && terminal.isInteractive) {
        const answer = await terminal.askLine(output.words('ask.lastTry'), signal);
        if (answer === null || !AGREED.has(answer.toLowerCase())) return null;
        acceptLastTry = true;
      }
      const pin = await askPin(context, token, 'secret.pin', signal);
      return pin.ok ? { pin: pin.value, acceptLastTry } : null;
    },

    async askAuthorisationCode(reference: string) {
      const code = await terminal.askSecret(output.words('secret.code', { reference }), signal);
      if (code === null) return null;
      const text = Buffer.from(code).toString('utf8').trim();
      code.fill(0);
      return text;
    },

    async giveConsent(consents: readonly Consent[]) {
      for (const consent of consents) output.say(output.words(`consent.${consent}`));
      return agree(output.words('ask.agree'));
    },

    async acceptAgreements(agreements: Order['agreements']) {
      for (const { title, text } of agreements) output.say(`${title}\n${text}`);
      return agree(output.words('ask.agreements'));
    },

    async fillForm(fields: readonly FormField[]) {
      const values: Record<string, string> = {};
      for (const field of fields) {
        const value = form.get(field.name) ?? (await askField(field));
        if (value === null) return null;
        values[field.name] = value;
      }
      return values;
    },

    showSeal({ kind, name, maker }: SealPlan) {
      if (kind !== 'none') output.say(output.words(`sealPlan.${kind}`, { name, maker }));
    },

    showPayment(order: string, { amountFen, qr }: NonNullable<Order['payment']>) {
      if (shownPayment === order) return;
      shownPayment = order;
      output.say(output.words('payment', { order, amount: (amountFen / 100).toFixed(2) }));
      output.say(output.isScreen ? paymentQr(qr) : qr);
    },

    async waitForOrder(order: string, state: OrderView['state']) {
      if (polls === 0) output.note(output.words('waiting', { order, state: output.words(`order.${state}`) }));
      const pause = POLL_MS[Math.min(polls, POLL_MS.length - 1)] ?? 0;
      polls += 1;
      if (performance.now() + pause > deadline) return false;
      return pauseFor(pause, signal);
    },

    progress({ phase, item }: RenewalProgress) {
      if (phase === lastPhase) return;
      lastPhase = phase;
      output.note(output.words(`phase.${phase}`, { item }));
    },

    isStopRequested: () => signal.aborted,
  };

  /** What the CA has on file stands unless the person types something else; --yes takes it as it is. */
  async function askField({ label, required, value }: FormField): Promise<string | null> {
    if (value !== '' && (args.has('yes') || !terminal.isInteractive)) return value;
    const typed = await terminal.askLine(
      output.words('ask.field', { label, value: value === '' ? null : value }),
    );
    if (typed === null) return required ? null : value;
    return typed === '' ? value : typed;
  }
}

const AGREED: ReadonlySet<string> = new Set(['yes', 'y', '同意', '是']);

/** Quick at first, because a rehearsal approves at once; then slow. */
const POLL_MS = [300, 700, 1000, 2000, 3000, 5000];
