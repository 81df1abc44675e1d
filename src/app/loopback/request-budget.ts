/** How many requests may pass: `burst` at once and `perSecond` in the long run. */
export interface RequestBudget {
  /** Whether this one still may. */
  take(): boolean;
}

/** @param now milliseconds that only go forward */
export function createRequestBudget(perSecond: number, burst: number, now: () => number): RequestBudget {
  let left = burst;
  let last = now();
  return {
    take() {
      const at = now();
      left = Math.min(burst, left + ((at - last) / 1000) * perSecond);
      last = at;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
