import type { TokenProvider } from '../../core/token/provider.ts';
import type { Clock } from '../adapters/log.ts';
import type { TokenSource } from './token-look.ts';

/** Who asks later wants to know what is there then. */
const EARLY_LOOK_MS = 5_000;

/** The driver host starts and looks while the code that understands its answer is still being loaded. */
export function lookEarly(source: TokenSource, clock: Clock): TokenSource {
  const { provider } = source;
  const begun = clock.now();
  let first: ReturnType<TokenProvider['listTokens']> | null = provider.listTokens();
  return {
    ...source,
    provider: {
      ...provider,
      listTokens() {
        const isFresh = Math.abs(clock.now() - begun) < EARLY_LOOK_MS;
        const answer = first !== null && isFresh ? first : provider.listTokens();
        first = null;
        return answer;
      },
    },
  };
}
