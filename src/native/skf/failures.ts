// The border of this folder: turns what was thrown inside into the error values a method may answer.

import type { AppError, ErrorCode } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { meaningOf, nativeFailure, Refusal, SAR, SarFailure } from './sar.ts';

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
  /** Forgets handles and login: the next call opens the token again. */
  readonly dropSession: () => void;
  readonly isLoggedIn: () => boolean;
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
    const failed: AppError<'driver.failed'> = { code: 'driver.failed', module: context.module };
    return err(error.native === undefined ? failed : { ...failed, native: error.native });
  }
}

function errorFrom(thrown: unknown, context: FailureContext): AppError {
  if (thrown instanceof Refusal) return thrown.error;
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
  context: FailureContext,
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

function isOneOf<C extends ErrorCode>(error: AppError, codes: readonly C[]): error is AppError<C> {
  return codes.some((code) => code === error.code);
}
