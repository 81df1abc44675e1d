// What stands in the address of a window. An address is seen by others: in the list of processes, in the browser's
// history. So the code in it is exchanged for the token of the pages, and one given to a browser works once.

export interface LaunchCodes {
  /** @param times how often it may be used */
  issue(times: 'once' | 'often'): string;
  has(code: string | null): boolean;
  /** Whether it was good; a code for one use is not afterwards. */
  redeem(code: string | null): boolean;
}

/** @param secret 256 bits as text, new each time */
export function createLaunchCodes(secret: () => string): LaunchCodes {
  const codes = new Map<string, 'once' | 'often'>();
  return {
    issue(times) {
      const code = secret();
      codes.set(code, times);
      return code;
    },
    has: (code) => code !== null && codes.has(code),
    redeem(code) {
      const times = code === null ? undefined : codes.get(code);
      if (code !== null && times === 'once') codes.delete(code);
      return times !== undefined;
    },
  };
}
