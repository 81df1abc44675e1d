// The application's side of a driver host: a TokenProvider whose calls run in a child process, one at a time.
// Reads have a limit and a stuck host is replaced; writes are waited for and never killed. What a lost host
// was doing ends as an error value and is never repeated.

import { err } from '../../core/errors/result.ts';
import { METHOD_KIND, type TokenProvider } from '../../core/token/provider.ts';
import { SOFTWARE_METHOD_KIND, type SoftwareKeyStore } from '../../core/token/software-keys.ts';
import type { ChildChannel } from './child-channel.ts';
import {
  HOST_METHODS,
  isHostResponse,
  type HostMessage,
  type HostResponse,
  type HostStart,
  type Method,
} from './protocol.ts';

/** One running host. */
export interface HostChannel extends ChildChannel {
  post(message: HostMessage): void;
}

export interface CallTiming {
  readonly method: Method;
  /** From the call to its answer, waiting for its turn included. */
  readonly ms: number;
  /** Inside the host; null where it did not answer. */
  readonly nativeMs: number | null;
}

export interface HostClientDeps {
  readonly start: HostStart;
  /** Starts a fresh host. Called at the first call and after a host was lost. */
  readonly openChannel: () => HostChannel;
  readonly readLimitMs?: number;
  readonly onCall?: (timing: CallTiming) => void;
  /** A throw inside the host: a bug, for the log. The call ends as `driver.failed`. */
  readonly onBug?: (text: string) => void;
}

export interface HostedProvider extends TokenProvider {
  /** The key file itself; a host of another kind answers `driver.unsupported`. */
  readonly softwareKeys: SoftwareKeyStore;
  /** Process id of the running host; null where none runs. */
  hostPid(): number | null;
  /** Ends the host in good order: at once when idle, after a write under way. Later calls are a bug. */
  dispose(): Promise<void>;
}

interface PendingCall {
  readonly method: Method;
  readonly args: readonly unknown[];
  readonly queuedAt: number;
  readonly settle: (result: unknown) => void;
}

interface RunningCall extends PendingCall {
  readonly id: number;
  readonly limit: NodeJS.Timeout | null;
}

interface Host {
  readonly channel: HostChannel;
  readonly hasExited: Promise<void>;
}

const DEFAULT_READ_LIMIT_MS = 10_000;
/** How long an idle host may take to close its driver. */
const CLOSE_LIMIT_MS = 2_000;
/** Their buffers are PINs and key files, zeroed here once they are posted. */
const PIN_METHODS: ReadonlySet<Method> = new Set([
  'login',
  'changePin',
  'unblockPin',
  'createKey',
  'importKeys',
  'exportKey',
]);

export function createHostedProvider(deps: HostClientDeps): HostedProvider {
  const { start, readLimitMs = DEFAULT_READ_LIMIT_MS } = deps;
  const waiting: PendingCall[] = [];
  const idleListeners: (() => void)[] = [];
  let host: Host | null = null;
  let running: RunningCall | null = null;
  let nextId = 1;
  let isDisposed = false;

  function call(method: Method, args: readonly unknown[]): Promise<unknown> {
    if (isDisposed) throw new Error(`${method} on a disposed provider`);
    return new Promise((settle) => {
      waiting.push({ method, args, queuedAt: performance.now(), settle });
      if (running === null) runNext();
    });
  }

  function runNext(): void {
    const next = waiting.shift();
    if (next === undefined) {
      for (const listener of idleListeners.splice(0)) listener();
      return;
    }
    const current = (host ??= openHost());
    const { method, args } = next;
    const isRead = HOST_METHODS[method] === 'read';
    const limit = isRead ? setTimeout(() => replaceStuck(current), readLimitMs) : null;
    running = { ...next, id: nextId++, limit };
    current.channel.post({ request: { id: running.id, method, args } });
    if (PIN_METHODS.has(method)) zeroBuffers(args);
  }

  function finish(result: unknown, nativeMs: number | null): void {
    if (running === null) return;
    const { method, queuedAt, limit, settle } = running;
    if (limit !== null) clearTimeout(limit);
    running = null;
    deps.onCall?.({ method, ms: performance.now() - queuedAt, nativeMs });
    settle(result);
    runNext();
  }

  function openHost(): Host {
    const channel = deps.openChannel();
    const hasExited = new Promise<void>((resolve) => channel.onExit(resolve));
    const opened: Host = { channel, hasExited };
    void hasExited.then(() => lose(opened));
    channel.onMessage((message) => {
      if (host === opened && isHostResponse(message)) receive(message);
    });
    channel.post({ start });
    return opened;
  }

  function receive({ id, result, bug, nativeMs }: HostResponse): void {
    if (running?.id !== id) return;
    if (bug === undefined) {
      finish(result, nativeMs);
      return;
    }
    deps.onBug?.(bug);
    finish(err({ code: 'driver.failed', module: start.module }), nativeMs);
  }

  function replaceStuck(stuck: Host): void {
    if (host === stuck) host = null;
    stuck.channel.kill();
    if (running !== null)
      finish(err({ code: 'driver.timeout', module: start.module, call: running.method }), null);
  }

  function lose(lost: Host): void {
    if (host !== lost) return;
    host = null;
    if (running !== null)
      finish(err({ code: 'driver.crashed', module: start.module, call: running.method }), null);
  }

  async function dispose(): Promise<void> {
    isDisposed = true;
    if (running !== null) await new Promise<void>((resolve) => idleListeners.push(resolve));
    const last = host;
    if (last === null) return;
    last.channel.disconnect();
    const limit = setTimeout(() => last.channel.kill(), CLOSE_LIMIT_MS);
    await last.hasExited;
    clearTimeout(limit);
  }

  const callsOf = (kinds: object): unknown =>
    Object.fromEntries(
      Object.keys(kinds).map((name) => [name, (...args: readonly unknown[]) => call(name as Method, args)]),
    );
  return {
    ...(callsOf(METHOD_KIND) as TokenProvider),
    softwareKeys: callsOf(SOFTWARE_METHOD_KIND) as SoftwareKeyStore,
    hostPid: () => host?.channel.pid ?? null,
    dispose,
  };
}

function zeroBuffers(args: readonly unknown[]): void {
  for (const value of args) if (value instanceof Uint8Array) value.fill(0);
}
