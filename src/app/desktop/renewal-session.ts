// One renewal as the window conducts it. The service asks; the question stands in the view until the page answers
// it, however often the page is closed and opened meanwhile. Answers are taken once, by the question's id.

import type { RenewalAnswer } from '../../contract/methods/renewal-methods.ts';
import type { FindingView } from '../../contract/views/environment-views.ts';
import type { RenewalQuestion, RenewalView } from '../../contract/views/renewal-views.ts';
import type { Finding } from '../../core/environment/check.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { Secret } from '../../contract/secret.ts';
import type { RenewalDialogue } from '../services/renewal/dialogue.ts';
import type { RenewalFailure } from '../services/renewal/renewal-service.ts';
import type { RenewalReport } from '../services/renewal/report.ts';
import {
  isWritingCommand,
  outcomeOfFailure,
  outcomeOfReport,
  stageOf,
  updatePhaseOf,
} from './renewal-view.ts';

export type SessionStart = Pick<
  RenewalView,
  'kind' | 'token' | 'tokenLabel' | 'certificate' | 'before' | 'profile' | 'renewal'
>;

export interface RenewalSession {
  readonly view: RenewalView;
  /** Until the renewal is over; a secret that is not used is wiped. */
  answer(question: number, answer: RenewalAnswer): Result<RenewalView, AppError<'request.invalid'>>;
  check(): RenewalView;
  stop(): RenewalView;
  /** Resolves when the renewal ended, however. */
  readonly over: Promise<void>;
}

export interface SessionDeps {
  readonly id: number;
  readonly now: () => string;
  readonly onChange: (view: RenewalView) => void;
  readonly pause: (ms: number) => { readonly over: Promise<void>; end(): void };
  readonly run: (dialogue: RenewalDialogue) => Promise<Result<RenewalReport, RenewalFailure>>;
  readonly viewFinding: (found: Finding) => FindingView;
  /** A throw out of `run`: a bug. */
  readonly reportBug: (thrown: unknown) => string;
}

/** Quick at first, because a rehearsal approves at once; then slow: a review takes days. */
const POLL_MS = [1000, 2000, 3000, 5000, 10_000, 20_000, 60_000];
const SLOWEST_MS = 60_000;
/** While the CA cannot be reached: somebody may be looking at the router. */
const SLOWEST_IN_TROUBLE_MS = 5_000;

/** A form answer to a PIN question does not fit; `later` fits all. */
type Given = Exclude<RenewalAnswer, { kind: 'later' }>;
type Ask = RenewalQuestion extends infer Q ? (Q extends RenewalQuestion ? Omit<Q, 'id'> : never) : never;

export function startSession(start: SessionStart, deps: SessionDeps): RenewalSession {
  let view: RenewalView = {
    ...start,
    session: deps.id,
    stage: 'confirm',
    updatePhase: null,
    phase: null,
    question: null,
    payment: null,
    waiting: null,
    seal: null,
    isWriting: false,
    steps: [],
    startedAt: deps.now(),
    outcome: null,
  };
  let pending: { readonly id: number; readonly settle: (given: Given | null) => void } | null = null;
  let waitingFor: { end(): void } | null = null;
  let lastQuestion = 0;
  let polls = 0;
  let isStopped = false;

  function change(part: Partial<RenewalView>): RenewalView {
    view = { ...view, ...part };
    deps.onChange(view);
    return view;
  }

  function ask(question: Ask): Promise<Given | null> {
    if (isStopped) return Promise.resolve(null);
    lastQuestion += 1;
    const id = lastQuestion;
    return new Promise((resolve) => {
      pending = {
        id,
        settle(given) {
          pending = null;
          change({ question: null });
          resolve(given);
        },
      };
      change({ question: { ...question, id } });
    });
  }

  async function wait(order: string, state: string, trouble: AppError | null): Promise<boolean> {
    if (isStopped) return false;
    const since = view.waiting?.state === state ? view.waiting.since : deps.now();
    change({ waiting: { order, state, since, trouble } });
    const slowest = trouble === null ? SLOWEST_MS : SLOWEST_IN_TROUBLE_MS;
    const pause = deps.pause(Math.min(POLL_MS[polls] ?? SLOWEST_MS, slowest));
    polls += 1;
    waitingFor = pause;
    await pause.over;
    waitingFor = null;
    return !isStopped;
  }

  const dialogue: RenewalDialogue = {
    async removeObstacles(obstacles) {
      const given = await ask({ kind: 'obstacles', findings: obstacles.map(deps.viewFinding) });
      return given?.kind === 'obstacles';
    },
    async askPin({ status, previous }) {
      const purpose = view.stage === 'update' ? 'write' : 'login';
      const given = await ask({ kind: 'pin', purpose, pin: status, previous });
      return given?.kind === 'pin' ? { pin: given.pin.take(), acceptLastTry: given.acceptLastTry } : null;
    },
    async askAuthorisationCode(reference) {
      const given = await ask({ kind: 'authorisationCode', reference });
      return given?.kind === 'authorisationCode' ? textOf(given.code) : null;
    },
    async giveConsent(consents) {
      const given = await ask({ kind: 'consent', consents: [...consents] });
      return given?.kind === 'consent' && given.agreed;
    },
    async acceptAgreements(agreements) {
      const shown = agreements.map(({ id, title, text }) => ({ id, title, text }));
      const given = await ask({ kind: 'agreements', agreements: shown });
      return given?.kind === 'agreements' && given.agreed;
    },
    async fillForm(fields) {
      const given = await ask({ kind: 'form', fields: [...fields] });
      return given?.kind === 'form' ? given.values : null;
    },
    showSeal({ kind, name, maker }) {
      change({ seal: kind === 'none' ? null : { kind, name, maker } });
    },
    showPayment(order, { amountFen, qr }) {
      change({ payment: { order, amountFen, qr } });
    },
    waitForOrder: (order, state) => wait(order, state, null),
    waitOut: wait,
    progress({ phase, command, state }) {
      const stage = stageOf(command, state);
      const isWaiting = command === 'awaitOrder' || command === 'readOrder';
      change({
        renewal: state.request.renewalId,
        stage,
        phase,
        updatePhase: stage === 'update' ? updatePhaseOf(command) : null,
        isWriting: isWritingCommand(command),
        payment: stage === 'pay' ? view.payment : null,
        waiting: isWaiting ? view.waiting : null,
        steps: isWaiting ? view.steps : [...view.steps, { name: command, at: deps.now() }],
      });
    },
    isStopRequested: () => isStopped,
  };

  async function conduct(): Promise<void> {
    try {
      const result = await deps.run(dialogue);
      end(result.ok ? { stage: 'done', outcome: outcomeOfReport(result.value) } : failed(result.error));
    } catch (thrown) {
      const error = { code: 'internal.unexpected', incident: deps.reportBug(thrown) } as const;
      end({ outcome: { kind: 'stopped', error, resumable: view.renewal !== null } });
    }
  }

  function failed(failure: RenewalFailure): Partial<RenewalView> {
    return {
      outcome: outcomeOfFailure(failure),
      ...(failure.renewalId === null ? {} : { renewal: failure.renewalId }),
    };
  }

  function end(part: Partial<RenewalView>): void {
    change({ question: null, payment: null, waiting: null, isWriting: false, ...part });
  }

  const over = conduct();
  return {
    get view() {
      return view;
    },
    answer(question, given) {
      if (pending?.id !== question || (given.kind !== 'later' && given.kind !== view.question?.kind)) {
        wipe(given);
        return err({ code: 'request.invalid', reason: 'renewal.answer question' });
      }
      if (given.kind === 'later') isStopped = true;
      pending.settle(given.kind === 'later' ? null : given);
      return ok(view);
    },
    check() {
      waitingFor?.end();
      return view;
    },
    stop() {
      isStopped = true;
      pending?.settle(null);
      waitingFor?.end();
      return view;
    },
    over,
  };
}

function textOf(code: Secret): string {
  const bytes = code.take();
  const text = Buffer.from(bytes).toString('utf8').trim();
  bytes.fill(0);
  return text;
}

function wipe(answer: RenewalAnswer): void {
  if (answer.kind === 'pin') answer.pin.wipe();
  if (answer.kind === 'authorisationCode') answer.code.wipe();
}
