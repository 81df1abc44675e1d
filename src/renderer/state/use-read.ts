import { useCallback, useEffect, useState } from 'react';
import type { Answer, MethodInput, MethodName, MethodOutput } from '../../contract/methods.ts';
import { useClient } from './use-window.ts';

export interface Reading<T> {
  /** null until the first answer; the last one stays while it is asked again. */
  readonly answer: Answer<T> | null;
  /** For an answer that a call which changed something brought along. */
  take(answer: Answer<T>): void;
  refresh(): void;
}

/** What a screen asks for when it opens, and again when the question, or what the answer rests on, changes. */
export function useRead<M extends MethodName>(
  method: M,
  input: MethodInput<M>,
  ground = '',
): Reading<MethodOutput<M>> {
  const client = useClient();
  const [answer, take] = useState<Answer<MethodOutput<M>> | null>(null);
  const [round, setRound] = useState(0);
  const question = JSON.stringify(input);
  useEffect(() => {
    let isWanted = true;
    void client.call(method, JSON.parse(question) as MethodInput<M>).then((told) => {
      if (isWanted) take(told);
    });
    return () => {
      isWanted = false;
    };
  }, [client, method, question, ground, round]);
  const refresh = useCallback(() => setRound((count) => count + 1), []);
  return { answer, take, refresh };
}
