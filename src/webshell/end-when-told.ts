// Ctrl-C, SIGTERM, a closed terminal and 退出 in the page end the program, but not while a key is being written.

export interface EndOptions {
  isWriting(): boolean;
  /** The program was told to end and waits for the key; told once. */
  onHeld(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_AGAIN_MS = 250;

export interface Ending {
  /** Resolves when the program has been told to end and nothing is being written. */
  readonly over: Promise<void>;
  /** As a signal does. */
  tell(): void;
}

export function endWhenTold({ isWriting, onHeld }: EndOptions): Ending {
  let tell = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    let isTold = false;
    const end = (): void => {
      if (isWriting()) setTimeout(end, LOOK_AGAIN_MS);
      else resolve();
    };
    tell = () => {
      if (isTold) return;
      isTold = true;
      if (isWriting()) onHeld();
      end();
    };
    for (const signal of SIGNALS) process.on(signal, tell);
  });
  return { over, tell };
}
