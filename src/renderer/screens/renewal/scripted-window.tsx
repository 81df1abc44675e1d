// For tests: the whole page before an application that answers from a script.

import { act, render } from '@testing-library/react';
import { METHODS, type MethodName } from '../../../contract/methods.ts';
import type { ApplicationEvent } from '../../../contract/events.ts';
import { application } from '../../../../test/support/window/states.ts';
import { scriptedPage, type PageState, type Script } from '../../../../test/support/window/scripted-page.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';
import { snapshot, TOKEN } from './scripted-fixtures.ts';

export interface ScriptedWindow {
  /** Calls that were not reads of the state, in order. */
  readonly calls: readonly (readonly [method: string, input: unknown])[];
  tell(event: ApplicationEvent): void;
}

/** @param answers what is not named answers null */
export function openScripted(
  route: string,
  state: Partial<PageState> = {},
  answers: Script = {},
): ScriptedWindow {
  const nothing = () => ({ ok: true, value: null });
  const script = {
    ...Object.fromEntries(Object.keys(METHODS).map((method) => [method as MethodName, nothing])),
    ...answers,
  };
  const practice = application({ practice: { isOn: true, pin: '12345678' } });
  const page = scriptedPage({ application: practice, tokens: snapshot(TOKEN), ...state }, script);
  window.location.hash = route;
  render(<App assistant={openAssistant(page.wire)} />);
  return { calls: page.calls, tell: (event) => act(() => page.tell(event)) };
}
