// What was thrown inside this folder, as an error: what a return value leaves open is looked up at the token.

import type { AppError, ErrorCode } from '../../core/errors/codes.ts';
import type { Result } from '../../core/errors/result.ts';
import { settleWith, type FailureContext } from '../driver-failures.ts';
import { meaningOf, nativeFailure, SAR, SarFailure } from './sar.ts';

export interface SkfFailureContext extends FailureContext {
  readonly isLoggedIn: () => boolean;
}

/** Runs `work` and answers its value, or the failure as one of `codes`; any other failure is `driver.failed`. */
export function settle<T, const C extends ErrorCode>(
  context: SkfFailureContext,
  codes: readonly C[],
  work: () => T,
): Result<T, AppError<C> | AppError<'driver.failed'>> {
  return settleWith(errorFrom, context, codes, work);
}

function errorFrom(thrown: unknown, context: SkfFailureContext): AppError {
  if (!(thrown instanceof SarFailure)) throw thrown;
  const native = nativeFailure(thrown);
  // SAR_OK with an impossible length carries no meaning of its own.
  const meaning = thrown.rv === SAR.OK ? null : meaningOf(thrown.rv);
  switch (meaning) {
    case 'removed':
      context.dropSession();
      return { code: 'token.removed', native };
    case 'handleLost':
    case 'suspect':
      return fromDoubt(meaning, context, native);
    case 'driver.unsupported':
      return { code: 'driver.unsupported', operation: context.operation, native };
    case 'key.unsupported':
      return { code: 'key.unsupported', algorithm: context.operation, native };
    case 'pin.required':
      context.dropSession();
      return { code: 'pin.required', native };
    case 'token.full':
    case 'token.writeRefused':
    case 'pin.locked':
    case 'pin.refused':
    case 'pin.uninitialised':
      return { code: meaning, native };
    default:
      return { code: 'driver.failed', module: context.module, native };
  }
}

function fromDoubt(
  meaning: 'handleLost' | 'suspect',
  context: SkfFailureContext,
  native: NonNullable<AppError['native']>,
): AppError {
  const wasLoggedIn = context.isLoggedIn();
  if (meaning === 'handleLost') context.dropSession();
  if (!context.isTokenThere()) {
    context.dropSession();
    return { code: 'token.removed', native };
  }
  if (meaning === 'handleLost' && wasLoggedIn) return { code: 'pin.required', native };
  return { code: 'driver.failed', module: context.module, native };
}
