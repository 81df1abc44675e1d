// PIN work of the window. The bytes go straight to the driver host, which zeroes them; nothing here keeps them.

import type { Answer, Handlers, MethodRequest } from '../../../contract/methods.ts';
import type { PinView } from '../../../contract/views/token-views.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { Result } from '../../../core/errors/result.ts';
import type { Secret } from '../../../contract/secret.ts';
import type { Desk } from '../desk.ts';
import type { HoldWhile } from '../holding.ts';
import type { FoundToken } from '../../services/tokens.ts';

type PinHandlers = Pick<Handlers, 'pin.verify' | 'pin.change' | 'pin.unblock'>;

/** @param hold the window stays open and the computer awake until it is over */
export function createPinHandlers(desk: () => Desk, hold: HoldWhile): PinHandlers {
  async function withToken(
    token: string,
    secrets: readonly Secret[],
    work: (found: FoundToken) => Promise<Result<void, AppError>>,
  ): Promise<Answer<PinView>> {
    const found = desk().find(token);
    if (!found.ok) {
      for (const secret of secrets) secret.wipe();
      return found;
    }
    const done = await hold(() => work(found.value));
    if (!done.ok) {
      tellIncorrect(done.error, desk());
      return done;
    }
    const { provider } = found.value.source;
    return provider.readPinStatus(found.value.token.id);
  }

  return {
    'pin.verify': ({ token, pin, acceptLastTry }) =>
      withToken(token, [pin], async (found) =>
        (await desk().workspace.application.pins()).verify(found, pin.take(), { acceptLastTry }),
      ),
    'pin.change': ({ token, oldPin, newPin, acceptLastTry }) =>
      withToken(token, [oldPin, newPin], async (found) =>
        (await desk().workspace.application.pins()).change(found, oldPin.take(), newPin.take(), {
          acceptLastTry,
        }),
      ),
    'pin.unblock': ({ token, adminPin, newPin, acceptLastTry }: MethodRequest<'pin.unblock'>) =>
      withToken(token, [adminPin, newPin], async (found) =>
        (await desk().workspace.application.pins()).unblock(found, adminPin.take(), newPin.take(), {
          acceptLastTry,
        }),
      ),
  };
}

function tellIncorrect(error: AppError, { reminding }: Desk): void {
  if (error.code === 'pin.incorrect') {
    reminding?.tell({ type: 'pinIncorrect', attemptsLeft: error.attemptsLeft });
  }
  if (error.code === 'pin.locked') reminding?.tell({ type: 'pinIncorrect', attemptsLeft: 0 });
}
