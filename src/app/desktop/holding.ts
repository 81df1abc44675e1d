// Work on a key during which the window must not close and the computer not sleep.

export type HoldWhile = <T>(work: () => Promise<T>) => Promise<T>;

export interface Holding {
  readonly hold: HoldWhile;
  isHeld(): boolean;
}

export function createHolding(): Holding {
  let held = 0;
  return {
    async hold(work) {
      held += 1;
      try {
        return await work();
      } finally {
        held -= 1;
      }
    },
    isHeld: () => held > 0,
  };
}
