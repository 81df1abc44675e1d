import type { PinView } from '../../../contract/views/token-views.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { Profile } from '../../../core/profile/profile.ts';

export interface PinRequest {
  readonly title: string;
  /** Whose PIN, of which key: 测试勘察设计有限公司 · 龙脉 GM3000. */
  readonly subject?: string;
  /** The dialog closes when this key is pulled. */
  readonly token: string;
  readonly pin: PinView;
  /** Why the PIN typed before was not accepted. */
  readonly previous: AppError | null;
  readonly profile: Profile;
}

/** Goes straight into one call and is kept nowhere. */
export interface TypedPin {
  readonly pin: string;
  /** The person agreed to use the last try; always false where it is not the last. */
  readonly acceptLastTry: boolean;
}

/** One more wrong PIN locks the key. */
export function isLastTry({ state, attemptsLeft }: PinView): boolean {
  return state === 'final' || attemptsLeft === 1;
}
