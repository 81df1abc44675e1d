// Ctrl-C, SIGTERM and a closed terminal end the program, but not while a key is being written.

export interface EndOptions {
  isWriting(): boolean;
  /** The program was told to end and waits for the key; told once. */
  onHeld(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_AGAIN_MS = 250;

/** Resolves when the program has been told to end and nothing is being written. */
export function endWhenTold({ isWriting, onHeld }: EndOptions): Promise<void> {
  return new Promise((resolve) => {
    let isTold = false;
    const end = (): void => {
      if (isWriting()) setTimeout(end, LOOK_AGAIN_MS);
      else resolve();
    };
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (isTold) return;
        isTold = true;
        if (isWriting()) onHeld();
        end();
      });
    }
  });
}
