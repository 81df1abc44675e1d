// One accompanied renewal as the window conducts it. The service asks and looks; questions and what was seen stand
// in the view, however often the page is closed and opened meanwhile.

import type { AccompanyAnswer } from '../../contract/methods/accompany-methods.ts';
import type { AccompanyQuestion, AccompanyView } from '../../contract/views/accompany-views.ts';
import type { FindingView } from '../../contract/views/environment-views.ts';
import type { Finding } from '../../core/environment/check.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { AccompanyFailure } from '../services/accompany/accompany-service.ts';
import type { AccompanyDialogue, AccompanyProgress, OpenedPortal } from '../services/accompany/dialogue.ts';
import type { AccompanyReport } from '../services/accompany/report.ts';
import { lookOf, outcomeOfAccompanyFailure, outcomeOfAccompanyReport } from './accompany-view.ts';

export type AccompanyBeginning = Pick<
  AccompanyView,
  'id' | 'token' | 'tokenLabel' | 'certificate' | 'profile'
>;

export interface AccompanySession {
  readonly view: AccompanyView;
  /** Once, by the question's id; a secret that is not used is wiped. */
  answer(question: number, answer: AccompanyAnswer): Result<AccompanyView, AppError<'request.invalid'>>;
  /** The CA's page was opened. */
  tellOpened(opened: OpenedPortal): AccompanyView;
  /** Looks at once. @param isFinal what is there is all the CA wrote */
  look(isFinal: boolean): AccompanyView;
  stop(): AccompanyView;
  /** Resolves when it ended, however. */
  readonly over: Promise<void>;
}

export interface AccompanySessionDeps {
  readonly id: number;
  readonly onChange: (view: AccompanyView) => void;
  readonly pause: (ms: number) => { readonly over: Promise<void>; end(): void };
  readonly run: (dialogue: AccompanyDialogue) => Promise<Result<AccompanyReport, AccompanyFailure>>;
  readonly viewFinding: (found: Finding) => FindingView;
  /** A throw out of `run`: a bug. */
  readonly reportBug: (thrown: unknown) => string;
}

/** Between two looks that nothing hurries: a CA's assistant writes for a minute or two. */
const LOOK_EVERY_MS = 3000;

type Given = Exclude<AccompanyAnswer, { kind: 'later' }>;
type Ask = AccompanyQuestion extends infer Q ? (Q extends AccompanyQuestion ? Omit<Q, 'id'> : never) : never;

export function startAccompanySession(
  beginning: AccompanyBeginning,
  deps: AccompanySessionDeps,
): AccompanySession {
  let view: AccompanyView = {
    ...beginning,
    session: deps.id,
    stage: 'check',
    findings: [],
    count: null,
    opened: null,
    look: null,
    question: null,
    outcome: null,
  };
  let pending: ((given: Given | null) => void) | null = null;
  let pause: { end(): void } | null = null;
  let next: 'look' | 'judge' | 'stop' = 'look';
  let lastQuestion = 0;
  let goesOn = false;

  function change(part: Partial<AccompanyView>): AccompanyView {
    view = { ...view, ...part };
    deps.onChange(view);
    return view;
  }

  function ask(question: Ask): Promise<Given | null> {
    if (next === 'stop') return Promise.resolve(null);
    lastQuestion += 1;
    return new Promise((resolve) => {
      pending = (given) => {
        pending = null;
        change({ question: null });
        resolve(given);
      };
      change({ question: { ...question, id: lastQuestion } });
    });
  }

  function progress(told: AccompanyProgress): void {
    switch (told.stage) {
      case 'check':
        change({ stage: 'check', findings: told.findings.map((finding) => ({ ...finding })) });
        return;
      case 'record':
        change({ stage: 'record', id: told.id, count: { ...told.count } });
        return;
      case 'portal':
        change({ stage: 'portal' });
        return;
      case 'wait': {
        const look = lookOf(told.look);
        // Looking begins at once; until the CA has written something the portal is where the work is.
        const hasBegun = look.kind === 'seen' && look.verdict !== 'waiting';
        change({ stage: hasBegun || view.stage === 'wait' ? 'wait' : 'portal', look });
        return;
      }
      case 'prove':
        change({ stage: 'prove' });
    }
  }

  const dialogue: AccompanyDialogue = {
    progress,
    async removeObstacles(obstacles) {
      const given = await ask({ kind: 'obstacles', findings: obstacles.map(deps.viewFinding) });
      return given?.kind === 'obstacles';
    },
    async confirmFindings() {
      const given = await ask({ kind: 'findings' });
      return given?.kind === 'findings' && given.agreed;
    },
    async askBids() {
      const given = await ask({ kind: 'bids' });
      if (given?.kind !== 'bids') return null;
      goesOn = given.agreed;
      if (given.opening === null) return given.agreed ? { opening: null } : null;
      const { at, uploaded } = given.opening;
      return { opening: Date.parse(at), uploaded, remindAfter: given.remindAfter };
    },
    // The page shows the advice beside the question and takes both answers at once.
    confirmAdvice: () => Promise.resolve(goesOn),
    // The page copies it when the person opens the portal: a clipboard is theirs.
    copyText: () => undefined,
    async nextLook() {
      if (next === 'look') {
        const wait = deps.pause(LOOK_EVERY_MS);
        pause = wait;
        await wait.over;
        pause = null;
      }
      const wanted = next;
      if (wanted === 'judge') next = 'look';
      return wanted;
    },
    async askPin({ status, previous }) {
      const given = await ask({ kind: 'pin', pin: status, previous });
      return given?.kind === 'pin' ? { pin: given.pin.take(), acceptLastTry: given.acceptLastTry } : null;
    },
  };

  async function conduct(): Promise<void> {
    try {
      const result = await deps.run(dialogue);
      if (result.ok) {
        change({ question: null, stage: 'done', outcome: outcomeOfAccompanyReport(result.value) });
      } else {
        const { id } = result.error;
        const outcome = outcomeOfAccompanyFailure(result.error);
        change({ question: null, outcome, ...(id === null ? {} : { id }) });
      }
    } catch (thrown) {
      const error = { code: 'internal.unexpected', incident: deps.reportBug(thrown) } as const;
      const outcome = { kind: 'stopped', error, resumable: view.id !== null } as const;
      change({ question: null, outcome });
    }
  }

  const over = conduct();
  return {
    get view() {
      return view;
    },
    answer(question, given) {
      const asked = view.question;
      if (pending === null || asked?.id !== question || !fits(given, asked)) {
        if (given.kind === 'pin') given.pin.wipe();
        return err({ code: 'request.invalid', reason: 'accompany.answer question' });
      }
      pending(given.kind === 'later' ? null : given);
      return ok(view);
    },
    tellOpened: ({ address, browser, hint }) => change({ opened: { address, browser, hint } }),
    look(isFinal) {
      if (isFinal && next === 'look') next = 'judge';
      pause?.end();
      return view;
    },
    stop() {
      next = 'stop';
      pending?.(null);
      pause?.end();
      return view;
    },
    over,
  };
}

function fits(given: AccompanyAnswer, asked: AccompanyQuestion): boolean {
  return given.kind === 'later' || given.kind === asked.kind;
}
