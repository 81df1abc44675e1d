import { useCallback } from 'react';
import type { MethodInput } from '../../../contract/methods.ts';
import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import type { Calls } from '../../state/use-call.ts';

type Answer = MethodInput<'renewal.answer'>['answer'];

/** Answers the question that is open now; the next view comes as an event. */
export function useAnswer({ session, question }: RenewalView, call: Calls['call']) {
  const id = question?.id ?? null;
  return useCallback(
    async (answer: Answer) => {
      if (id !== null) await call('renewal.answer', { session, question: id, answer });
    },
    [call, session, id],
  );
}
