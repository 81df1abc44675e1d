// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { scriptedPage } from '../../../test/support/window/scripted-page.ts';
import { application } from '../../../test/support/window/states.ts';
import { App } from '../App.tsx';
import { openAssistant } from '../state/window-state.ts';

afterEach(cleanup);

async function open(quit: boolean) {
  const state = application();
  const page = scriptedPage(
    { application: { ...state, capabilities: { ...state.capabilities, quit } } },
    { 'application.quit': () => ({ ok: false, error: { code: 'token.busy', pid: 7 } }) },
  );
  window.location.hash = '';
  await act(async () => void render(<App assistant={openAssistant(page.wire)} />));
  return page.calls;
}

it('is asked for once more, and says why it cannot be now', async () => {
  const calls = await open(true);
  fireEvent.click(screen.getByText('退出'));
  expect(calls).toEqual([]);
  const button = [...screen.getByRole('dialog').querySelectorAll('button')].at(-1)!;
  await act(async () => void fireEvent.click(button));
  expect(calls).toEqual([['application.quit', {}]]);
  expect(screen.getByRole('alert').textContent).toContain('1015');
});

it('is left to the tray where there is one', async () => {
  await open(false);
  expect(screen.queryByText('退出')).toBeNull();
});
