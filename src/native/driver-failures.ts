// The border of a vendor library's folder: what was thrown inside becomes the error values a method may answer.
// What a return value means is each folder's own table.

import type { AppError, ErrorCode } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';

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

/** We refuse, or know already what the person has to hear. Thrown inside such a folder only. */
export class Refusal extends Error {
  readonly error: AppError;
  constructor(error: AppError) {
    super(error.code);
    this.error = error;
  }
}

export function refuse(error: AppError): never {
  throw new Refusal(error);
}

export interface FailureContext {
  readonly module: string;
  readonly operation: string;
  /** Looks whether the token is still there; asked only when the driver's answer leaves it open. */
  readonly isTokenThere: () => boolean;
  /** Forgets handles and login: the next call opens the token again. */
  readonly dropSession: () => void;
}

/**
 * Runs `work` and answers its value, or the failure as one of `codes`; any other failure is `driver.failed`.
 * `errorFrom` gives what was thrown its meaning, and throws it again where it is a bug.
 */
export function settleWith<T, Context extends FailureContext, const C extends ErrorCode>(
  errorFrom: (thrown: unknown, context: Context) => AppError,
  context: Context,
  codes: readonly C[],
  work: () => T,
): Result<T, AppError<C> | AppError<'driver.failed'>> {
  try {
    return ok(work());
  } catch (thrown) {
    const error = thrown instanceof Refusal ? thrown.error : errorFrom(thrown, context);
    if (isOneOf(error, codes)) return err(error);
    const failed: AppError<'driver.failed'> = { code: 'driver.failed', module: context.module };
    return err(error.native === undefined ? failed : { ...failed, native: error.native });
  }
}

function isOneOf<C extends ErrorCode>(error: AppError, codes: readonly C[]): error is AppError<C> {
  return codes.some((code) => code === error.code);
}
