// Verifying a PIN that a person types, as often as they choose to type it; never by itself.

import type { AppError } from '../../core/errors/codes.ts';
import { done, err, type Result } from '../../core/errors/result.ts';
import type { TokenProvider } from '../../core/token/provider.ts';
import type { PinStatus, Token } from '../../core/token/token.ts';

/** A PIN as typed, UTF-8. Whoever receives it zeroes it. */
export interface TypedPin {
  readonly pin: Uint8Array;
  readonly acceptLastTry: boolean;
}

export interface PinQuestion {
  readonly token: Token;
  readonly status: PinStatus;
  /** Why the PIN typed before was not accepted; null the first time. */
  readonly previous: AppError | null;
}

/** `ask` answering null ends it: with the last refusal, or `pin.required` where nothing was typed. */
export async function logIn(
  provider: TokenProvider,
  token: Token,
  ask: (question: PinQuestion) => Promise<TypedPin | null>,
): Promise<Result<void, AppError>> {
  let previous: AppError | null = null;
  for (;;) {
    const status = await provider.readPinStatus(token.id);
    if (!status.ok) return status;
    if (status.value.state === 'locked') return err({ code: 'pin.locked' });
    const typed = await ask({ token, status: status.value, previous });
    if (typed === null) return err(previous ?? { code: 'pin.required' });
    const login = await provider.login(token.id, typed.pin, { acceptLastTry: typed.acceptLastTry });
    if (login.ok) return done;
    if (!CORRECTABLE.has(login.error.code)) return login;
    previous = login.error;
  }
}

const CORRECTABLE: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'pin.incorrect',
  'pin.tooShort',
  'pin.tooLong',
  'pin.lastTry',
]);
