// What was thrown inside this folder, as an error: what a return value leaves open is looked up at the token.

import type { AppError, ErrorCode } from '../../core/errors/codes.ts';
import type { Result } from '../../core/errors/result.ts';
import { settleWith, type FailureContext } from '../driver-failures.ts';
import { CkrFailure, meaningOf, nativeFailure } from './ckr.ts';

/** Runs `work` and answers its value, or the failure as one of `codes`; any other failure is `driver.failed`. */
export function settle<T, const C extends ErrorCode>(
  context: FailureContext,
  codes: readonly C[],
  work: () => T,
): Result<T, AppError<C> | AppError<'driver.failed'>> {
  return settleWith(errorFrom, context, codes, work);
}

function errorFrom(thrown: unknown, context: FailureContext): AppError {
  if (!(thrown instanceof CkrFailure)) throw thrown;
  const native = nativeFailure(thrown);
  const meaning = meaningOf(thrown.rv);
  switch (meaning) {
    case 'removed':
      context.dropSession();
      return { code: 'token.removed', native };
    case 'suspect':
    case 'sessionLost': {
      if (!context.isTokenThere()) {
        context.dropSession();
        return { code: 'token.removed', native };
      }
      if (meaning === 'suspect') return { code: 'driver.failed', module: context.module, native };
      context.dropSession();
      return { code: 'pin.required', native };
    }
    case 'driver.unsupported':
      return { code: 'driver.unsupported', operation: context.operation, native };
    case 'key.unsupported':
      return { code: 'key.unsupported', algorithm: context.operation, native };
    case 'token.full':
    case 'token.writeRefused':
    case 'pin.required':
    case 'pin.locked':
    case 'pin.refused':
    case 'pin.uninitialised':
    case 'key.decryptionFailed':
      return { code: meaning, native };
    default:
      return { code: 'driver.failed', module: context.module, native };
  }
}
