// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { scriptedPage, type Script } from '../../../../test/support/window/scripted-page.ts';
import {
  certificate,
  details,
  encryptionCertificate,
  pin,
  snapshot,
  token,
} from '../../../../test/support/window/states.ts';
import type { ContainerLoss, TokenCard } from '../../../contract/views/token-views.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

configure({ asyncUtilTimeout: 10_000 });
afterEach(() => {
  vi.restoreAllMocks();
  cleanup();
});

const OLD = 'e5'.repeat(32);
const history = certificate({
  sha256: OLD,
  state: 'history',
  expiry: 'expired',
  daysLeft: -340,
  container: 'c0',
});
const KEY = token({ certificates: [certificate(), encryptionCertificate(), history] });

async function open(route: string, script: Script = {}, key: TokenCard | null = KEY) {
  window.location.hash = route;
  const page = scriptedPage(
    { tokens: snapshot({ tokens: key === null ? [] : [key] }) },
    {
      'certificate.show': ({ certificate: sha256 }) => ({
        ok: true,
        value: details(KEY.certificates.find((card) => card.sha256 === sha256)),
      }),
      ...script,
    },
  );
  await act(async () => {
    render(<App assistant={openAssistant(page.wire)} />);
  });
  await waitFor(() => expect(document.title).toBe('UKey管理'));
  return page;
}

const words = () => document.querySelector('main')?.textContent ?? '';
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => act(async () => void fireEvent.click(screen.getAllByText(name).at(-1)!));
const submit = (label: string) =>
  act(async () => void fireEvent.submit(screen.getByLabelText<HTMLInputElement>(label).form!));

describe('UKey管理', () => {
  it('groups certificates by use, the old ones apart', async () => {
    await open('#/keys');
    const groups = [...document.querySelectorAll('.key-tree h3')].map((title) => title.textContent);
    expect(groups).toEqual(['签名证书', '加密证书', '历史证书']);
    expect(document.querySelector('[aria-current=true]')?.textContent).toContain('2026-12-02');
  });

  it('shows everything of the one that was chosen', async () => {
    const { calls } = await open(`#/keys?token=key-1&certificate=${OLD}`);
    await screen.findByText('机构证书');
    expect(calls).toEqual([['certificate.show', { token: 'key-1', certificate: OLD }]]);
    for (const part of ['已过期', 'ROOTCA › SZCA', '数字签名、防抵赖', 'd4'.repeat(32), '单位']) {
      expect(words()).toContain(part);
    }
  });

  it('exports the certificate alone', async () => {
    const saved: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download);
    });
    const { calls } = await open('#/keys', {
      'certificate.export': () => ({
        ok: true,
        value: { fileName: '测试.cer', mediaType: 'application/pkix-cert', content: 'MIIB' },
      }),
    });
    await press('导出证书');
    expect(calls.at(-1)).toEqual([
      'certificate.export',
      { token: 'key-1', certificate: certificate().sha256, format: 'der' },
    ]);
    expect(saved).toEqual(['测试.cer']);
  });

  it('asks for a key where there is none', async () => {
    await open('#/keys', {}, null);
    expect(words()).toContain('请插入UKey');
  });
});

describe('changing the PIN', () => {
  const change = async (old: string, next: string, again = next) => {
    type('原密码', old);
    type('新密码', next);
    type('再输一次新密码', again);
    await submit('原密码');
  };
  const accepted: Script = { 'pin.change': () => ({ ok: true, value: pin() }) };

  it('sends old and new once, empties the fields and says to keep it', async () => {
    const { calls } = await open('#/keys?token=key-1&show=pin', accepted);
    expect(words()).toContain('还可以输错 10 次');
    await change('Old-pin-1', 'k7-Qm2x');
    expect(calls).toEqual([
      ['pin.change', { token: 'key-1', oldPin: 'Old-pin-1', newPin: 'k7-Qm2x', acceptLastTry: false }],
    ]);
    expect([...document.querySelectorAll('input')].map(({ value }) => value)).toEqual(['', '', '']);
    await waitFor(() => expect(words()).toContain('请马上把新密码登记保管好'));
  });

  it.each([
    ['differ', 'k7-Qm2x', 'k7-Qm2y', '两次输入的新密码不一样'],
    ['are too short', 'k7', 'k7', '至少要 6 位'],
    ['are too long', 'k7-Qm2x-k7-Qm2x-k', 'k7-Qm2x-k7-Qm2x-k', '最多 16 位'],
    ['are the old one', 'Old-pin-1', 'Old-pin-1', '新密码和原密码一样'],
    ['are one character', '888888', '888888', '只是同一个字符'],
    ['are in sequence', '123456', '123456', '连续的字符'],
  ])('objects to new PINs that %s, before the key is asked', async (_title, next, again, sentence) => {
    const { calls } = await open('#/keys?token=key-1&show=pin', accepted);
    await change('Old-pin-1', next, again);
    expect(words()).toContain(sentence);
    expect(calls).toEqual([]);
  });

  it('says what the key answered', async () => {
    await open('#/keys?token=key-1&show=pin', {
      'pin.change': () => ({ ok: false, error: { code: 'pin.incorrect', attemptsLeft: 2 } }),
    });
    await change('Wrong-1', 'k7-Qm2x');
    expect(words()).toContain('UKey密码不正确，还可以再试 2 次');
    expect(words()).toContain('客服热线 400-112-3838');
  });

  it('wants the last try to be agreed to', async () => {
    const key = token({ pin: pin({ state: 'final', attemptsLeft: 1 }) });
    const { calls } = await open('#/keys?token=key-1&show=pin', accepted, key);
    fireEvent.click(screen.getByLabelText('我确定密码正确，知道再错一次UKey会锁定'));
    await change('Old-pin-1', 'k7-Qm2x');
    expect(calls[0]?.[1]).toMatchObject({ acceptLastTry: true });
  });
});

describe('a forgotten PIN', () => {
  const key = token({
    pin: pin({ state: 'locked', attemptsLeft: 0 }),
    certificates: [certificate({ profile: 'sdca-non-tax' })],
  });

  it('leads to the route of the CA', async () => {
    const { calls } = await open('#/keys?token=key-1&show=unlock', {}, key);
    expect(words()).toContain('密码已锁定，怎么解锁');
    expect(words()).toContain('4006078966');
    expect(calls).toEqual([]);
  });

  it('can be set anew by who was given the PIN of the administrator', async () => {
    const { calls } = await open(
      '#/keys?token=key-1&show=unlock',
      { 'pin.unblock': () => ({ ok: true, value: pin() }) },
      key,
    );
    type('管理员密码（解锁码）', 'Admin-9z');
    type('新密码', 'k7-Qm2x');
    type('再输一次新密码', 'k7-Qm2x');
    await submit('新密码');
    expect(calls).toEqual([
      ['pin.unblock', { token: 'key-1', adminPin: 'Admin-9z', newPin: 'k7-Qm2x', acceptLastTry: false }],
    ]);
    expect(words()).toContain('已解锁');
  });
});

describe('清理历史证书', () => {
  const loss: ContainerLoss = {
    container: 'c-2024',
    state: 'history',
    certificates: [{ serial: '0A', name: '测试勘察设计有限公司', notAfter: '2024-12-02T00:00:00.000Z' }],
    opensFiles: true,
    isLast: false,
  };

  it('deletes after typing, consent and PIN, and then looks again', async () => {
    const { calls } = await open('#/keys?token=key-1&show=history', {
      'history.list': () => ({ ok: true, value: [loss] }),
      'history.delete': () => ({ ok: true, value: null }),
    });
    await screen.findByText('序列号 0A，有效期至 2024-12-02');
    await press('删除');
    const remove = screen.getAllByText('删除').at(-1)!.closest('button')!;
    expect(remove.disabled).toBe(true);
    fireEvent.change(screen.getByLabelText('为防误删，请输入容器名：c-2024'), {
      target: { value: 'c-2024' },
    });
    expect(remove.disabled).toBe(true);
    fireEvent.click(screen.getByLabelText('我知道会失去什么，仍要删除'));
    await press('删除');
    const field = await screen.findByLabelText<HTMLInputElement>('UKey密码');
    fireEvent.input(field, { target: { value: 'Abc12345' } });
    await act(async () => void fireEvent.submit(field.form!));
    expect(calls).toEqual([
      ['history.list', { token: 'key-1' }],
      [
        'history.delete',
        {
          token: 'key-1',
          container: 'c-2024',
          typed: 'c-2024',
          acceptLoss: true,
          pin: 'Abc12345',
          acceptLastTry: false,
        },
      ],
      ['history.list', { token: 'key-1' }],
    ]);
  });

  it('says so when there is nothing to clean up', async () => {
    await open('#/keys?token=key-1&show=history', { 'history.list': () => ({ ok: true, value: [] }) });
    await screen.findByText('没有可以清理的历史证书。');
  });
});
