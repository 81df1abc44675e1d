import { describe, expect, it } from 'vitest';
import { browserCandidates, type Desktop } from './browser-candidates.ts';
import type { BrowserMode } from './guidance.ts';

const CASES: readonly (readonly [
  modes: readonly BrowserMode[],
  desktop: Desktop,
  names: readonly string[],
  hints: readonly (string | null)[],
])[] = [
  [[], 'windows', ['Google Chrome', 'Microsoft Edge'], [null]],
  [['chromium'], 'windows', ['Google Chrome', 'Microsoft Edge'], [null]],
  [
    ['ie'],
    'windows',
    ['Microsoft Edge', 'Internet Explorer', 'Microsoft Edge', 'Google Chrome'],
    ['reloadInIeMode', null, 'wrongEngine'],
  ],
  [
    ['compat360', 'ie'],
    'windows',
    [
      ...['360安全浏览器', '360极速浏览器', '搜狗高速浏览器', 'Microsoft Edge', 'Internet Explorer'],
      ...['Microsoft Edge', 'Google Chrome'],
    ],
    ['switchToCompat', 'reloadInIeMode', null, 'wrongEngine'],
  ],
  [['ie'], 'mac', ['默认浏览器'], ['wrongEngine']],
  [[], 'mac', ['默认浏览器'], [null]],
];

describe('browsers for a CA’s page', () => {
  it.each(CASES)('that asks for %j on %s', (modes, desktop, names, hints) => {
    const candidates = browserCandidates(modes, desktop);
    expect({
      names: candidates.map(({ name }) => name),
      hints: [...new Set(candidates.map(({ hint }) => hint))],
    }).toEqual({ names, hints });
  });

  it('on Linux are what there is, with a warning where an old engine is asked for', () => {
    const hints = (modes: readonly BrowserMode[]) => [
      ...new Set(browserCandidates(modes, 'linux').map(({ hint }) => hint)),
    ];
    expect([hints([]), hints(['compat360', 'ie']), hints(['ie', 'chromium'])]).toEqual([
      ...[[null], ['wrongEngine'], [null]],
    ]);
  });
});
