import type { AppError } from '../../../core/errors/codes.ts';
import type { FormField, Order } from '../../../contract/gateway.ts';
import type { SealPlan } from '../../../core/renewal/seal-plan.ts';
import type { CommandName, Consent, OrderView, Phase, RenewalState } from '../../../core/renewal/state.ts';
import type { GateDialogue } from '../clear-the-way.ts';
import type { PinQuestion, TypedPin } from '../login.ts';

export interface RenewalProgress {
  readonly phase: Phase;
  readonly command: CommandName;
  /** What is known before that command. */
  readonly state: RenewalState;
  /** Item of the order the work is for, counted from 1; null where it is for the whole order. */
  readonly item: number | null;
}

/**
 * What a renewal asks of the person. Window, command line and demo each fill it. null or false means
 * "not now": the renewal stops and can be resumed.
 */
export interface RenewalDialogue extends GateDialogue {
  askPin(question: PinQuestion): Promise<TypedPin | null>;
  /** 授权码 of a first issue; asked for each time the CA has to be opened with it, kept nowhere. */
  askAuthorisationCode(reference: string): Promise<string | null>;
  giveConsent(consents: readonly Consent[]): Promise<boolean>;
  acceptAgreements(agreements: Order['agreements']): Promise<boolean>;
  fillForm(fields: readonly FormField[]): Promise<Readonly<Record<string, string>> | null>;
  /** Before anything is paid: whether the seal has to be made again, and by whom. */
  showSeal?(plan: SealPlan): void;
  showPayment(order: string, payment: NonNullable<Order['payment']>): void;
  /**
   * Called when the order is not ready. Resolves true after a pause when it is worth asking the CA again, false to
   * stop here. `stayOpen` of the service decides whether the token stays open meanwhile.
   */
  waitForOrder(order: string, state: OrderView['state']): Promise<boolean>;
  /** The CA cannot be reached while an order is waited for. true: ask again after a pause; false, or left out: stop. */
  waitOut?(order: string, state: OrderView['state'], trouble: AppError): Promise<boolean>;
  progress(progress: RenewalProgress): void;
  /** Asked before each command. True (Ctrl-C, logout) stops there, and the renewal can be resumed. */
  isStopRequested?(): boolean;
}
