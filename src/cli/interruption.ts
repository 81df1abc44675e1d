// Ctrl-C, SIGTERM and a closed terminal. Where nothing can be lost the program simply ends. While something is
// held, the first signal asks it to stop at the next safe place and the second leaves at once.

import type { ExitCode } from './exit-codes.ts';

export interface Hold {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  release(): void;
}

export interface HoldOptions {
  /** Said at the first signal. */
  readonly onFirst: () => void;
  /** Said at the second, just before leaving. */
  readonly onSecond: () => void;
  /** How the program ends at the second signal. */
  readonly leaveWith: ExitCode;
}

export interface Interruption {
  hold(options: HoldOptions): Hold;
}

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export function watchInterruption(): Interruption {
  let held: (HoldOptions & { readonly controller: AbortController }) | null = null;

  for (const [name, code] of Object.entries(SIGNALS)) {
    process.on(name, () => {
      if (held === null) process.exit(code);
      if (held.controller.signal.aborted) {
        held.onSecond();
        process.exit(held.leaveWith);
      }
      held.onFirst();
      held.controller.abort();
    });
  }

  return {
    hold(options) {
      const controller = new AbortController();
      const own = { ...options, controller };
      held = own;
      return {
        signal: controller.signal,
        release() {
          if (held === own) held = null;
        },
      };
    },
  };
}

/** Resolves after `ms`, or at once when aborted; answers whether the time went by. */
export function pauseFor(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(true), ms);
    const onAbort = () => finish(false);
    function finish(wentBy: boolean): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(wentBy);
    }
    signal.addEventListener('abort', onAbort);
  });
}
