import { useEffect, useState } from 'react';
import type { TokenSnapshot } from '../../../contract/views/token-views.ts';
import { useAssistant } from '../../state/use-window.ts';

/** `waiting`: not pulled yet. `out`: pulled. `seen`: back, and the new certificate was read from it. */
export type Replug = 'waiting' | 'out' | 'seen';

/** Follows the key being pulled and plugged in again. */
export function useReplug(token: string, newCertificate: string): Replug {
  const { store } = useAssistant();
  const [replug, setReplug] = useState<Replug>('waiting');
  useEffect(
    () => store.subscribe(({ tokens }) => setReplug((now) => nextReplug(now, tokens, token, newCertificate))),
    [store, token, newCertificate],
  );
  return replug;
}

/** @param token id of the key; it may come back under another id where the driver makes ids up */
export function nextReplug(
  now: Replug,
  snapshot: TokenSnapshot | null,
  token: string,
  newCertificate: string,
): Replug {
  const tokens = snapshot?.tokens ?? [];
  if (now === 'waiting') return tokens.some(({ id }) => id === token) ? 'waiting' : 'out';
  const isRead = tokens.some(({ certificates }) =>
    certificates.some(({ sha256 }) => sha256 === newCertificate),
  );
  return isRead ? 'seen' : now;
}
