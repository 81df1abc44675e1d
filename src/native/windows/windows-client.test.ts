import { afterEach, expect, it, vi } from 'vitest';
import type { ChildChannel } from '../host/child-channel.ts';
import { createWindowsClient } from './windows-client.ts';
import type { WindowsRequest } from './protocol.ts';

/** Children that answer what they are told to, and what became of them. */
function children(
  answer: (request: WindowsRequest, say: (message: object) => void, end: () => void) => void,
) {
  const started: { killed: boolean; disconnected: boolean }[] = [];
  const openChannel = (): ChildChannel => {
    const state = { killed: false, disconnected: false };
    started.push(state);
    const [messages, exits]: [((message: unknown) => void)[], (() => void)[]] = [[], []];
    return {
      pid: started.length,
      post: (message) =>
        answer(
          message as WindowsRequest,
          (said) => messages.forEach((listener) => listener(said)),
          () => exits.forEach((listener) => listener()),
        ),
      onMessage: (listener) => void messages.push(listener),
      onExit: (listener) => void exits.push(listener),
      disconnect: () => (state.disconnected = true),
      kill: () => (state.killed = true),
    };
  };
  return { started, openChannel };
}

const never = (call: string) => {
  throw new Error(call);
};

afterEach(() => vi.useRealTimers());

it('questions are answered in turn by one child, changes by another', async () => {
  const { started, openChannel } = children(({ id, call, args }, say) =>
    queueMicrotask(() => say({ id, result: { ok: true, value: [call, ...args] } })),
  );
  const windows = createWindowsClient({ openChannel, onBug: never });
  expect(
    await Promise.all([windows.service('a'), windows.keys('HKCU\\b'), windows.removeEmptyKey('HKCU\\c', 64)]),
  ).toEqual([
    { ok: true, value: ['service', 'a'] },
    { ok: true, value: ['keys', 'HKCU\\b'] },
    { ok: true, value: ['removeEmptyKey', 'HKCU\\c', 64] },
  ]);
  windows.dispose();
  expect(started).toEqual(Array(2).fill({ killed: false, disconnected: true }));
});

it('a child that crashes takes its question with it and no other', async () => {
  const { started, openChannel } = children(({ id, call }, say, end) =>
    queueMicrotask(() => (call === 'devices' ? end() : say({ id, result: { ok: true, value: true } }))),
  );
  const windows = createWindowsClient({ openChannel, onBug: never });
  expect(await Promise.all([windows.devices(), windows.isElevated()])).toEqual([
    { ok: false, error: { reason: 'unavailable', what: 'Windows devices' } },
    { ok: true, value: true },
  ]);
  expect(started).toHaveLength(2);
});

it('a question that hangs is given up and its child killed; a change is waited for', async () => {
  vi.useFakeTimers();
  const { started, openChannel } = children(() => undefined);
  const windows = createWindowsClient({ openChannel, limitMs: 3_000, onBug: never });
  const [hanging, box] = [windows.listeners(), windows.removeEmptyKey('HKCU\\a', 64)];
  let isAnswered = false;
  void box.then(() => (isAnswered = true));
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(await hanging).toEqual({
    ok: false,
    error: { reason: 'timeout', what: 'Windows listeners' },
  });
  expect([started.map(({ killed }) => killed), isAnswered]).toEqual([[true, false], false]);
});

it('a child that hangs when it is wanted no more is killed', () => {
  vi.useFakeTimers();
  const { started, openChannel } = children(() => undefined);
  const windows = createWindowsClient({ openChannel, onBug: never });
  void windows.devices();
  windows.dispose();
  expect(started).toEqual([{ killed: true, disconnected: false }]);
});

it('a throw in the child is told as a bug and is an obstacle here', async () => {
  const bugs: string[] = [];
  const { openChannel } = children(({ id }, say) =>
    queueMicrotask(() => say({ id, result: null, bug: 'Error: x' })),
  );
  const windows = createWindowsClient({ openChannel, onBug: (call, text) => bugs.push(`${call} ${text}`) });
  expect(await windows.battery()).toEqual({
    ok: false,
    error: { reason: 'unavailable', what: 'Windows battery' },
  });
  expect(bugs).toEqual(['battery Error: x']);
});
