import { useEffect, useState } from 'react';

/** Whole seconds since then, counting while `isRunning`; null where there is no beginning. */
export function useSeconds(since: number | null, isRunning: boolean): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return since === null ? null : Math.max(0, Math.floor((now - since) / 1000));
}
