import { describe, expect, it } from 'vitest';
import { tokenChanges } from './token-changes.ts';
import type { TokenView } from './token-view.ts';

function token(id: string, changes: Partial<TokenView> = {}): TokenView {
  return {
    ...{ id, provider: 'pkcs11', module: '/a.so', label: id, serial: id, manufacturer: 'M', model: 'X' },
    ...{ sm2: 'none', pin: { state: 'ok', attemptsLeft: null }, containers: [], certificates: [] },
    ...changes,
  };
}

const locked = token('A', { pin: { state: 'locked', attemptsLeft: 0 } });

describe('what happened between two looks', () => {
  it.each([
    ['nothing', [token('A')], [token('A')], []],
    ['a key was plugged in', [], [token('A')], [{ kind: 'appeared', token: token('A') }]],
    ['a key was pulled', [token('A'), token('B')], [token('B')], [{ kind: 'removed', token: token('A') }]],
    ['its PIN was locked', [token('A')], [locked], [{ kind: 'changed', token: locked }]],
    [
      'one key took the place of another',
      [token('A')],
      [token('B')],
      [
        { kind: 'removed', token: token('A') },
        { kind: 'appeared', token: token('B') },
      ],
    ],
    [
      'of two keys with one number under two drivers the second was pulled',
      [token('A'), token('A', { module: '/b.so' })],
      [token('A')],
      [{ kind: 'removed', token: token('A', { module: '/b.so' }) }],
    ],
  ] as const)('%s', (_title, before, after, changes) => {
    expect(tokenChanges(before, after)).toEqual(changes);
  });
});
