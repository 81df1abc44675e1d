import type { TokenView } from './token-view.ts';

export interface TokenChange {
  readonly kind: 'appeared' | 'removed' | 'changed';
  /** As it is now; one that was removed as it was last. */
  readonly token: TokenView;
}

/** What happened between two lists of tokens: removed ones first, the others in the order of the new list. */
export function tokenChanges(
  before: readonly TokenView[],
  after: readonly TokenView[],
): readonly TokenChange[] {
  const old = byIdentity(before);
  const now = byIdentity(after);
  const removed = [...old].filter(([key]) => !now.has(key)).map(([, token]) => token);
  const others = [...now].flatMap(([key, token]): TokenChange[] => {
    const known = old.get(key);
    if (known === undefined) return [{ kind: 'appeared', token }];
    return JSON.stringify(known) === JSON.stringify(token) ? [] : [{ kind: 'changed', token }];
  });
  return [...removed.map((token) => ({ kind: 'removed', token }) as const), ...others];
}

/** Two keys may have one id where two drivers name them alike. */
function byIdentity(tokens: readonly TokenView[]): ReadonlyMap<string, TokenView> {
  const found = new Map<string, TokenView>();
  for (const token of tokens)
    found.set(found.has(token.id) ? `${token.id} ${token.module}` : token.id, token);
  return found;
}
