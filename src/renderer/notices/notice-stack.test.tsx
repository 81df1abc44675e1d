// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedPage } from '../../../test/support/window/scripted-page.ts';
import { certificate, notice, snapshot } from '../../../test/support/window/states.ts';
import type { NoticeView } from '../../contract/views/notice-views.ts';
import { App } from '../App.tsx';
import { openAssistant } from '../state/window-state.ts';

beforeEach(() => {
  window.location.hash = '';
});
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

async function open(notices: NoticeView[], tokens = snapshot()) {
  const page = scriptedPage({ notices, tokens }, { 'notice.answer': () => ({ ok: true, value: null }) });
  await act(async () => {
    render(<App assistant={openAssistant(page.wire)} />);
  });
  return page;
}

const stack = () => document.querySelector('.notices')!;
const press = (name: string) =>
  fireEvent.click([...stack().querySelectorAll('button')].find((button) => button.textContent === name)!);
const SHA = certificate().sha256;

describe('a notice in the page', () => {
  it('says what falls due, with buttons', async () => {
    await open([notice()]);
    expect(stack().textContent).toContain('证书将于 12 天后到期（2026-12-02）：测试勘察设计有限公司');
    expect([...stack().querySelectorAll('.ant-btn')].map((button) => button.textContent)).toEqual([
      '续期',
      '稍后提醒',
    ]);
  });

  it.each<[string, string, Partial<NoticeView>, string]>([
    ['renew', '续期', {}, `#/renewal?token=key-1&certificate=${SHA}`],
    ['later', '稍后提醒', {}, ''],
    ['view', '查看证书', { actions: ['view'] }, `#/keys?token=key-1&certificate=${SHA}`],
    ['offline', '线下办理', { actions: ['offline'] }, '#/help?part=office'],
    ['contact', '联系颁发机构', { actions: ['contact'] }, '#/help?part=contact'],
    ['unlock', '忘记密码', { actions: ['unlock'], certificate: null }, '#/keys?show=unlock'],
  ])('is answered with %s and leads there', async (action, word, change, route) => {
    const { calls } = await open([notice(change)]);
    press(word);
    expect(calls).toEqual([['notice.answer', { notice: 1, action }]]);
    expect(window.location.hash).toBe(route);
  });

  it('leads to 首页, which asks for the key, where the key is in a drawer', async () => {
    await open([notice({ text: 'expiringAway' })], snapshot({ tokens: [] }));
    press('续期');
    expect(window.location.hash).toBe('#/home');
  });

  it('is put off by its cross where it can be, else closed', async () => {
    const { calls } = await open([
      notice(),
      notice({ id: 2, kind: 'tokenRemoved', text: 'tokenRemoved', actions: [] }),
    ]);
    for (const cross of screen.getAllByLabelText('关闭')) fireEvent.click(cross);
    expect(calls).toEqual([
      ['notice.answer', { notice: 1, action: 'later' }],
      ['notice.answer', { notice: 2, action: 'close' }],
    ]);
  });

  it('comes and goes as the application says, and never hides the screen', async () => {
    const { tell } = await open([]);
    for (const id of [1, 2, 3, 4]) act(() => tell({ event: 'notice.shown', data: notice({ id }) }));
    expect(stack().querySelectorAll('article')).toHaveLength(3);
    act(() => tell({ event: 'notice.closed', data: { id: 4 } }));
    expect(stack().querySelectorAll('article')).toHaveLength(3);
  });

  it('goes by itself when it only says what happened, unless the pointer is on it', async () => {
    vi.useFakeTimers();
    const inserted = notice({ id: 2, kind: 'tokenInserted', text: 'tokenInserted', actions: ['view'] });
    const { calls } = await open([notice(), inserted]);
    const [, article] = stack().querySelectorAll('article');
    fireEvent.pointerEnter(article!);
    act(() => void vi.advanceTimersByTime(20_000));
    expect(calls).toEqual([]);
    fireEvent.pointerLeave(article!);
    act(() => void vi.advanceTimersByTime(8000));
    expect(calls).toEqual([['notice.answer', { notice: 2, action: 'close' }]]);
  });

  it('answered outside the page leads to the same place', async () => {
    const { tell } = await open([]);
    act(() => tell({ event: 'notice.chosen', data: { notice: notice(), action: 'renew' } }));
    expect(window.location.hash).toBe(`#/renewal?token=key-1&certificate=${SHA}`);
  });
});
