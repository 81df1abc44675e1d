import type { KeyJudgement } from '../../../core/accompany/judge.ts';
import type { SnapshotCount } from '../../../core/accompany/snapshot.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { BidAdvice, BidUpload } from '../../../core/notice/bid-advice.ts';
import type { BrowserCandidate } from '../../../core/profile/browser-candidates.ts';
import type { PortalGuide } from '../../../core/profile/portal-guide.ts';
import type { GateDialogue } from '../clear-the-way.ts';
import type { PinQuestion, TypedPin } from '../login.ts';

/** Each is also the text key `accompany.check.<check>.<status>`. */
export interface CheckFinding {
  /**
   * `clock`: there is no gateway to ask, so this computer's own clock was used. `alone`: no other key is plugged
   * in. `room`: another container fits. `environment`: nothing else of this computer stands in the way.
   */
  readonly check: 'eligible' | 'clock' | 'pin' | 'room' | 'alone' | 'environment';
  readonly status: 'ok' | 'attention' | 'notChecked';
  readonly problem: AppError | null;
  readonly facts: Readonly<Record<string, string | number | null>>;
}

export interface OpenedPortal {
  readonly address: string;
  /** As people call it. */
  readonly browser: string;
  /** What the person still has to do by hand. */
  readonly hint: BrowserCandidate['hint'];
}

/**
 * How the key stands at one look.
 * - `absent`: not plugged in, or it did not answer; waiting goes on.
 * - `seen`: `judgement.verdict` says how far it is. No PIN is known, so that nothing was tried out yet.
 */
export type KeyLook =
  | { readonly kind: 'absent'; readonly error: AppError }
  | {
      readonly kind: 'seen';
      readonly judgement: KeyJudgement;
      /** Label of another plugged key that got the certificate instead; null: none. */
      readonly elsewhere: string | null;
    };

/** The five stages are the five rows of the screen, in their order. */
export type AccompanyProgress =
  | { readonly stage: 'check'; readonly findings: readonly CheckFinding[] }
  | { readonly stage: 'record'; readonly id: string; readonly count: SnapshotCount }
  | {
      readonly stage: 'portal';
      readonly guide: PortalGuide;
      /** null: not opened now; `error` says why where it was tried. */
      readonly opened: OpenedPortal | null;
      readonly error: AppError | null;
    }
  | { readonly stage: 'wait'; readonly look: KeyLook }
  | { readonly stage: 'prove' };

/** Unopened bids that were encrypted with the certificate; `opening` null: none. */
export type BidAnswer =
  | { readonly opening: null }
  | {
      /** Epoch milliseconds. */
      readonly opening: number;
      readonly uploaded: BidUpload;
      /** 开标后提醒我 */
      readonly remindAfter: boolean;
    };

/** What an accompanied renewal asks of the person. null or false means "not now". */
export interface AccompanyDialogue extends GateDialogue {
  progress(progress: AccompanyProgress): void;
  askBids(): Promise<BidAnswer | null>;
  /** The person has read the advice and wants to go on. */
  confirmAdvice(advice: BidAdvice): Promise<boolean>;
  /** Asked only when a finding wants attention. */
  confirmFindings(findings: readonly CheckFinding[]): Promise<boolean>;
  /** The serial number in the portal's format, for the clipboard. */
  copyText(text: string): void;
  /**
   * Resolves when the key is worth another look: after a pause, at an event, or because the person says so.
   * `judge`: take what is there now as final. `stop`: leave; `resume` goes on later, days later if need be.
   */
  nextLook(): Promise<'look' | 'judge' | 'stop'>;
  /** For trying the new keys out. null: without; those steps then stay unchecked. */
  askPin(question: PinQuestion): Promise<TypedPin | null>;
}
