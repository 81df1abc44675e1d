// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FindingView } from '../../../contract/views/environment-views.ts';
import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import { practicePage, SHA, snapshot, TOKEN, VIEW } from '../../../../test/support/window/practice-page.ts';
import type { PageState, Script } from '../../../../test/support/window/scripted-page.ts';
import type { ApplicationEvent } from '../../../contract/events.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

// A screen is loaded when it is shown, which takes its time on a busy computer.
configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => {
  Object.defineProperty(window, 'matchMedia', {
    configurable: true,
    value: () => ({
      matches: false,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }),
  });
});
function openScripted(route: string, state: Partial<PageState> = {}, answers: Script = {}) {
  const page = practicePage(state, answers);
  window.location.hash = route;
  render(<App assistant={openAssistant(page.wire)} />);
  return { calls: page.calls, tell: (event: ApplicationEvent) => act(() => page.tell(event)) };
}

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

/** By their words: asking for roles takes happy-dom a hundred times as long. */
async function named<E extends Element>(name: string, selector: string): Promise<E> {
  const texts = await screen.findAllByText(name);
  const found = texts.map((text) => text.closest(selector)).find((element) => element !== null);
  expect(found, name).toBeTruthy();
  return found as E;
}
const button = (name: string) => named<HTMLButtonElement>(name, 'button');
async function press(name: string): Promise<void> {
  const found = await button(name);
  await waitFor(() => expect(found.disabled).toBe(false));
  fireEvent.click(found);
}
const choose = async (name: string) =>
  fireEvent.click((await named<HTMLLabelElement>(name, 'label')).querySelector('input')!);

const consents = (...names: string[]): RenewalView => ({
  ...VIEW,
  stage: 'agree',
  question: { id: 3, kind: 'consent', consents: names },
});
const obstacle = (change: Partial<FindingView>): FindingView => ({
  ...{ id: 'system.disk', ref: 'C-23', group: 'system', status: 'problem', blocksRenewal: true },
  ...{
    title: '磁盘空间和写入',
    message: '磁盘快满了，只剩 3 MB。',
    advice: '请删除不用的文件。',
    repair: null,
  },
  ...change,
});
const answered = (question: number, answer: unknown) => ['renewal.answer', { session: 7, question, answer }];

describe('before the first PIN', () => {
  it('shows what would make it fail with what to do, and looks again only when told', async () => {
    const question = { id: 1, kind: 'obstacles' as const, findings: [obstacle({})] };
    const { calls } = openScripted('#/renewal', { renewal: { ...VIEW, question } });
    expect(await screen.findByText('办理前先处理这 1 项')).toBeTruthy();
    expect(screen.getByText('请删除不用的文件。')).toBeTruthy();
    expect(screen.queryByText('去一键修复')).toBeNull();
    await press('重新检测');
    expect(calls).toEqual([answered(1, { kind: 'obstacles' })]);
  });

  it('goes to the repair where there is one, and finds the way back', async () => {
    const findings = [obstacle({ id: 'network.hosts', repair: 'hosts.clean' })];
    const question = { id: 1, kind: 'obstacles' as const, findings };
    const { calls } = openScripted(
      '#/renewal',
      { renewal: { ...VIEW, question } },
      { 'repair.list': () => ({ ok: true, value: [] }) },
    );
    await press('去一键修复');
    await press('返回办理');
    await button('重新检测');
    expect(calls.map(([method]) => method)).toContain('environment.check');
    expect(window.location.hash).toBe('#/renewal');
  });

  it('shows which certificate it is and begins with it', async () => {
    const { calls } = openScripted(`#/renewal?token=t1&certificate=${SHA}`);
    expect(await screen.findByText('测试勘察设计有限公司')).toBeTruthy();
    await press('开始续期');
    expect(calls).toEqual([['renewal.start', { token: 't1', certificate: SHA }]]);
  });

  it('says which key to plug in when the certificate is on none', async () => {
    openScripted(`#/renewal?token=t1&certificate=${SHA}`, { tokens: snapshot() });
    expect(await screen.findByText('请插入要办理的UKey')).toBeTruthy();
  });

  it('goes on with an unfinished one at once', async () => {
    const { calls } = openScripted('#/renewal?renewal=0123456789abcdef');
    await waitFor(() => expect(calls).toEqual([['renewal.resume', { renewal: '0123456789abcdef' }]]));
  });

  it('asks to leave one key when several are plugged in', async () => {
    const error = { code: 'token.ambiguous', wanted: 't1', matches: ['甲', '乙'] } as const;
    openScripted(
      `#/renewal?token=t1&certificate=${SHA}`,
      {},
      { 'renewal.start': () => ({ ok: false, error }) },
    );
    await press('开始续期');
    expect((await screen.findByRole('alert')).textContent).toContain('请只留下要操作的那一把UKey');
  });
});

describe('the question about bids', () => {
  it('lets nobody on before it is answered', async () => {
    const { calls } = openScripted('#/renewal', { renewal: consents('oldRevoked') });
    expect((await button('下一步')).disabled).toBe(true);
    await choose('没有，可以办理');
    await press('下一步');
    await waitFor(() => expect(calls).toEqual([answered(3, { kind: 'consent', agreed: true })]));
  });

  it('advises to find out first', async () => {
    const { calls } = openScripted('#/renewal', { renewal: consents('oldRevoked') });
    await choose('不确定');
    expect(await screen.findByText('先问清楚再办')).toBeTruthy();
    await press('问清楚再办');
    await waitFor(() => expect(calls).toEqual([answered(3, { kind: 'later' })]));
  });

  it('asks for the point of no return by a tick of its own', async () => {
    const { calls } = openScripted('#/renewal', { renewal: consents('oldRevoked', 'pointOfNoReturn') });
    await choose('没有，可以办理');
    expect((await button('下一步')).disabled).toBe(true);
    await choose('我明白原来的密钥会失去，同意原位更换');
    await press('下一步');
    await waitFor(() => expect(calls).toEqual([answered(3, { kind: 'consent', agreed: true })]));
  });
});

it('opens the agreements in full and takes no agreement that was not ticked', async () => {
  const agreements = [{ id: 'a', title: '电子认证服务协议', text: '第一条' }];
  const { calls } = openScripted('#/renewal', {
    renewal: { ...VIEW, stage: 'agree', question: { id: 4, kind: 'agreements', agreements } },
  });
  await press('《电子认证服务协议》');
  expect(within(await screen.findByRole('dialog')).getByText('第一条')).toBeTruthy();
  expect((await button('下一步')).disabled).toBe(true);
  await choose('我已阅读并同意');
  await press('下一步');
  await waitFor(() => expect(calls).toEqual([answered(4, { kind: 'agreements', agreed: true })]));
});

it('checks the form before it is sent and sends what the CA had on file', async () => {
  const fields = [
    { name: 'unit', label: '单位名称', required: true, pattern: null, value: '甲公司' },
    { name: 'phone', label: '手机号码', required: true, pattern: '^1[0-9]{10}$', value: '' },
  ];
  const { calls } = openScripted('#/renewal', {
    renewal: { ...VIEW, stage: 'form', question: { id: 5, kind: 'form', fields } },
  });
  fireEvent.change(await screen.findByLabelText('手机号码'), { target: { value: '12' } });
  await press('下一步');
  expect(await screen.findByText('手机号码的格式不对，请核对')).toBeTruthy();
  fireEvent.change(await screen.findByLabelText('手机号码'), { target: { value: '13800000000' } });
  await press('下一步');
  await waitFor(() =>
    expect(calls).toEqual([answered(5, { kind: 'form', values: { unit: '甲公司', phone: '13800000000' } })]),
  );
});

describe('paying', () => {
  const unpaid: RenewalView = {
    ...VIEW,
    stage: 'pay',
    payment: { order: 'A-1', amountFen: 19_000, qr: 'https://pay.example/A-1' },
    waiting: { order: 'A-1', state: 'unpaid', since: VIEW.startedAt, trouble: null },
  };

  it('shows amount and QR code, and pays by a button in practice', async () => {
    const { calls } = openScripted('#/renewal', { renewal: unpaid });
    expect(await screen.findByText('190.00 元')).toBeTruthy();
    expect(screen.getByLabelText('支付二维码')).toBeTruthy();
    await press('模拟支付（不收费）');
    await press('我已支付');
    await waitFor(() =>
      expect(calls).toEqual([
        ['practice.pay', { order: 'A-1' }],
        ['renewal.check', { session: 7 }],
      ]),
    );
  });

  it('keeps asking while the CA cannot be reached, and says so', async () => {
    const trouble = { code: 'gateway.unreachable', gateway: 'https://ca.example' } as const;
    const waiting = { order: 'A-1', state: 'unpaid', since: VIEW.startedAt, trouble };
    const { calls } = openScripted('#/renewal', { renewal: { ...unpaid, waiting } });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('错误 4001');
    expect(alert.textContent).toContain('不要重复缴费');
    await press('我已支付');
    await waitFor(() => expect(calls).toEqual([['renewal.check', { session: 7 }]]));
  });

  it('asks for no more money once it is in review, and lets the person leave', async () => {
    const waiting = { order: 'A-1', state: 'inReview', since: VIEW.startedAt, trouble: null };
    const { calls } = openScripted('#/renewal', { renewal: { ...unpaid, waiting } });
    expect(await screen.findByText('等待审核')).toBeTruthy();
    expect(screen.queryByLabelText('支付二维码')).toBe(null);
    await press('先离开，有进展提醒我');
    await waitFor(() => expect(calls).toEqual([['renewal.stop', { session: 7 }]]));
  });
});

describe('the PINs', () => {
  const pin = { state: 'ok', attemptsLeft: 6, minLength: 6, maxLength: 16 } as const;
  const asked = (purpose: 'login' | 'write'): RenewalView => ({
    ...VIEW,
    stage: purpose === 'login' ? 'confirm' : 'update',
    updatePhase: purpose === 'login' ? null : 'pin',
    question: { id: 9, kind: 'pin', purpose, pin, previous: null },
  });

  it('opens the dialog by itself and sends the PIN once', async () => {
    const { calls } = openScripted('#/renewal', { renewal: asked('login') });
    const field = await screen.findByLabelText('UKey密码');
    fireEvent.input(field, { target: { value: '123456' } });
    await press('确定');
    await waitFor(() =>
      expect(calls).toEqual([answered(9, { kind: 'pin', pin: '123456', acceptLastTry: false })]),
    );
  });

  it('waits when the dialog is closed, and opens it again when asked to', async () => {
    const { calls } = openScripted('#/renewal', { renewal: asked('write') });
    await press('取消');
    expect(calls).toEqual([]);
    await press('输入密码');
    expect(await screen.findByLabelText('UKey密码')).toBeTruthy();
  });

  it('closes the dialog when the PIN was typed in another page', async () => {
    const { calls, tell } = openScripted('#/renewal', { renewal: asked('login') });
    await screen.findByLabelText('UKey密码');
    tell({ event: 'renewal.changed', data: { ...VIEW, phase: 'loggingIn' } });
    await waitFor(() => expect(document.querySelector('dialog')).toBeNull());
    expect(calls).toEqual([]);
  });

  it('names a pulled key and waits for it', async () => {
    const { tell } = openScripted('#/renewal', { renewal: asked('write') });
    await screen.findByLabelText('UKey密码');
    tell({ event: 'tokens.changed', data: snapshot() });
    expect((await screen.findByRole('alert')).textContent).toContain('请重新插入同一把UKey');
    expect((await button('输入密码')).disabled).toBe(true);
    tell({ event: 'tokens.changed', data: snapshot(TOKEN) });
    expect((await button('输入密码')).disabled).toBe(false);
  });
});

describe('updating', () => {
  const writing: RenewalView = {
    ...VIEW,
    stage: 'update',
    updatePhase: 'write',
    phase: 'writing',
    isWriting: true,
    steps: [{ name: 'generateKey', at: VIEW.startedAt }],
  };

  it('shows the four phases, what is being done, and not to pull the key', async () => {
    openScripted('#/renewal', { renewal: writing });
    const now = await screen.findByText('正在写入证书……');
    const phases = [...now.closest('ol')!.children].map(({ textContent }) => textContent);
    expect(phases).toEqual([
      '✓已完成验证密码已完成',
      '✓已完成生成密钥并签发已完成',
      '进行中写入UKey正在写入证书……',
      '未开始检验新证书',
    ]);
    expect(screen.getByText('请勿拔出UKey、不要关机')).toBeTruthy();
  });

  it.each([
    ['the key was pulled', { code: 'token.removed' }, 'UKey已拔出'],
    ['the driver crashed', { code: 'driver.crashed', module: 'x.so', call: 'C_Sign' }, 'UKey驱动意外退出'],
    ['the CA cannot be reached', { code: 'gateway.unreachable', gateway: 'x' }, '连接不上颁发机构的服务'],
    ['the PIN was wrong', { code: 'pin.incorrect', attemptsLeft: 5 }, '还可以再试 5 次'],
  ] as const)('goes on after it stopped because %s', async (_title, error, sentence) => {
    const view: RenewalView = {
      ...writing,
      isWriting: false,
      outcome: { kind: 'stopped', error, resumable: true },
    };
    const { calls } = openScripted('#/renewal', { renewal: view });
    expect((await screen.findByRole('alert')).textContent).toContain(sentence);
    expect(screen.getByText(/已经付过的不用再付/)).toBeTruthy();
    await press('继续更新');
    await waitFor(() => expect(calls).toEqual([['renewal.resume', { renewal: VIEW.renewal }]]));
  });

  it('calls a stopped download a download', async () => {
    const outcome = { kind: 'stopped', error: { code: 'token.removed' }, resumable: true } as const;
    openScripted('#/renewal', { renewal: { ...writing, kind: 'enrol', isWriting: false, outcome } });
    expect(await screen.findByText('下载停下了，进度已保存')).toBeTruthy();
  });

  it('leads from a locked PIN to the way of unlocking it', async () => {
    const outcome = { kind: 'stopped', error: { code: 'pin.locked' }, resumable: true } as const;
    openScripted('#/renewal', { renewal: { ...writing, isWriting: false, outcome } });
    await press('看解锁办法');
    await waitFor(() => expect(window.location.hash).toBe(`#/keys?token=${VIEW.token}&show=unlock`));
  });
});

it('says what changed and saves the record', async () => {
  const saved: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  const after = { serial: '0C2D', notAfter: '2027-12-02T15:59:59Z', sha256: 'cd'.repeat(32) };
  const record = { fileName: '续期凭证.html', mediaType: 'text/html', content: '' };
  const { calls } = openScripted(
    '#/renewal',
    {
      renewal: {
        ...VIEW,
        stage: 'done',
        outcome: {
          kind: 'done',
          before: VIEW.before,
          after,
          certificates: [{ ...after, use: 'both' }],
          oldRevoked: null,
          mode: 'new',
          seal: { state: 'elsewhere', name: '公章', maker: '制章中心', error: null },
        },
      },
    },
    { 'renewal.record': () => ({ ok: true, value: record }) },
  );
  expect(await screen.findByText('新证书已写入并通过检验')).toBeTruthy();
  expect(serials()).toEqual(['0A1B', '0C2D']);
  await press('保存续期凭证');
  await press('完成');
  expect(saved).toEqual(['续期凭证.html']);
  await waitFor(() =>
    expect(calls).toEqual([
      ['renewal.record', { renewal: VIEW.renewal }],
      ['renewal.close', { session: 7 }],
    ]),
  );

  function serials() {
    return ['0A1B', '0C2D'].filter((serial) => screen.queryByText(serial) !== null);
  }
});
