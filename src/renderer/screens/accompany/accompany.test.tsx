// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { AccompanyOutcome, AccompanyView } from '../../../contract/views/accompany-views.ts';
import { practicePage, SHA } from '../../../../test/support/window/practice-page.ts';
import type { PageState, Script } from '../../../../test/support/window/scripted-page.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

configure({ asyncUtilTimeout: 10_000 });
function openScripted(route: string, state: Partial<PageState> = {}, answers: Script = {}) {
  const page = practicePage(state, answers);
  window.location.hash = route;
  render(<App assistant={openAssistant(page.wire)} />);
  return { calls: page.calls };
}

afterEach(cleanup);

const COUNT = { signing: 1, encryption: 1, keys: 2, seals: 1 };
const VIEW: AccompanyView = {
  session: 3,
  id: null,
  token: 't1',
  tokenLabel: '练习UKey',
  certificate: { serial: '0A1B', notAfter: '2026-12-02T15:59:59Z', sha256: SHA },
  profile: 'sdca-non-tax',
  stage: 'check',
  findings: [],
  count: null,
  opened: null,
  look: null,
  question: null,
  outcome: null,
};

async function press(name: string): Promise<void> {
  const texts = await screen.findAllByText(name);
  fireEvent.click(texts.map((text) => text.closest('button, label')).find((found) => found !== null)!);
}

describe('陪同续期', () => {
  it('begins with the certificate that was chosen', async () => {
    const { calls } = openScripted(`#/accompany?token=t1&certificate=${SHA}`);
    await press('开始续期');
    expect(calls).toEqual([['accompany.start', { token: 't1', certificate: SHA }]]);
  });

  it('asks about bids and goes on only with an answer', async () => {
    const accompaniment: AccompanyView = { ...VIEW, question: { id: 1, kind: 'bids' } };
    const { calls } = openScripted('#/accompany', { accompaniment });
    await press('没有，可以办理');
    await press('下一步');
    const answer = { kind: 'bids', opening: null, remindAfter: false, agreed: true };
    await waitFor(() => expect(calls).toEqual([['accompany.answer', { session: 3, question: 1, answer }]]));
  });

  it('names what wants attention before the person leaves for the portal', async () => {
    const finding = { check: 'alone', status: 'attention', problem: null, facts: { others: 2 } } as const;
    const question = { id: 1, kind: 'findings' } as const;
    const { calls } = openScripted('#/accompany', {
      accompaniment: { ...VIEW, findings: [finding], question },
    });
    expect((await screen.findAllByText(/另外还插着 2 把UKey/)).length).toBeGreaterThan(0);
    await press('已看清，仍要继续');
    const answer = { kind: 'findings', agreed: true };
    await waitFor(() => expect(calls).toEqual([['accompany.answer', { session: 3, question: 1, answer }]]));
  });

  it('opens the portal and shows what to press there, with the serial number as it wants it', async () => {
    const accompaniment: AccompanyView = { ...VIEW, id: '0123456789abcdef', stage: 'portal', count: COUNT };
    const { calls } = openScripted('#/accompany', { accompaniment });
    expect(await screen.findByText('0A1B')).toBeTruthy();
    expect(screen.getByText('1 张签名证书、1 张加密证书、2 个密钥、1 枚印章')).toBeTruthy();
    await press('打开网厅');
    await waitFor(() => expect(calls).toEqual([['accompany.openPortal', { session: 3 }]]));
  });

  it('names everything that is wrong on the key, and looks again once the CA put it right', async () => {
    const outcome: AccompanyOutcome = {
      kind: 'proved',
      verdict: 'wrong',
      steps: [
        { step: 'signing.key', status: 'failed', problem: { code: 'certificate.keyMismatch' }, facts: {} },
        {
          step: 'encryption.present',
          status: 'failed',
          problem: { code: 'certificate.missing', use: 'encryption' },
          facts: {},
        },
      ],
      before: { count: COUNT, certificate: null },
      after: { count: COUNT, certificates: [] },
      isOpen: true,
    };
    const accompaniment: AccompanyView = { ...VIEW, id: '0123456789abcdef', stage: 'done', outcome };
    const { calls } = openScripted('#/accompany', { accompaniment });
    expect(await screen.findByText('证书不是为它旁边的密钥签发的，用不了。')).toBeTruthy();
    expect(screen.getByText('没有写入新的加密证书。')).toBeTruthy();
    await press('再检验一次');
    await waitFor(() => expect(calls).toEqual([['accompany.resume', { id: '0123456789abcdef' }]]));
  });
});
