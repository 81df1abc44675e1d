// The application's side of the presence child: keeps one running and hands on what it says. A child that ends is
// started again after a while, which doubles each time it does not last.

import type { ChildChannel } from '../host/child-channel.ts';
import { isPresenceMessage, type PresenceMessage, type PresenceRequest } from './protocol.ts';

export interface PresenceClientDeps {
  readonly openChannel: () => ChildChannel;
  readonly onMessage: (message: PresenceMessage) => void;
  /** The child ended by itself and is started again after `ms`. */
  readonly onLost: (ms: number) => void;
}

export interface PresenceClient {
  /** Folders of key files to watch, now and after every new start. */
  watch(folders: readonly string[]): void;
  /** null: none runs at the moment. */
  childPid(): number | null;
  dispose(): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 300_000;
/** A child that ran this long was healthy. */
const LASTING_MS = 60_000;

/** Starts the child at once. */
export function createPresenceClient({ openChannel, onMessage, onLost }: PresenceClientDeps): PresenceClient {
  let request: PresenceRequest = { folders: [] };
  let channel: ChildChannel | null = null;
  let pauseMs = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | null = null;
  let isDisposed = false;

  function start(): void {
    const opened = openChannel();
    const started = performance.now();
    channel = opened;
    opened.onMessage((message) => {
      if (channel === opened && isPresenceMessage(message)) onMessage(message);
    });
    opened.onExit(() => {
      channel = null;
      if (isDisposed) return;
      if (performance.now() - started >= LASTING_MS) pauseMs = FIRST_PAUSE_MS;
      onLost(pauseMs);
      timer = setTimeout(start, pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    });
    opened.post(request);
  }

  start();
  return {
    watch(folders) {
      request = { folders };
      channel?.post(request);
    },
    childPid: () => channel?.pid ?? null,
    dispose() {
      isDisposed = true;
      if (timer !== null) clearTimeout(timer);
      channel?.disconnect();
    },
  };
}
