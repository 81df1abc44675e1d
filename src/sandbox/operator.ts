// The operator's side in this process: checks the input, runs the handler, keeps what succeeded.

import type { AppError } from '../core/errors/codes.ts';
import { err, type Result } from '../core/errors/result.ts';
import type { Ca } from './ca.ts';
import {
  OPERATOR_CALLS,
  type OperatorCall,
  type OperatorInput,
  type OperatorOutput,
} from './operator-calls.ts';
import { OPERATOR_HANDLERS, type OperatorRefusal } from './operator-handlers.ts';
import type { OperatorRun } from './operator-routes.ts';
import type { StorageError } from '../storage/storage-error.ts';
import type { Store } from './store.ts';

export type OperatorError =
  | OperatorRefusal
  | StorageError
  | AppError<'gateway.unreachable' | 'gateway.timeout' | 'gateway.invalidAnswer'>;

export type SandboxOperator = {
  readonly [C in OperatorCall]: (
    input: OperatorInput<C>,
  ) => Promise<Result<OperatorOutput<C>, OperatorError>>;
};

/** @param run where the calls go: this process, or a running sandbox over HTTP */
export function createOperator(run: OperatorRun): SandboxOperator {
  const calls = Object.keys(OPERATOR_CALLS) as OperatorCall[];
  return Object.fromEntries(
    calls.map((call) => [call, (input: unknown) => run(call, input)]),
  ) as unknown as SandboxOperator;
}

export async function runOperatorCall<C extends OperatorCall>(
  store: Store,
  call: C,
  input: unknown,
  ca: Ca,
): Promise<Result<OperatorOutput<C>, OperatorError>> {
  const checked = OPERATOR_CALLS[call].input.safeParse(input);
  if (!checked.success) {
    const path = checked.error.issues[0]?.path.map(String).join('.') ?? '';
    return err({ code: 'request.invalid', reason: `${call} ${path}`.trim() });
  }
  const written = await store.change(async (draft) => {
    const handler = OPERATOR_HANDLERS[call];
    const value = await handler(draft, checked.data as OperatorInput<C>, ca);
    return { save: value.ok, value };
  });
  return written.ok ? written.value : written;
}
