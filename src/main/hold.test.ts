import { describe, expect, it } from 'vitest';
import { createFakeElectron, preventable } from '../../test/support/fake-electron.ts';
import { createHold } from './hold.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function rig(isWriting: boolean) {
  const electron = createFakeElectron();
  const key = { isWriting };
  const did: unknown[] = electron.asked;
  let goOn = (): void => undefined;
  const hold = createHold({
    ...{ app: electron.parts.app, power: electron.parts.power, blocker: electron.parts.blocker },
    isWriting: () => key.isWriting,
    onHeld: () => did.push('held'),
    onResume: () => did.push('look'),
    onFailure: () => did.push('failure'),
    dispose: async () => void did.push('dispose'),
    pause: () => new Promise((resolve) => (goOn = resolve)),
  });
  return { electron, hold, did, key, lookAgain: () => goOn() };
}

const WAYS = {
  'quits it': ({ app }: ReturnType<typeof createFakeElectron>, event: object) =>
    app.emit('before-quit', event),
  'shuts the computer down': ({ power }: ReturnType<typeof createFakeElectron>, event: object) =>
    power.emit('shutdown', event),
};

describe.each(Object.entries(WAYS))('when the person %s', (_way, tell) => {
  it('the program closes its keys and ends', async () => {
    const { electron, did } = rig(false);
    const event = preventable();
    tell(electron, event);
    await settle();
    expect([event.isPrevented, did]).toEqual([true, ['dispose', ['exit', 0]]]);
  });

  it('during a write it says so, waits, and then ends by itself, once', async () => {
    const { electron, did, key, lookAgain, hold } = rig(true);
    hold.review();
    tell(electron, preventable());
    tell(electron, preventable());
    await settle();
    const meanwhile = [...did, hold.isEnding()];
    key.isWriting = false;
    lookAgain();
    await settle();
    expect([meanwhile, did.slice(3), hold.isEnding()]).toEqual([
      [['stay awake', 'prevent-app-suspension'], 'held', 'held', false],
      [['may sleep', 1], 'dispose', ['exit', 0]],
      true,
    ]);
  });
});

it('the end of a Windows session is put off during a write only', () => {
  const [writing, idle] = [preventable(), preventable()];
  rig(true).hold.onSessionEnd(writing);
  rig(false).hold.onSessionEnd(idle);
  expect([writing.isPrevented, idle.isPrevented]).toEqual([true, false]);
});

it('the computer stays awake exactly as long as a key is being written', () => {
  const { hold, did, key } = rig(false);
  hold.review();
  key.isWriting = true;
  hold.review();
  hold.review();
  key.isWriting = false;
  hold.review();
  hold.review();
  expect(did).toEqual([
    ['stay awake', 'prevent-app-suspension'],
    ['may sleep', 1],
  ]);
});

it('keys are looked at anew when the computer wakes up', () => {
  const { electron, did } = rig(false);
  electron.power.emit('resume');
  expect(did).toEqual(['look']);
});

it('a failure while closing does not keep the program', async () => {
  const { parts, asked } = createFakeElectron();
  const hold = createHold({
    ...{ app: parts.app, power: parts.power, blocker: parts.blocker },
    isWriting: () => false,
    onHeld: () => undefined,
    onResume: () => undefined,
    onFailure: () => asked.push('failure'),
    dispose: () => Promise.reject(new Error('locked')),
    pause: settle,
  });
  hold.quit();
  await settle();
  expect(asked).toEqual(['failure', ['exit', 0]]);
});
