// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedPage, type PageState, type Script } from '../../../../test/support/window/scripted-page.ts';
import {
  application,
  certificate,
  encryptionCertificate,
  pin,
  snapshot,
  token,
} from '../../../../test/support/window/states.ts';
import type { SealList, SealOnKey } from '../../../contract/views/seal-views.ts';
import type { CertificateCard, MainAction, TokenCard } from '../../../contract/views/token-views.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => {
  window.location.hash = '';
});
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

async function open(state: Partial<PageState>, script: Script = {}) {
  const page = scriptedPage(state, script);
  await act(async () => {
    render(<App assistant={openAssistant(page.wire)} />);
  });
  return page;
}

const words = () => document.querySelector('main')?.textContent ?? '';
const pressed = (name: string) => fireEvent.click(screen.getByText(name));
const filled = () =>
  [...document.querySelectorAll('.ant-btn-primary:not(.ant-btn-variant-filled)')].map(
    (button) => button.textContent,
  );

const SHA = certificate().sha256;
const pair = (change: Partial<CertificateCard>) => [certificate(change), encryptionCertificate(change)];
const oneKey = (change: Partial<TokenCard>) => ({ tokens: snapshot({ tokens: [token(change)] }) });
const order = { renewal: '0123456789abcdef', order: 'O1', certificate: SHA };

const seal = (change: Partial<SealOnKey> = {}): SealOnKey => ({
  ...{ id: 's1', name: '测试勘察公章', version: 4, maker: '测试制章', token: 'key-1', object: 'SEAL' },
  ...{ validFrom: '2025-12-02T00:00:00Z', validTo: '2026-12-02T00:00:00Z', state: 'valid' },
  ...{ picture: { type: 'png', width: 42, height: 42 }, owner: '测试勘察设计有限公司', image: null },
  fitsCurrent: true,
  ...change,
});
const seals = (list: Partial<SealList>): Script => ({
  'seal.list': () => ({ ok: true, value: { seals: [], unrecognised: [], unread: [], ...list } }),
});

describe('the states under the key', () => {
  it.each<[string, Partial<SealList>, string]>([
    [
      'one that fits',
      { seals: [seal()] },
      '电子印章有效测试勘察公章制章者 测试制章，与当前证书匹配。还没有自检。',
    ],
    [
      'one that fits among others',
      { seals: [seal({ id: 's0', state: 'expired' }), seal()] },
      '电子印章有效测试勘察公章等 2 枚',
    ],
    ['one that lists another certificate', { seals: [seal({ fitsCurrent: false })] }, '电子印章不匹配'],
    ['one that has ended', { seals: [seal({ state: 'expired' })] }, '电子印章已过期'],
    ['one in a format unknown', { unrecognised: ['SEAL'] }, '电子印章未能识别'],
    ['one behind the PIN', { unread: ['SEAL'] }, '电子印章需要密码'],
    ['none', {}, '电子印章没有印章这把UKey里没有电子印章。'],
  ])('tell the seal: %s', async (_what, list, told) => {
    await open({}, seals(list));
    expect(words()).toContain(told);
  });

  it('tell the last self-test and the last check of this computer, and begin another', async () => {
    const report = {
      ...{ at: '2026-11-20T01:12:00.000Z', findings: [], isFit: false, blocksRenewal: false, ms: 900 },
      ...{ problems: 2, advice: 1, unknown: 0, fine: 45, layer: null, code: '123456' },
    };
    const { calls } = await open(
      { environment: { progress: null, report } },
      {
        'seal.lastTests': () => ({
          ok: true,
          value: [{ token: 'key-1', at: '2026-11-19T01:00:00.000Z', kind: 'seal', ok: true }],
        }),
      },
    );
    expect(words()).toContain('2026-11-19 自检通过。');
    expect(words()).toContain('电脑环境需处理 2 项今天 09:12 检测，45 项正常');
    pressed('重新检测');
    expect(calls.map(([method]) => method)).toContain('environment.check');
  });

  it('stand in the card of each key where there are several', async () => {
    const other = token({ id: 'key-2', label: '第二把' });
    await open({ tokens: snapshot({ tokens: [token(), other] }) }, seals({ seals: [seal()] }));
    expect(words().match(/电子印章测试勘察公章有效/g)).toHaveLength(2);
    expect(words()).toContain('电脑环境未检测');
  });

  it('say that the driver only shows SM2 keys, where the certificate in use is one', async () => {
    await open(oneKey({ sm2: 'readOnly' }));
    expect(words()).toContain('只能查看国密密钥');
    cleanup();
    await open(oneKey({ sm2: 'readOnly', certificates: pair({ algorithm: 'RSA-2048' }) }));
    expect(words()).not.toContain('只能查看国密密钥');
  });
});

describe('首页 with one key', () => {
  it('shows what people are asked for about a certificate', async () => {
    await open({});
    for (const part of [
      '证书在有效期内，12 天后到期',
      '测试勘察设计有限公司',
      '即将到期',
      '深圳市电子商务安全证书管理有限公司',
      '2025-12-02 至 2026-12-02',
      '168063201254905111',
      '龙脉 GM3000',
      '签名证书 + 加密证书（SM2）',
      '还可以输错 10 次',
    ]) {
      expect(words()).toContain(part);
    }
    expect(words()).not.toContain('客服信任号');
    expect(document.querySelector('footer')?.textContent).toBe('版本 0.1.0深圳CA客服热线 400-112-3838帮助');
  });

  it.each<[string, Partial<CertificateCard>, string, string]>([
    ['正常', { expiry: 'valid', daysLeft: 220 }, '证书在有效期内，220 天后到期', '220天后到期'],
    ['今天到期', { expiry: 'expiring', daysLeft: 0 }, '即将到期', '0今天到期'],
    ['已过期', { expiry: 'expired', daysLeft: -8 }, '证书已过期 8 天', '8天前过期'],
    ['未生效', { expiry: 'notYetValid', notBefore: '2026-11-25T00:00:00.000Z' }, '5 天后生效', '5天后生效'],
    ['已撤销', { revocation: 'revoked' }, '已撤销', '12天后到期'],
  ])('%s is said in words, and the days are large', async (state, change, sentence, ring) => {
    await open(oneKey({ certificates: pair(change) }));
    expect(words()).toContain(state);
    expect(words()).toContain(sentence);
    expect(document.querySelector('.ring-words')?.textContent).toBe(ring);
  });

  it.each<[string, MainAction, string, string, string]>([
    [
      'an approved order',
      { kind: 'updateNow', ...order },
      '立即更新',
      '写入约 1–3 分钟，密码不变',
      `renewal?token=key-1&renewal=0123456789abcdef&order=O1&certificate=${SHA}`,
    ],
    [
      'an unfinished renewal',
      { kind: 'resume', ...order, order: null },
      '继续更新',
      '不要重复缴费',
      `renewal?token=key-1&renewal=0123456789abcdef&certificate=${SHA}`,
    ],
    [
      'one in the window',
      { kind: 'renew', certificate: SHA },
      '续期',
      '密码不变',
      `renewal?token=key-1&certificate=${SHA}`,
    ],
    [
      'a CA with a page only',
      { kind: 'accompany', certificate: SHA },
      '续期',
      '要在网厅办理',
      `accompany?token=key-1&certificate=${SHA}`,
    ],
    [
      'an expired one at a CA that wants to see it',
      { kind: 'offline', certificate: SHA },
      '线下办理',
      '不在线续期',
      'help?part=office&profile=szca-public-resources',
    ],
    [
      'an expired one at a CA that does not say',
      { kind: 'contact', certificate: SHA },
      '联系颁发机构',
      '请问颁发机构',
      'help?part=contact&profile=szca-public-resources',
    ],
  ])('%s has one button', async (_title, action, label, note, route) => {
    await open(oneKey({ action }));
    expect(filled()).toEqual([label]);
    expect(words()).toContain(note);
    fireEvent.click(document.querySelector('.ant-btn-primary')!);
    expect(window.location.hash).toBe(`#/${route}`);
  });

  it('says from when on it can be renewed, where there is nothing to do', async () => {
    await open(oneKey({ action: { kind: 'none', from: '2027-04-01' } }));
    expect(filled()).toEqual([]);
    expect(words()).toContain('2027-04-01 起可以续期');
  });

  it('uses the words of the CA', async () => {
    await open(oneKey({ certificates: pair({ profile: 'snca-construction' }) }));
    expect(filled()).toEqual(['延期']);
  });

  it('shows 客服信任号 where the certificate has one', async () => {
    await open(oneKey({ certificates: pair({ trustNumber: 'SX-998877' }) }));
    expect(words()).toContain('SX-998877');
  });

  it('leads to the unlocking of a locked PIN before anything else', async () => {
    await open(oneKey({ pin: pin({ state: 'locked', attemptsLeft: 0 }) }));
    expect(words()).toContain('密码已锁定');
    expect(filled()).toEqual(['解锁密码']);
    pressed('解锁密码');
    expect(window.location.hash).toBe('#/keys?token=key-1&show=unlock');
  });

  it('speaks of a key without certificates', async () => {
    await open(oneKey({ certificates: [], action: { kind: 'none', from: null } }));
    expect(words()).toContain('这把UKey里还没有证书');
  });
});

describe('首页 with several keys', () => {
  it('fills one button only, that of the most urgent key', async () => {
    const tokens = [
      token({ id: 'a', action: { kind: 'contact', certificate: SHA } }),
      token({ id: 'b', action: { kind: 'updateNow', ...order } }),
      token({ id: 'c', serialClash: true, action: { kind: 'renew', certificate: SHA } }),
    ];
    await open({ tokens: snapshot({ tokens }) });
    expect(words()).toContain('检测到 3 把UKey。写入前请只留下要操作的那一把');
    expect(words()).toContain('另一把UKey有相同的编号');
    expect(filled()).toEqual(['立即更新']);
  });
});

describe('首页 without a key', () => {
  const away = [
    {
      sha256: SHA,
      commonName: '测试勘察设计有限公司',
      tokenLabel: '龙脉',
      notAfter: '2026-12-02T15:59:59.000Z',
      daysLeft: 12,
      lastSeen: '2026-11-01T00:00:00.000Z',
    },
  ];

  it('asks for the key and offers help after a while', async () => {
    vi.useFakeTimers();
    const { calls } = await open({ tokens: snapshot({ tokens: [], away }) });
    expect(words()).toContain('请插入UKey');
    expect(words()).toContain('上次看到的证书：测试勘察设计有限公司， 12 天后到期');
    expect(words()).not.toContain('插入后没有反应');
    await act(async () => vi.advanceTimersByTime(6000));
    await act(async () => void pressed('插入后没有反应？去检测'));
    expect(calls).toEqual([['environment.check', {}]]);
    expect(window.location.hash).toBe('#/environment');
  });

  it('begins the rehearsal', async () => {
    const { calls, tell } = await open(
      { tokens: snapshot({ tokens: [] }) },
      {
        'practice.start': () => ({ ok: true, value: application() }),
      },
    );
    await act(async () => pressed('练习模式（不影响真实证书、不收费）'));
    expect(calls).toEqual([['practice.start', {}]]);
    act(() => {
      tell({
        event: 'application.changed',
        data: application({ practice: { isOn: true, pin: '12345678' } }),
      });
    });
    expect(document.querySelector('.practice')?.textContent).toContain('不影响真实证书、不收费');
    expect(document.querySelector('.practice')?.textContent).toContain('练习密码：12345678');
  });

  it('paints the card as soon as the key is there', async () => {
    const { tell } = await open({ tokens: snapshot({ tokens: [] }) });
    act(() => tell({ event: 'tokens.changed', data: snapshot() }));
    expect(words()).toContain('即将到期');
    expect(words()).not.toContain('请插入UKey');
  });

  it('names a device that has no driver here', async () => {
    const strangers = [{ usbId: '096e:0309', vendor: '飞天诚信', product: null }];
    await open({ tokens: snapshot({ tokens: [], strangers }) });
    expect(words()).toContain('识别到一把UKey，还读不了');
    expect(words()).toContain('飞天诚信 USB 096e:0309');
  });

  it('says what is wrong with a driver, and what to do', async () => {
    const error = { code: 'driver.crashed', module: 'libx.so', call: 'C_Initialize' } as const;
    await open({ tokens: snapshot({ tokens: [], problems: [{ module: 'libx.so', isNamed: true, error }] }) });
    expect(document.querySelector('[role=alert]')?.textContent).toContain('UKey驱动意外退出');
    expect(words()).toContain('错误 1005');
  });
});

describe('the question which CA it is', () => {
  const candidates = ['szca-bidding', 'szca-public-resources'];
  const asked = pair({ profile: 'neutral', profileCandidates: candidates });

  it('is asked once, for both certificates of the key', async () => {
    const { calls } = await open(oneKey({ certificates: asked }), {
      'profile.choose': () => ({ ok: true, value: null }),
    });
    fireEvent.click(screen.getByLabelText('深圳CA 招投标'));
    await act(async () => pressed('就是这个'));
    expect(calls).toEqual(
      asked.map(({ sha256 }) => ['profile.choose', { certificate: sha256, profile: 'szca-bidding' }]),
    );
  });

  it('is not asked where the certificate says it', async () => {
    await open({});
    expect(words()).not.toContain('这张证书是哪里用的');
  });
});

describe('a page whose application', () => {
  it('cannot keep anything says so over every screen', async () => {
    const storageProblem = { code: 'storage.readOnly', path: '/data' } as const;
    await open({ application: application({ storageProblem }) });
    expect(document.querySelector('.app-note')?.textContent).toContain('错误 5002');
  });
});
