import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChildChannel } from '../host/child-channel.ts';
import { createPresenceClient } from './presence-client.ts';
import type { PresenceMessage } from './protocol.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Children that do nothing by themselves: the test lets them speak and end. */
class FakeChild implements ChildChannel {
  readonly posted: object[] = [];
  readonly pid: number;
  isAsked = false;
  private message: (message: unknown) => void = () => undefined;
  private exit: () => void = () => undefined;
  constructor(pid: number) {
    this.pid = pid;
  }
  post(message: object): void {
    this.posted.push(message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.message = listener;
  }
  onExit(listener: () => void): void {
    this.exit = listener;
  }
  disconnect(): void {
    this.isAsked = true;
    this.exit();
  }
  kill(): void {
    this.exit();
  }
  says(message: unknown): void {
    this.message(message);
  }
}

function watching() {
  const children: FakeChild[] = [];
  const heard: PresenceMessage[] = [];
  const pauses: number[] = [];
  const client = createPresenceClient({
    openChannel() {
      const child = new FakeChild(children.length + 1);
      children.push(child);
      return child;
    },
    onMessage: (message) => heard.push(message),
    onLost: (ms) => pauses.push(ms),
  });
  const last = (): FakeChild => children[children.length - 1] ?? new FakeChild(0);
  return { client, children, heard, pauses, last };
}

describe('the client of the presence child', () => {
  it('hands on what the child says, and nothing that is no message', () => {
    const { heard, last } = watching();
    const news = { kind: 'devices', devices: ['055c:e618'] } as const;
    for (const said of [news, { kind: 'devices', devices: [1] }, { kind: 'folder' }, null, 'devices'])
      last().says(said);
    expect(heard).toEqual([news]);
  });

  it('starts a child that was killed again, with the folders it was asked to watch', () => {
    const { client, children, last } = watching();
    client.watch(['/keys']);
    last().kill();
    const whileGone = client.childPid();
    vi.advanceTimersByTime(250);
    expect({ whileGone, pid: client.childPid(), asked: children[1]?.posted }).toEqual({
      whileGone: null,
      pid: 2,
      asked: [{ folders: ['/keys'] }],
    });
  });

  it('waits twice as long after each child that does not last, at most five minutes', () => {
    const { pauses, last } = watching();
    for (let round = 0; round < 13; round += 1) {
      last().kill();
      vi.advanceTimersByTime(pauses.at(-1) ?? 0);
    }
    expect(pauses).toEqual([
      ...[250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000],
      ...[300_000, 300_000],
    ]);
  });

  it('begins with a short wait again after a child that lasted', () => {
    const { pauses, last } = watching();
    for (const livedMs of [0, 0, 60_000, 0]) {
      vi.advanceTimersByTime(livedMs);
      last().kill();
      vi.advanceTimersByTime(pauses.at(-1) ?? 0);
    }
    expect(pauses).toEqual([250, 500, 250, 500]);
  });

  it('ignores what a child that was replaced still says', () => {
    const { children, heard, last } = watching();
    last().kill();
    vi.advanceTimersByTime(250);
    children[0]?.says({ kind: 'devices', devices: [] });
    expect(heard).toEqual([]);
  });

  it('starts none again once it is no longer wanted', () => {
    const { client, children, pauses, last } = watching();
    client.dispose();
    vi.advanceTimersByTime(1_000_000);
    expect({ count: children.length, isAsked: last().isAsked, pauses }).toEqual({
      count: 1,
      isAsked: true,
      pauses: [],
    });
  });
});
