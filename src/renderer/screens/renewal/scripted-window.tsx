// For tests: the whole page before a wire that answers from a script and writes down what it was asked.

import { act, render } from '@testing-library/react';
import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import type { MethodName } from '../../../contract/methods.ts';
import { SHIPPED_PROFILES } from '../../../contract/shipped-profiles.ts';
import type { ApplicationEvent } from '../../../contract/events.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';
import { APPLICATION, snapshot, TOKEN } from './scripted-fixtures.ts';

interface Script {
  readonly route: string;
  readonly view?: RenewalView | null;
  readonly tokens?: readonly TokenCard[];
  /** Answers besides the reading of state; what is not named answers null. */
  readonly answers?: Partial<Record<MethodName, unknown>>;
}

export interface ScriptedWindow {
  /** Calls that were not reads, in order. */
  readonly calls: readonly (readonly [method: string, input: unknown])[];
  tell(event: ApplicationEvent): void;
}

export function openScripted({ route, view = null, tokens = [TOKEN], answers = {} }: Script): ScriptedWindow {
  const reads: Partial<Record<string, unknown>> = {
    'application.read': APPLICATION,
    'token.list': snapshot(...tokens),
    'renewal.read': view,
    'accompany.read': null,
    'order.list': [],
    'notice.list': [],
    'profile.list': SHIPPED_PROFILES,
  };
  const calls: [string, unknown][] = [];
  const listeners = new Set<(event: unknown) => void>();
  window.location.hash = route;
  const assistant = openAssistant({
    call: (method, input) => {
      if (method in reads) return Promise.resolve({ ok: true, value: reads[method] });
      calls.push([method, input]);
      const answer: unknown = (answers as Record<string, unknown>)[method] ?? { ok: true, value: null };
      return Promise.resolve(answer);
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onConnection: (listener) => {
      listener('connected');
      return () => undefined;
    },
  });
  render(<App assistant={assistant} />);
  return {
    calls,
    tell: (event) => act(() => listeners.forEach((listener) => listener(event))),
  };
}
