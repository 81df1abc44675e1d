import { describe, expect, it, vi } from 'vitest';
import { createHostedProvider, type CallTiming, type HostChannel } from './host-client.ts';
import type { HostMessage, HostRequest } from './protocol.ts';

const START = { kind: 'pkcs11', module: '/driver.so' };

/** Hosts that do nothing by themselves: the test answers, ends or leaves them alone. */
function hosts() {
  const started: FakeHost[] = [];
  return {
    started,
    openChannel(): HostChannel {
      const host = new FakeHost(started.length + 1);
      started.push(host);
      return host;
    },
  };
}

class FakeHost implements HostChannel {
  readonly requests: HostRequest[] = [];
  readonly events: string[] = [];
  readonly pid: number;
  private message: (message: unknown) => void = () => undefined;
  private exit: () => void = () => undefined;
  constructor(pid: number) {
    this.pid = pid;
  }
  post(message: HostMessage): void {
    if ('start' in message) this.events.push('start');
    else this.requests.push(structuredClone(message.request));
  }
  onMessage(listener: (message: unknown) => void): void {
    this.message = listener;
  }
  onExit(listener: () => void): void {
    this.exit = listener;
  }
  disconnect(): void {
    this.events.push('disconnect');
    this.exit();
  }
  kill(): void {
    this.events.push('kill');
    this.exit();
  }
  answer(result: unknown): void {
    this.message({ id: this.requests.at(-1)?.id, result, nativeMs: 1 });
  }
  crash(): void {
    this.exit();
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

describe('the client of a driver host', () => {
  it('starts no host before the first call', () => {
    const { started, openChannel } = hosts();
    createHostedProvider({ start: START, openChannel });
    expect(started).toEqual([]);
  });

  it('sends one call at a time, in order', async () => {
    const { started, openChannel } = hosts();
    const provider = createHostedProvider({ start: START, openChannel });
    const first = provider.listTokens();
    const second = provider.readPinStatus('T');
    expect(started[0]?.requests.map(({ method }) => method)).toEqual(['listTokens']);
    started[0]?.answer({ ok: true, value: [] });
    expect(await first).toEqual({ ok: true, value: [] });
    expect(started[0]?.requests.map(({ method }) => method)).toEqual(['listTokens', 'readPinStatus']);
    started[0]?.answer({ ok: true, value: 'status' });
    expect(await second).toEqual({ ok: true, value: 'status' });
  });

  it('ends the call under way as a crash and goes on with a fresh host, repeating nothing', async () => {
    const { started, openChannel } = hosts();
    const provider = createHostedProvider({ start: START, openChannel });
    const under = provider.sign('T', 'aa', 'SHA-256', Uint8Array.of(1));
    const waiting = provider.listTokens();
    started[0]?.crash();
    expect(await under).toEqual({
      ok: false,
      error: { code: 'driver.crashed', module: '/driver.so', call: 'sign' },
    });
    expect(started[1]?.requests.map(({ method }) => method)).toEqual(['listTokens']);
    started[1]?.answer({ ok: true, value: [] });
    expect(await waiting).toEqual({ ok: true, value: [] });
  });

  it('kills a host whose read takes too long, and never one that writes', async () => {
    vi.useFakeTimers();
    const { started, openChannel } = hosts();
    const provider = createHostedProvider({ start: START, openChannel, readLimitMs: 500 });
    const write = provider.generateKeyPair('T', 'aa', 'RSA-2048', 'x');
    const read = provider.listTokens();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(started[0]?.events).toEqual(['start']);
    started[0]?.answer({ ok: true, value: Uint8Array.of(1) });
    expect(await write).toEqual({ ok: true, value: Uint8Array.of(1) });
    await vi.advanceTimersByTimeAsync(500);
    expect(await read).toEqual({
      ok: false,
      error: { code: 'driver.timeout', module: '/driver.so', call: 'listTokens' },
    });
    expect(started[0]?.events).toEqual(['start', 'kill']);
    vi.useRealTimers();
  });

  it('ignores what a replaced host still says', async () => {
    vi.useFakeTimers();
    const { started, openChannel } = hosts();
    const provider = createHostedProvider({ start: START, openChannel, readLimitMs: 500 });
    const slow = provider.listTokens();
    const next = provider.readCapacity('T');
    await vi.advanceTimersByTimeAsync(500);
    started[0]?.answer({ ok: true, value: 'late' });
    started[1]?.answer({ ok: true, value: 'right' });
    expect(await slow).toMatchObject({ error: { code: 'driver.timeout' } });
    expect(await next).toEqual({ ok: true, value: 'right' });
    vi.useRealTimers();
  });

  it('hands the PIN over once and zeroes its own copy', () => {
    const { started, openChannel } = hosts();
    const provider = createHostedProvider({ start: START, openChannel });
    const pins = [new Uint8Array([49, 50]), new Uint8Array([51, 52])] as const;
    void provider.changePin('T', ...pins, { acceptLastTry: false });
    expect(started[0]?.requests[0]?.args.slice(1, 3)).toEqual([Uint8Array.of(49, 50), Uint8Array.of(51, 52)]);
    expect(pins).toEqual([Uint8Array.of(0, 0), Uint8Array.of(0, 0)]);
  });

  it('tells how long each call took, in all and inside the driver', async () => {
    const { started, openChannel } = hosts();
    const timings: CallTiming[] = [];
    const provider = createHostedProvider({
      start: START,
      openChannel,
      onCall: (timing) => timings.push(timing),
    });
    const call = provider.listTokens();
    started[0]?.answer({ ok: true, value: [] });
    await call;
    expect(timings).toEqual([{ method: 'listTokens', ms: expect.any(Number) as number, nativeMs: 1 }]);
  });

  it('ends an idle host by disconnecting, and waits for a write before', async () => {
    const { started, openChannel } = hosts();
    const provider = createHostedProvider({ start: START, openChannel });
    const write = provider.deleteContainer('T', 'aa');
    const ended = provider.dispose();
    await settled();
    expect(started[0]?.events).toEqual(['start']);
    started[0]?.answer({ ok: true, value: undefined });
    await Promise.all([write, ended]);
    expect(started[0]?.events).toEqual(['start', 'disconnect']);
  });

  it('takes a throw inside the host for a bug, reports it and answers an error value', async () => {
    const { started, openChannel } = hosts();
    const bugs: string[] = [];
    const provider = createHostedProvider({ start: START, openChannel, onBug: (text) => bugs.push(text) });
    const call = provider.listTokens();
    const host = started[0];
    host?.['message']({ id: host.requests[0]?.id, result: null, bug: 'TypeError', nativeMs: 0 });
    expect(await call).toEqual({ ok: false, error: { code: 'driver.failed', module: '/driver.so' } });
    expect(bugs).toEqual(['TypeError']);
  });
});
