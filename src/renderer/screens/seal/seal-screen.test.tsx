// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedPage, type Script } from '../../../../test/support/window/scripted-page.ts';
import { snapshot } from '../../../../test/support/window/states.ts';
import { MAX_DOCUMENT_BYTES } from '../../../contract/document-limit.ts';
import type { SealList, SealOnKey, SealTestView, Verification } from '../../../contract/views/seal-views.ts';
import { App } from '../../App.tsx';
import { openAssistant } from '../../state/window-state.ts';

configure({ asyncUtilTimeout: 10_000 });
afterEach(() => cleanup());

const SEAL: SealOnKey = {
  id: 'seal-1',
  name: '测试公章',
  version: 4,
  maker: '测试制章中心',
  validFrom: '2025-12-02T00:00:00.000Z',
  validTo: '2026-12-02T00:00:00.000Z',
  picture: { type: 'png', width: 40, height: 40 },
  token: 'key-1',
  object: 'SEAL1',
  owner: '测试勘察设计有限公司',
  state: 'valid',
  fitsCurrent: true,
  image: 'data:image/png;base64,iVBORw0KGgo=',
};
const LIST: SealList = { seals: [SEAL], unrecognised: [], unread: [] };
const passed = { status: 'ok', code: null, number: null, detail: null, advice: null } as const;
const RESULT: SealTestView = {
  at: '2026-11-20T01:15:00.000Z',
  kind: 'seal',
  ok: true,
  steps: [
    { step: 'sign', ...passed },
    { step: 'decrypt', ...passed },
  ],
  seal: SEAL,
  verification: null,
  hotline: '400-112-3838',
  page: null,
};

async function open(script: Script = {}, list: SealList = LIST, hasKey = true) {
  window.location.hash = '#/seal';
  const page = scriptedPage(
    { tokens: snapshot(hasKey ? {} : { tokens: [] }) },
    {
      'seal.list': () => ({ ok: true, value: list }),
      'seal.lastTests': () => ({ ok: true, value: [] }),
      ...script,
    },
  );
  await act(async () => void render(<App assistant={openAssistant(page.wire)} />));
  await waitFor(() => expect(document.title).toBe('签章检测'));
  return page;
}

const words = () => document.querySelector('main')?.textContent ?? '';
const shows = (part: string) => waitFor(() => expect(words()).toContain(part), { timeout: 10_000 });

async function test(pin: string) {
  fireEvent.click(screen.getByText('开始检测'));
  const field = await screen.findByLabelText<HTMLInputElement>('UKey密码');
  fireEvent.input(field, { target: { value: pin } });
  await act(async () => void fireEvent.submit(field.form!));
}

async function choose(file: File) {
  const input = document.querySelector<HTMLInputElement>('input[type=file]')!;
  Object.defineProperty(input, 'files', { value: [file], configurable: true });
  await act(async () => void fireEvent.change(input));
}

describe('签章检测', () => {
  it('shows the seal with owner, maker, validity and whether it fits', async () => {
    await open();
    await shows('测试公章');
    for (const part of ['测试制章中心', '2025-12-02 至 2026-12-02', '可以和当前证书一起使用', '有效期内']) {
      expect(words()).toContain(part);
    }
  });

  it('never calls a seal that cannot be read none', async () => {
    await open({}, { seals: [], unrecognised: ['EPSEAL'], unread: [] });
    await shows('未能识别印章格式：EPSEAL');
    expect(words()).not.toContain('没有电子印章，');
  });

  it('says that only signing is tested where there is no seal', async () => {
    await open({}, { seals: [], unrecognised: [], unread: [] });
    await shows('只检测签名和解密');
  });

  it('takes the seal that fits where there are several, once the PIN was typed', async () => {
    const old = { ...SEAL, id: 'seal-0', object: 'SEAL0', name: '旧公章', fitsCurrent: false };
    const { calls } = await open(
      { 'seal.test': () => ({ ok: true, value: RESULT }) },
      { ...LIST, seals: [old, SEAL] },
    );
    await shows('当前证书不在印章的名单里');
    await test('k7-Qm2x');
    await shows('本机签章自检通过');
    expect(words()).toContain('投标平台请再做一次平台自己的签章测试。');
    expect(calls.filter(([method]) => method === 'seal.test')).toEqual([
      ['seal.test', { token: 'key-1', seal: 'seal-1', pin: 'k7-Qm2x', acceptLastTry: false }],
    ]);
  });

  it('says of a failure what was found, what to do, the number and the hotline for seals', async () => {
    const failed: SealTestView['steps'][number] = {
      ...{ step: 'seal.usable', code: 'seal.signerNotListed', number: 6013 },
      status: 'failed',
      ...{ detail: '证书不在名单里。', advice: '请重新制作印章。' },
    };
    await open({ 'seal.test': () => ({ ok: true, value: { ...RESULT, ok: false, steps: [failed] } }) });
    await shows('测试公章');
    await test('k7-Qm2x');
    await shows('本机签章自检没有通过');
    for (const part of ['证书不在名单里。请重新制作印章。', '错误 6013', '签章热线 400-112-3838']) {
      expect(words()).toContain(part);
    }
  });
});

describe('验证文件', () => {
  const verdict: Verification = {
    ...{ kind: 'pdf', version: 4, ok: false, verdict: 'invalid' },
    steps: [
      {
        ...{ step: 'document.coverage', code: 'document.changed' },
        status: 'failed',
        ...{ number: 6033, detail: '签名之后有改动。', signature: 0 },
      },
    ],
    signatures: [
      {
        ...{ kind: 'seal', signer: 'CN=李四', serial: '01', signedAt: '2026-11-20T01:15:00.000Z' },
        ...{ addedAfter: ['Signature2'], seal: null },
      },
    ],
  };

  it('says who signed when, what was added after, and what did not pass; without a key', async () => {
    const script: Script = { 'document.verify': () => ({ ok: true, value: verdict }) };
    const { calls } = await open(script, LIST, false);
    await choose(new File(['%PDF'], '投标.pdf'));
    await shows('无效或无法确认');
    for (const part of [
      '投标.pdf',
      'CN=李四',
      '2026-11-20 09:15',
      '又增加了：Signature2',
      '签名之后有改动。',
    ]) {
      expect(words()).toContain(part);
    }
    expect(calls).toEqual([['document.verify', { content: 'JVBERg==' }]]);
  });

  it('refuses what is too large before it is sent', async () => {
    const { calls } = await open({}, LIST, false);
    await choose(new File([new Uint8Array(MAX_DOCUMENT_BYTES + 1)], 'big.pdf'));
    await shows('太大');
    expect(calls).toEqual([]);
  });
});
