// The application's side of the Windows child. It starts with the first question, answers one at a time and ends
// with the application. A question that hangs is given up and its child replaced, a change is waited for. Whatever is
// lost with the child is an obstacle, and is not repeated.

import { err } from '../../core/errors/result.ts';
import {
  WINDOWS_CALLS,
  type WindowsCall,
  type WindowsSystem,
} from '../../core/environment/windows-system.ts';
import type { Obstacle } from '../../core/environment/probed.ts';
import type { ChildChannel } from '../host/child-channel.ts';
import { isWindowsResponse } from './protocol.ts';

export interface WindowsClientDeps {
  readonly openChannel: () => ChildChannel;
  /** For each question, milliseconds. */
  readonly limitMs?: number;
  /** A throw inside the child. */
  readonly onBug: (call: WindowsCall, text: string) => void;
}

export interface WindowsClient extends WindowsSystem {
  /** Ends the children; a change under way is waited for. */
  dispose(): void;
}

interface Asked {
  readonly call: WindowsCall;
  readonly args: readonly unknown[];
  readonly settle: (result: unknown) => void;
}

/** With the start of the child, which a virus scanner may look at first. */
const DEFAULT_LIMIT_MS = 8_000;

export function createWindowsClient(deps: WindowsClientDeps): WindowsClient {
  const lanes = {
    read: createLane(deps, deps.limitMs ?? DEFAULT_LIMIT_MS),
    // Of its own, so that nothing waits while a person looks at a box of Windows.
    write: createLane(deps, null),
  };
  const calls: unknown = Object.fromEntries(
    Object.entries(WINDOWS_CALLS).map(([name, kind]) => [
      name,
      (...args: readonly unknown[]) => lanes[kind].ask(name as WindowsCall, args),
    ]),
  );
  return {
    ...(calls as WindowsSystem),
    dispose() {
      lanes.read.dispose();
      lanes.write.dispose();
    },
  };
}

interface Lane {
  ask(call: WindowsCall, args: readonly unknown[]): Promise<unknown>;
  dispose(): void;
}

/** One child and its questions in turn. @param limitMs null: none */
function createLane({ openChannel, onBug }: WindowsClientDeps, limitMs: number | null): Lane {
  const waiting: Asked[] = [];
  let channel: ChildChannel | null = null;
  let running: (Asked & { readonly id: number; readonly limit: NodeJS.Timeout | null }) | null = null;
  let nextId = 1;

  function next(): void {
    const asked = waiting.shift();
    if (asked === undefined) return;
    const current = (channel ??= open());
    const giveUp = (): void => {
      if (channel === current) channel = null;
      current.kill();
      finish(lost(asked.call, 'timeout'));
    };
    running = { ...asked, id: nextId++, limit: limitMs === null ? null : setTimeout(giveUp, limitMs) };
    current.post({ id: running.id, call: asked.call, args: asked.args });
  }

  function finish(result: unknown): void {
    if (running === null) return;
    const { limit, settle } = running;
    if (limit !== null) clearTimeout(limit);
    running = null;
    settle(result);
    next();
  }

  function open(): ChildChannel {
    const opened = openChannel();
    opened.onMessage((message) => {
      if (!isWindowsResponse(message) || running?.id !== message.id) return;
      if (message.bug !== undefined) onBug(running.call, message.bug);
      finish(message.bug === undefined ? message.result : lost(running.call, 'unavailable'));
    });
    opened.onExit(() => {
      if (channel !== opened) return;
      channel = null;
      if (running !== null) finish(lost(running.call, 'unavailable'));
    });
    return opened;
  }

  return {
    ask: (call, args) =>
      new Promise((settle) => {
        waiting.push({ call, args, settle });
        if (running === null) next();
      }),
    dispose() {
      // A child that hangs in a question would not notice that it is wanted no more.
      if (running?.limit != null) channel?.kill();
      else channel?.disconnect();
    },
  };
}

function lost(
  call: WindowsCall,
  reason: Obstacle['reason'],
): { readonly ok: false; readonly error: Obstacle } {
  return err({ reason, what: `Windows ${call}` });
}
