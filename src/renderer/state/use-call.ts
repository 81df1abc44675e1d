import { useCallback, useState } from 'react';
import type { Answer, MethodInput, MethodName, MethodOutput } from '../../contract/methods.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { useClient } from './use-window.ts';

export interface Calls {
  readonly isBusy: boolean;
  /** Of the last call, for an ErrorNote; null once the next one begins. */
  readonly error: AppError | null;
  clearError(): void;
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<Answer<MethodOutput<M>>>;
}

/** One call at a time from one place of a screen, with what to show meanwhile and afterwards. */
export function useCall(): Calls {
  const client = useClient();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const call = useCallback(
    async <M extends MethodName>(method: M, input: MethodInput<M>) => {
      setBusy(true);
      setError(null);
      const answer = await client.call(method, input);
      setBusy(false);
      if (!answer.ok) setError(answer.error);
      return answer;
    },
    [client],
  );
  const clearError = useCallback(() => setError(null), []);
  return { isBusy, error, clearError, call };
}
