// The operator's commands from another process: to the running sandbox over HTTP where one runs, else by opening
// the folder for the length of the commands.

import { ERROR_NUMBERS, type AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import { OPERATOR_CALLS, type OperatorCall } from './operator-calls.ts';
import { createOperator, type SandboxOperator } from './operator.ts';
import { OPERATOR_PATH, type OperatorRun } from './operator-routes.ts';
import { openSandbox, type SandboxOptions } from './sandbox.ts';
import { readServerFile, type ServerFile } from './server-file.ts';
import type { StoreError } from './store.ts';

export interface OperatorConnection {
  readonly operator: SandboxOperator;
  /** URL of the running sandbox; null: the folder was opened directly. */
  readonly url: string | null;
  close(): Promise<void>;
}

const TIMEOUT_MS = 20_000;

/** A folder that is in use by a process that does not serve is `sandbox.inUse`. */
export async function connectOperator(
  options: SandboxOptions,
): Promise<Result<OperatorConnection, StoreError>> {
  const opened = await openSandbox(options);
  if (opened.ok) {
    const { operator, stop } = opened.value;
    return ok({ operator, url: null, close: stop });
  }
  const server = readServerFile(options.folder);
  if (opened.error.code !== 'sandbox.inUse' || server?.pid !== opened.error.pid) return opened;
  const url = `http://127.0.0.1:${server.port}`;
  return ok({
    operator: createOperator(remoteRun(url, server)),
    url,
    close: () => Promise.resolve(),
  });
}

function remoteRun(url: string, { token }: ServerFile): OperatorRun {
  return async (call, input) => {
    try {
      const response = await fetch(url + OPERATOR_PATH + call, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(input),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return readOutcome(call, await response.json());
    } catch {
      return err({ code: 'gateway.unreachable', gateway: url });
    }
  };
}

function readOutcome(call: OperatorCall, content: unknown): Result<unknown, AppError> {
  const { ok: succeeded, value, error } = (content ?? {}) as Record<'ok' | 'value' | 'error', unknown>;
  if (succeeded === true) {
    const output = OPERATOR_CALLS[call].output.safeParse(value);
    if (output.success) return ok(output.data);
  }
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' && code in ERROR_NUMBERS
    ? err(error as AppError)
    : err({ code: 'gateway.invalidAnswer', reason: call });
}
