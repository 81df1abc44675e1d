// What an accompanied renewal asks of a person, answered on a terminal or by options. Nothing is answered in the
// person's place: --yes says that there are no unopened bids.

import type { AccompanyDialogue, AccompanyProgress, BidAnswer } from '../app/services/accompany/dialogue.ts';
import { text, type TextKey, type TextParameters } from '../contract/text.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { BidUpload } from '../core/notice/bid-advice.ts';
import { readTimeText } from '../core/seal/seal-time.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { pauseFor } from './interruption.ts';
import { locale } from './locale.ts';
import { createObstacleDialogue } from './obstacle-dialogue.ts';
import { askPin } from './secrets.ts';
import { usageError } from './usage-error.ts';

export interface AccompanyOptions {
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly waitMs: number;
  /** null: the person is asked. */
  readonly bids: BidAnswer | null;
}

type Asking = Pick<CommandContext, 'terminal' | 'output' | 'args'>;

const POLL_MS = 2_000;

export function createAccompanyDialogue(context: Asking, options: AccompanyOptions): AccompanyDialogue {
  const { terminal, output, args } = context;
  const { signal, waitMs, bids } = options;
  const deadline = performance.now() + waitMs;
  const shown = new Set<string>();
  let isSomethingThere = false;

  const words = (key: string, parameters: TextParameters = {}) =>
    text(`accompany.${key}` as TextKey, parameters, locale);

  async function agree(question: string): Promise<boolean> {
    if (args.has('yes')) return true;
    const answer = await terminal.askLine(question, signal);
    return answer !== null && AGREED.has(answer.toLowerCase());
  }

  /** What stays as it is is told once. */
  function tellOnce(line: string): void {
    if (shown.has(line)) return;
    shown.add(line);
    output.note(line);
  }

  function tell(progress: AccompanyProgress): void {
    tellOnce(`【${words(`stage.${progress.stage}`)}】`);
    switch (progress.stage) {
      case 'check':
        for (const { check, status, facts } of progress.findings) {
          tellOnce(`  ${words(`check.${check}.${status}`, facts)}`);
        }
        return;
      case 'record':
        tellOnce(`  ${words('record', { ...progress.count })}`);
        return;
      case 'portal':
        tellPortal(progress);
        return;
      case 'wait':
        tellLook(progress.look);
        return;
      case 'prove':
        return;
    }
  }

  function tellPortal({ guide, opened, error }: Extract<AccompanyProgress, { stage: 'portal' }>): void {
    const { portal } = guide;
    if (portal === null) tellOnce(`  ${words('portal.none')}`);
    else tellOnce(`  ${words('portal.address', { ...portal })}`);
    if (portal?.address?.startsWith('http:') === true) tellOnce(`  ${words('portal.insecure')}`);
    if (opened !== null) {
      tellOnce(`  ${words('portal.opened', { ...opened })}`);
      if (opened.hint !== null) tellOnce(`  ${words(`portal.hint.${opened.hint}`)}`);
    }
    if (error !== null) output.warn(error);
    if (portal !== null && portal.path.length > 0) {
      tellOnce(`  ${words('portal.path', { path: portal.path.join(' → ') })}`);
    }
    for (const [index, { name, detail }] of guide.flow.entries()) {
      tellOnce(`  ${String(index + 1)}. ${name}${detail === null ? '' : `：${detail}`}`);
    }
    for (const warning of guide.warnings) tellOnce(`  ${warning}`);
  }

  function tellLook(look: Extract<AccompanyProgress, { stage: 'wait' }>['look']): void {
    if (look.kind === 'absent') {
      tellOnce(`  ${words('look.absent')}`);
      return;
    }
    const { verdict } = look.judgement;
    isSomethingThere = verdict !== 'waiting';
    if (look.elsewhere !== null) tellOnce(`  ${words('look.elsewhere', { elsewhere: look.elsewhere })}`);
    tellOnce(`  ${words(LOOKS[verdict])}`);
  }

  return {
    ...createObstacleDialogue(context, signal),
    progress: tell,

    async askBids() {
      if (bids !== null) return bids;
      const typed = await terminal.askLine(output.words('ask.bids'), signal);
      if (typed === null) return null;
      if (typed === '') return { opening: null };
      const opening = readTimeText(typed);
      const uploaded = await terminal.askLine(output.words('ask.uploaded'), signal);
      const choice = UPLOADED[uploaded ?? ''];
      if (opening === null || choice === undefined) return null;
      return { opening: opening.time, uploaded: choice, remindAfter: true };
    },

    async confirmAdvice(advice) {
      output.note(text(`notice.advice.${advice}`, {}, locale));
      return agree(output.words('ask.goOn'));
    },

    confirmFindings: () => agree(output.words('ask.findings')),

    copyText: (serial) => output.note(words('portal.serial', { serial })),

    async nextLook() {
      if (signal.aborted) return 'stop';
      if (performance.now() + POLL_MS > deadline) return isSomethingThere ? 'judge' : 'stop';
      return (await pauseFor(POLL_MS, signal)) ? 'look' : 'stop';
    },

    async askPin({ token, status, previous }) {
      if (signal.aborted || (previous !== null && !terminal.isInteractive)) return null;
      if (previous !== null) output.warn(previous);
      const acceptLastTry = args.has('accept-last-try');
      if (status.state === 'final' && !acceptLastTry) return null;
      const pin = await askPin(context, token, 'secret.pin', signal);
      return pin.ok ? { pin: pin.value, acceptLastTry } : null;
    },
  };
}

const AGREED: ReadonlySet<string> = new Set(['yes', 'y', '同意', '是']);

const LOOKS = {
  waiting: 'look.waiting',
  wrong: 'look.partial',
  incomplete: 'look.found',
  renewed: 'look.found',
} as const;

const UPLOADED: Readonly<Record<string, BidUpload | undefined>> = {
  no: 'notUploaded',
  redo: 'canRedo',
  late: 'cannotRedo',
};

/** From --opening and --uploaded, or --yes; null: ask. */
export function readBids(args: Arguments): Result<BidAnswer | null, AppError<'usage.invalid'>> {
  const [opening, uploaded] = [args.text('opening'), args.text('uploaded')];
  if (opening === null) {
    if (uploaded !== null) return err(usageError('openingMissing'));
    return ok(args.has('yes') ? { opening: null } : null);
  }
  const at = readTimeText(/^\d{4}-?\d\d-?\d\d$/.test(opening) ? `${opening} 00:00` : opening);
  if (at === null) return err(usageError('time', { option: '--opening' }));
  const choice = UPLOADED[uploaded ?? 'no'];
  if (choice === undefined) {
    return err(usageError('uploaded', { choices: Object.keys(UPLOADED).join('、') }));
  }
  return ok({ opening: at.time, uploaded: choice, remindAfter: true });
}
