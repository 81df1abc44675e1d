// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedPage, type Script } from '../../../../test/support/window/scripted-page.ts';
import { application } from '../../../../test/support/window/states.ts';
import type { ApplicationView, DriverView } from '../../../contract/views/application-views.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);

const SOFTHSM: DriverView = {
  kind: 'pkcs11',
  module: '/usr/lib/softhsm/libsofthsm2.so',
  isAdded: false,
  problem: null,
  tokens: ['测试勘察设计有限公司'],
};
const ADDED: DriverView = {
  kind: 'skf',
  module: '/opt/vendor/libskf.so',
  isAdded: true,
  problem: { code: 'driver.wrongArchitecture', module: 'libskf.so', found: 'ia32', needed: 'x64' },
  tokens: [],
};

async function open(script: Script = {}, change: Partial<ApplicationView> = {}) {
  window.location.hash = '#/settings?part=drivers';
  const page = scriptedPage(
    { application: application(change) },
    {
      'driver.list': () => ({ ok: true, value: [SOFTHSM, ADDED] }),
      'opening.list': () => ({ ok: true, value: [] }),
      'settings.change': () => ({ ok: true, value: application().settings }),
      ...script,
    },
  );
  await act(async () => {
    render(<App assistant={openAssistant(page.wire)} />);
  });
  await screen.findByText('有回应');
  return page;
}

const words = () => document.querySelector('main')?.textContent ?? '';
const changes = (calls: readonly (readonly [string, unknown])[]) =>
  calls.filter(([method]) => !method.endsWith('.list'));
const press = (name: string) => act(async () => void fireEvent.click(screen.getByText(name)));

describe('设置', () => {
  it('says of every driver whether it answers, which keys it sees and what to do', async () => {
    await open();
    for (const part of [
      'libsofthsm2.so',
      '有回应',
      '看到：测试勘察设计有限公司',
      'libskf.so',
      '用不了',
      '驱动 libskf.so 是 ia32',
      '错误 1004',
    ]) {
      expect(words()).toContain(part);
    }
  });

  it('removes only what the person added', async () => {
    const { calls } = await open({ 'driver.remove': () => ({ ok: true, value: [SOFTHSM] }) });
    await press('移除');
    expect(changes(calls)).toEqual([['driver.remove', { module: ADDED.module }]]);
    expect(words()).not.toContain('libskf.so');
  });

  it('adds a driver by kind and path', async () => {
    const { calls } = await open({ 'driver.add': () => ({ ok: true, value: [SOFTHSM] }) });
    const path = screen.getByLabelText<HTMLInputElement>('驱动文件的完整路径');
    fireEvent.change(path, { target: { value: ' /opt/vendor/libskf.so ' } });
    await act(async () => void fireEvent.submit(path.form!));
    expect(changes(calls)).toEqual([['driver.add', { kind: 'skf', module: '/opt/vendor/libskf.so' }]]);
    expect(path.value).toBe('');
  });

  it('keeps what was typed when the driver is no good', async () => {
    await open({
      'driver.add': () => ({ ok: false, error: { code: 'driver.notFound', module: '/opt/none.so' } }),
    });
    const path = screen.getByLabelText<HTMLInputElement>('驱动文件的完整路径');
    fireEvent.change(path, { target: { value: '/opt/none.so' } });
    await act(async () => void fireEvent.submit(path.form!));
    expect(words()).toContain('找不到UKey驱动文件：/opt/none.so');
    expect(path.value).toBe('/opt/none.so');
  });

  it('keeps reminders, autostart and theme at once', async () => {
    const { calls } = await open();
    const [reminders, autostart] = document.querySelectorAll('button[role=switch]');
    await act(async () => void fireEvent.click(reminders!));
    await act(async () => void fireEvent.click(autostart!));
    await act(async () => void fireEvent.click(screen.getByLabelText('深色')));
    expect(changes(calls)).toEqual([
      ['settings.change', { reminders: false }],
      ['settings.change', { autostart: true }],
      ['settings.change', { theme: 'dark' }],
    ]);
  });

  it('offers nothing the shell cannot do', async () => {
    const nothing = {
      autostart: false,
      openFolder: false,
      quit: false,
      openPortal: false,
      tray: false,
      nativeNotices: false,
    };
    await open({}, { capabilities: nothing });
    expect(words()).not.toContain('开机启动');
    expect(words()).not.toContain('打开数据文件夹');
    expect(words()).toContain('/home/zhang/.local/share/certificate-assistant');
  });

  it('takes an opening away that is over', async () => {
    const opening = {
      id: 'o1',
      certificate: null,
      at: '2026-11-28T01:30:00.000Z',
      uploaded: 'canRedo' as const,
      remindAfter: true,
    };
    const { calls } = await open({
      'opening.list': () => ({ ok: true, value: [opening] }),
      'opening.remove': () => ({ ok: true, value: [] }),
    });
    await screen.findByText('2026-11-28 09:30');
    await press('删除');
    expect(changes(calls)).toEqual([['opening.remove', { opening: 'o1' }]]);
    expect(words()).not.toContain('登记的开标时间');
  });

  it('follows the theme that was chosen', async () => {
    const { tell } = await open();
    expect(document.documentElement.style.getPropertyValue('--panel')).toBe('#ffffff');
    const settings = { ...application().settings, theme: 'dark' as const };
    act(() => tell({ event: 'application.changed', data: application({ settings }) }));
    expect(document.documentElement.style.getPropertyValue('--panel')).toBe('#19212f');
  });

  it('speaks the language that was chosen, Chinese where a sentence lacks', async () => {
    const { tell } = await open();
    const settings = { ...application().settings, locale: 'en' as const };
    act(() => tell({ event: 'application.changed', data: application({ settings }) }));
    expect(document.documentElement.lang).toBe('en');
  });
});
