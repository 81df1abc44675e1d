// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedPage, type Script } from '../../../../test/support/window/scripted-page.ts';
import type {
  EnvironmentReport,
  FindingView,
  PlannedRepairView,
  RepairRecordView,
} from '../../../contract/views/environment-views.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);

const finding = (id: string, status: FindingView['status'], change: Partial<FindingView> = {}) => ({
  ...{ id, status, ref: 'L-01', group: 'system' as const, blocksRenewal: false, repair: null },
  ...{ title: `标题${id}`, message: `现象${id}`, advice: status === 'ok' ? null : `办法${id}` },
  ...change,
});
const REPORT: EnvironmentReport = {
  at: '2026-11-20T02:00:00Z',
  findings: [
    finding('good', 'ok'),
    finding('hosts', 'problem', { repair: 'hosts', blocksRenewal: true }),
    finding('anchor', 'advice', { repair: 'anchor' }),
  ],
  ...{ isFit: false, blocksRenewal: true, problems: 1, advice: 1, unknown: 0, fine: 1 },
  ...{ layer: 'trust', code: '123456', ms: 900 },
};
const planned = (id: string, ticked: boolean): PlannedRepairView => ({
  ...{ repair: id, check: id, title: `修${id}`, elevated: !ticked, ticked },
  ...{ changes: [`改${id}`], refused: null },
});
const RECORD: RepairRecordView = {
  ...{ id: 'r1', at: '2026-11-20T02:00:00Z', state: 'applied', titles: ['修hosts'] },
};

async function open(script: Script = {}) {
  window.location.hash = '#/environment';
  const page = scriptedPage(
    {},
    {
      'environment.read': () => ({ ok: true, value: { progress: null, report: null } }),
      'environment.check': () => ({ ok: true, value: { progress: null, report: null } }),
      'repair.plan': () => ({ ok: true, value: [planned('hosts', true), planned('anchor', false)] }),
      'repair.list': () => ({ ok: true, value: [] }),
      ...script,
    },
  );
  await act(async () => {
    render(<App assistant={openAssistant(page.wire)} />);
  });
  await screen.findByText('一键检测');
  return page;
}

const words = () => document.querySelector('main')?.textContent ?? '';
const press = async (name: string) => {
  const found = await screen.findByText(name);
  await act(async () => void fireEvent.click(found));
};
const show = (page: Awaited<ReturnType<typeof open>>) =>
  act(async () => page.tell({ event: 'environment.changed', data: { progress: null, report: REPORT } }));

describe('环境检测', () => {
  it('begins when asked and says how far it is', async () => {
    const page = await open();
    await press('一键检测');
    const progress = { done: 3, total: 48, title: '中文字体' };
    await act(async () => page.tell({ event: 'environment.changed', data: { progress, report: null } }));
    expect(words()).toContain('正在检测：中文字体');
    expect(words()).toContain('3 / 48');
    expect(page.calls.map(([method]) => method)).toContain('environment.check');
  });

  it('says first what stops a renewal, what it means and what a hotline asks for', async () => {
    await show(await open());
    const parts = ['需处理 1 项', '现象hosts', '不解决就不能续期', '办法hosts', '诊断码 123456', '1 项正常'];
    for (const part of parts) expect(words()).toContain(part);
    expect(words().indexOf('现象hosts')).toBeLessThan(words().indexOf('现象anchor'));
    expect(words()).not.toContain('标题good');
    await press('展开');
    expect(words()).toContain('标题good');
  });

  it('makes nothing that was not shown, and never an anchor that was not ticked', async () => {
    const page = await open({ 'repair.apply': () => ({ ok: true, value: RECORD }) });
    await show(page);
    await press('一键修复 1 项');
    expect(document.querySelector('dialog')?.textContent).toContain('改hosts');
    expect(page.calls.map(([method]) => method)).not.toContain('repair.apply');
    await press('确认修复');
    expect(page.calls).toContainEqual(['repair.apply', { repairs: ['hosts'] }]);
  });

  it('counts what the person adds', async () => {
    await show(await open());
    await screen.findByText('一键修复 1 项');
    const anchor = await screen.findByLabelText('选择修复：修anchor');
    await act(async () => void fireEvent.click(anchor));
    expect(await screen.findByText('一键修复 2 项')).toBeTruthy();
  });

  it('shows a page in the browser when asked, and tells what it found though nothing is wrong', async () => {
    const empty = { progress: null, report: null };
    const page = await open({ 'environment.checkBrowser': () => ({ ok: true, value: empty }) });
    await press('在浏览器里检测');
    expect(page.calls).toContainEqual(['environment.checkBrowser', {}]);
    const report = { ...REPORT, findings: [...REPORT.findings, finding('browser.page', 'ok')] };
    await act(async () => page.tell({ event: 'environment.changed', data: { progress: null, report } }));
    expect(words()).toContain('现象browser.page');
  });

  it.each(['applied', 'applying'] as const)('takes a repair back that is %s', async (state) => {
    const page = await open({
      'repair.list': () => ({ ok: true, value: [{ ...RECORD, state }] }),
      'repair.undo': () => ({ ok: true, value: { ...RECORD, state: 'undone' } }),
    });
    await press('撤销这次修复');
    expect(page.calls).toContainEqual(['repair.undo', { record: 'r1' }]);
    expect(words()).toContain('已撤销');
  });

  it('names why nothing was repaired', async () => {
    const page = await open({
      'repair.apply': () => ({ ok: false, error: { code: 'storage.full', path: '/etc/hosts' } }),
    });
    await show(page);
    await press('一键修复 1 项');
    await press('确认修复');
    expect(document.querySelector('dialog')?.textContent).toContain('错误 5001');
  });
});
