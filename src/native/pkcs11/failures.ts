// The border of this folder: turns what was thrown inside into the error values a method may answer.

import type { AppError, ErrorCode } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { CkrFailure, meaningOf, nativeFailure, Refusal } from './ckr.ts';

export const DRIVER_CODES = ['driver.failed'] as const;
export const READ_CODES = [...DRIVER_CODES, 'token.notFound', 'token.removed'] as const;
export const USE_CODES = [...READ_CODES, 'pin.required', 'container.notFound', 'driver.unsupported'] as const;
export const WRITE_CODES = [...USE_CODES, 'token.full', 'token.writeRefused'] as const;
export const PIN_CODES = [
  ...READ_CODES,
  'pin.incorrect',
  'pin.locked',
  'pin.tooShort',
  'pin.tooLong',
  'pin.uninitialised',
  'pin.lastTry',
  'pin.refused',
] as const;

export interface FailureContext {
  readonly module: string;
  readonly operation: string;
  /** Looks whether the token is still there; asked only when the driver's answer leaves it open. */
  readonly isTokenThere: () => boolean;
  /** The next call opens a new session. */
  readonly dropSession: () => void;
}

/** Runs `work` and answers its value, or the failure as one of `codes`; any other failure is `driver.failed`. */
export function settle<T, const C extends ErrorCode>(
  context: FailureContext,
  codes: readonly C[],
  work: () => T,
): Result<T, AppError<C> | AppError<'driver.failed'>> {
  try {
    return ok(work());
  } catch (thrown) {
    const error = errorFrom(thrown, context);
    if (isOneOf(error, codes)) return err(error);
    const native = error.native;
    const failed: AppError<'driver.failed'> = { code: 'driver.failed', module: context.module };
    return err(native === undefined ? failed : { ...failed, native });
  }
}

function errorFrom(thrown: unknown, context: FailureContext): AppError {
  if (thrown instanceof Refusal) return thrown.error;
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

function isOneOf<C extends ErrorCode>(error: AppError, codes: readonly C[]): error is AppError<C> {
  return codes.some((code) => code === error.code);
}
