// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { scriptedPage, type Script } from '../../../../test/support/window/scripted-page.ts';
import { application, snapshot } from '../../../../test/support/window/states.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

configure({ asyncUtilTimeout: 10_000 });
afterEach(() => {
  vi.restoreAllMocks();
  cleanup();
});

async function open(profile: string | null, script: Script = {}, openPortal = true) {
  window.location.hash = profile === null ? '#/help' : `#/help?profile=${profile}`;
  const capabilities = { ...application().capabilities, openPortal };
  const page = scriptedPage(
    { application: application({ capabilities }), tokens: snapshot({ tokens: [] }) },
    script,
  );
  await act(async () => {
    render(<App assistant={openAssistant(page.wire)} />);
  });
  await waitFor(() => expect(document.title).toBe('帮助'));
  return page;
}

const words = () => document.querySelector('main')?.textContent ?? '';

describe('帮助', () => {
  it.each([
    [
      'szca-public-resources',
      [
        '400-112-3838',
        'wx2026542727',
        '谷歌浏览器',
        '登录 → 续期 → 进入续费',
        '退出杀毒软件',
        '实名电信认证无法通过怎么办',
      ],
    ],
    ['szca-bidding', ['SZCA6688', '不超过 2000 KB', '最长 3 个工作日', '过期证书续期申请表']],
    [
      'sdca-non-tax',
      ['济南市历下区趵突泉北路24号', '0531-82929387', '回寄收件人', '360浏览器兼容模式', '办理更新业务'],
    ],
    [
      'dfca-hunan-construction',
      [
        '0731-85782329',
        '806899782',
        '激活完成',
        '可以下载证书了',
        '一签通客户端软件',
        '业务受理号（参考码）、授权码',
        '验证问题',
      ],
    ],
    ['snca-construction', ['西安市高新三路9号信息港大厦101室', 'V3.19.1210', '证书受理 → 证书延期 → 开始']],
  ])('tells what %s tells its customers', async (profile, parts) => {
    await open(profile);
    for (const part of parts) expect(words()).toContain(part);
  });

  it('names no CA where none is known', async () => {
    await open(null);
    expect(words()).toContain('还不知道证书属于哪家颁发机构');
    expect(document.querySelector('footer')?.textContent).toBe('版本 0.1.0帮助');
  });

  it('opens a page of the CA in the browser it needs', async () => {
    const { calls } = await open('szca-bidding', { 'portal.open': () => ({ ok: true, value: null }) });
    await act(async () => void fireEvent.click(screen.getByLabelText('打开深圳CA网上营业厅')));
    expect(calls).toEqual([['portal.open', { address: 'https://wt.szca.com' }]]);
  });

  it('shows the address alone where no page can be opened', async () => {
    await open('szca-bidding', {}, false);
    expect(words()).toContain('https://wt.szca.com');
    expect(screen.queryByLabelText('打开深圳CA网上营业厅')).toBeNull();
  });

  it('prints 线下办理', async () => {
    const print = vi.fn();
    vi.stubGlobal('print', print);
    await open('sdca-non-tax');
    fireEvent.click(screen.getByText('打印'));
    expect(print).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });
});
