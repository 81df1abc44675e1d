// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { CERTIFICATE, practicePage, snapshot, TOKEN } from '../../../../test/support/window/practice-page.ts';
import { scriptedPage } from '../../../../test/support/window/scripted-page.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);

it('does nothing before the holder is named, and for 撤销 a reason is given', async () => {
  const page = practicePage({}, { 'accompany.list': () => ({ ok: true, value: [] }) });
  window.location.hash = '#/services';
  await act(async () => void render(<App assistant={openAssistant(page.wire)} />));
  fireEvent.click(await screen.findByText('更多：冻结、撤销'));
  fireEvent.click(screen.getByText('撤销'));
  const dialog = screen.getByRole('dialog');
  const go = () => [...dialog.querySelectorAll('button')].find(({ textContent }) => textContent === '撤销')!;
  const name = dialog.querySelector<HTMLInputElement>('input:not([type="radio"])')!;
  fireEvent.change(name, { target: { value: CERTIFICATE.commonName } });
  expect(go().disabled).toBe(true);
  fireEvent.click(
    screen
      .getByText(/^不再使用/)
      .closest('label')!
      .querySelector('input')!,
  );
  expect(go().disabled).toBe(false);
  fireEvent.change(name, { target: { value: '别的公司' } });
  expect(go().disabled).toBe(true);
});

it.each([
  ['frozen', ['解冻', '撤销'], ['冻结']],
  ['revoked', ['这张证书已经撤销，不能恢复。'], ['撤销', '解冻']],
] as const)('offers for a %s one only what is left', async (revocation, shown, hidden) => {
  const certificates = TOKEN.certificates.map((card) => ({ ...card, revocation }));
  const page = practicePage(
    { tokens: snapshot({ ...TOKEN, certificates }) },
    { 'accompany.list': () => ({ ok: true, value: [] }) },
  );
  window.location.hash = '#/services';
  await act(async () => void render(<App assistant={openAssistant(page.wire)} />));
  await screen.findByText('更多：冻结、撤销');
  for (const words of shown) expect(screen.getByText(words)).toBeTruthy();
  for (const words of hidden) expect(screen.queryByText(words)).toBeNull();
});

it('names hotline and counter where the CA has no gateway', async () => {
  const page = scriptedPage({}, { 'accompany.list': () => ({ ok: true, value: [] }) });
  window.location.hash = '#/services';
  await act(async () => void render(<App assistant={openAssistant(page.wire)} />));
  fireEvent.click(await screen.findByText('更多：冻结、撤销'));
  expect(screen.getByText('服务网点')).toBeTruthy();
  expect(document.body.textContent).toContain('UKey暂时找不到');
});
