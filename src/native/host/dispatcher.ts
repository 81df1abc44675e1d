// The host's side of the protocol, apart from its process: opens the one driver at the first request and
// answers requests one after another.

import { err } from '../../core/errors/result.ts';
import type { Opener, OpenProvider } from './openers.ts';
import type { HostMessage, HostRequest, HostResponse, HostStart, Method } from './protocol.ts';

type MethodCall = (...args: readonly unknown[]) => Promise<unknown>;

export interface Dispatcher {
  /** Answers through `post`, in the order of the requests. */
  accept(message: HostMessage): void;
  /** Waits for the call under way, drops those behind it and closes the driver. */
  close(): Promise<void>;
}

export function createDispatcher(
  openers: Readonly<Record<string, Opener>>,
  post: (response: HostResponse) => void,
): Dispatcher {
  let start: HostStart | null = null;
  let driver: OpenProvider | null = null;
  let isClosed = false;
  let queue: Promise<void> = Promise.resolve();

  async function answer(request: HostRequest): Promise<HostResponse> {
    const { id } = request;
    const started = performance.now();
    try {
      const result = await call(request);
      return { id, result, nativeMs: performance.now() - started };
    } catch (thrown) {
      const bug = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      return { id, result: null, bug, nativeMs: performance.now() - started };
    }
  }

  async function call({ method, args }: HostRequest): Promise<unknown> {
    if (driver === null) {
      const opener = start === null ? undefined : openers[start.kind];
      if (start === null || opener === undefined) {
        const module = start?.module ?? '';
        return err({ code: 'driver.unavailable', module, reason: `no driver of kind ${start?.kind ?? '?'}` });
      }
      const opened = await opener(start);
      if (!opened.ok) return opened;
      driver = opened.value;
    }
    const methods = { ...driver.provider, ...driver.store } as unknown as Partial<Record<Method, MethodCall>>;
    const run = methods[method];
    return run === undefined ? err({ code: 'driver.unsupported', operation: method }) : run(...args);
  }

  return {
    accept(message) {
      if ('start' in message) {
        start = message.start;
        return;
      }
      const { request } = message;
      queue = queue.then(async () => {
        if (!isClosed) post(await answer(request));
      });
    },
    async close() {
      isClosed = true;
      await queue;
      driver?.close();
    },
  };
}
