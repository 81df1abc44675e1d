// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedPage } from '../../../../test/support/window/scripted-page.ts';
import { application, pin, PROFILES, snapshot, token } from '../../../../test/support/window/states.ts';
import type { PinView } from '../../../contract/views/token-views.ts';
import { NEUTRAL_PROFILE } from '../../../contract/shipped-profiles.ts';
import { openAssistant } from '../../state/window-state.ts';
import { AssistantContext } from '../../state/use-window.ts';
import type { PinRequest, TypedPin } from './pin-request.ts';
import { PinDialog } from './PinDialog.tsx';

afterEach(cleanup);

async function ask(change: Partial<PinRequest> = {}, practicePin: string | null = null) {
  const practice = { isOn: practicePin !== null, pin: practicePin };
  const page = scriptedPage({ application: application({ practice }) });
  const assistant = openAssistant(page.wire);
  const answers: (TypedPin | null)[] = [];
  const request: PinRequest = {
    title: '输入证书密码',
    subject: '测试勘察设计有限公司',
    token: 'key-1',
    pin: pin(),
    previous: null,
    profile: NEUTRAL_PROFILE,
    ...change,
  };
  let view: ReturnType<typeof render> | undefined;
  await act(async () => {
    view = render(
      <AssistantContext.Provider value={assistant}>
        <PinDialog request={request} onAnswer={(typed) => answers.push(typed)} />
      </AssistantContext.Provider>,
    );
  });
  return { answers, page, assistant, close: () => view?.unmount() };
}

const words = () => document.querySelector('dialog')?.textContent ?? '';
const field = () => screen.getByLabelText<HTMLInputElement>('UKey密码');
const type = (value: string) => fireEvent.input(field(), { target: { value } });
const confirm = () => document.querySelector<HTMLButtonElement>('button[type=submit]')!;

describe('the PIN dialog', () => {
  it('hands over what was typed, once', async () => {
    const { answers } = await ask();
    expect(confirm().disabled).toBe(true);
    type('Abc12345');
    fireEvent.submit(field().form!);
    expect(answers).toEqual([{ pin: 'Abc12345', acceptLastTry: false }]);
  });

  it('keeps it in no state and leaves the field empty when it closes', async () => {
    const { assistant, close } = await ask();
    type('Abc12345');
    const input = field();
    expect(JSON.stringify(assistant.store.getState())).not.toContain('Abc12345');
    expect(document.documentElement.outerHTML).not.toContain('Abc12345');
    close();
    expect(input.value).toBe('');
  });

  it.each<[string, Partial<PinView>, string]>([
    ['many', {}, '还可以输错 10 次'],
    ['few', { state: 'low', attemptsLeft: 2 }, '还可以输错 2 次'],
    ['one', { state: 'final', attemptsLeft: 1 }, '只剩最后一次机会'],
    ['unknown', { state: 'unknown', attemptsLeft: null }, 'UKey没有说明还可以输错几次'],
    ['unknown, after a wrong one', { state: 'low', attemptsLeft: null }, '之前输错过密码'],
  ])('says before anything is typed how many tries are left: %s', async (_title, change, sentence) => {
    await ask({ pin: pin(change) });
    expect(words()).toContain(sentence);
    expect(words()).toContain('续期不会改变密码');
  });

  it('uses the last try only when the person agreed to it', async () => {
    const { answers } = await ask({ pin: pin({ state: 'final', attemptsLeft: 1 }) });
    type('Abc12345');
    fireEvent.submit(field().form!);
    expect(answers).toEqual([]);
    fireEvent.click(screen.getByLabelText('我确定密码正确，知道再错一次UKey会锁定'));
    fireEvent.submit(field().form!);
    expect(answers).toEqual([{ pin: 'Abc12345', acceptLastTry: true }]);
  });

  it('offers no field for a locked PIN but the way to unlock it', async () => {
    const profile = PROFILES.find(({ id }) => id === 'sdca-non-tax')!;
    await ask({ pin: pin({ state: 'locked', attemptsLeft: 0 }), profile });
    expect(document.querySelector('input')).toBeNull();
    expect(words()).toContain('忘记证书密码时拨打此电话');
    expect(words()).toContain('4006078966');
  });

  it('shows the route of 忘记密码 with initial PINs as hints, without a try', async () => {
    const profile = PROFILES.find(({ id }) => id === 'sdca-non-tax')!;
    const { answers, page } = await ask({ profile });
    fireEvent.click(screen.getByText('忘记密码？'));
    expect(words()).toContain('12345678（2017年底前发的证书）');
    expect(words()).toContain('每输错一次都会减少次数');
    expect([answers, page.calls]).toEqual([[], []]);
  });

  it('says why the one before was not accepted', async () => {
    await ask({
      previous: { code: 'pin.incorrect', attemptsLeft: 2 },
      pin: pin({ state: 'low', attemptsLeft: 2 }),
    });
    expect(document.querySelector('[role=alert]')?.textContent).toContain('UKey密码不正确，还可以再试 2 次');
  });

  it.each([
    ['Chinese', '密码', true],
    ['full-width', '１２３', true],
    ['plain', 'aB3!~ ', false],
  ])('warns of %s input', async (_title, value, expected) => {
    await ask();
    type(value);
    expect(words().includes('请切换到英文输入法')).toBe(expected);
  });

  it('warns of CapsLock', async () => {
    await ask();
    const key = (type: string, capsLock: boolean) => {
      const event = new KeyboardEvent(type, { key: 'A', bubbles: true });
      Object.defineProperty(event, 'getModifierState', { value: () => capsLock });
      fireEvent(field(), event);
    };
    key('keydown', true);
    expect(words()).toContain('大写锁定已打开');
    key('keyup', false);
    expect(words()).not.toContain('大写锁定已打开');
  });

  it.each([
    ['the pointer', fireEvent.pointerDown, fireEvent.pointerUp, {}],
    ['the keyboard', fireEvent.keyDown, fireEvent.keyUp, { key: ' ' }],
  ])('shows it only while %s holds the button', async (_title, hold, release, init) => {
    await ask();
    const eye = screen.getByLabelText('按住显示密码');
    expect(field().type).toBe('password');
    hold(eye, init);
    expect(field().type).toBe('text');
    release(eye, init);
    expect(field().type).toBe('password');
  });

  it('is empty again when the window lost the focus, and says so', async () => {
    await ask();
    type('Abc12345');
    act(() => {
      window.dispatchEvent(new Event('blur'));
    });
    expect(field().value).toBe('');
    expect(confirm().disabled).toBe(true);
    expect(words()).toContain('已清空');
  });

  it('closes when the key is pulled', async () => {
    const { answers, page } = await ask();
    type('Abc12345');
    act(() => page.tell({ event: 'tokens.changed', data: snapshot({ tokens: [token({ id: 'key-2' })] }) }));
    expect(answers).toEqual([null]);
  });

  it('closes on Escape', async () => {
    const { answers } = await ask();
    fireEvent(document.querySelector('dialog')!, new Event('cancel', { cancelable: true }));
    expect(answers).toEqual([null]);
  });

  it('names the PIN of the rehearsal, which is no secret', async () => {
    await ask({}, '12345678');
    expect(words()).toContain('练习密码：12345678');
  });
});
