// In which browser a CA's page is opened: the one its manual asks for where it is installed, else what there is,
// with what the person has to do by hand. No browser can be told from outside to use its old engine, so that
// switching is always a hint, never claimed to be done.

import type { BrowserMode } from './guidance.ts';

export type Desktop = 'windows' | 'linux' | 'mac';

export interface BrowserCandidate {
  /** As people call it. */
  readonly name: string;
  /** Tried in this order: absolute paths, which may begin with `%VARIABLE%`, or names to look for in PATH. */
  readonly programs: readonly string[];
  /**
   * - `reloadInIeMode`: Edge, 菜单 → 在 Internet Explorer 模式下重新加载.
   * - `switchToCompat`: the lightning beside the address, 兼容模式.
   * - `wrongEngine`: the page asks for an engine this computer has no browser for.
   */
  readonly hint: 'reloadInIeMode' | 'switchToCompat' | 'wrongEngine' | null;
}

type Row = Pick<BrowserCandidate, 'name' | 'programs'>;

const EDGE: Row = {
  name: 'Microsoft Edge',
  programs: [
    String.raw`%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe`,
    String.raw`%ProgramFiles%\Microsoft\Edge\Application\msedge.exe`,
  ],
};
const CHROME: Row = {
  name: 'Google Chrome',
  programs: [
    String.raw`%ProgramFiles%\Google\Chrome\Application\chrome.exe`,
    String.raw`%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe`,
    String.raw`%LOCALAPPDATA%\Google\Chrome\Application\chrome.exe`,
  ],
};
const INTERNET_EXPLORER: Row = {
  name: 'Internet Explorer',
  // The 32-bit one first: components of CAs are 32-bit.
  programs: [
    String.raw`%ProgramFiles(x86)%\Internet Explorer\iexplore.exe`,
    String.raw`%ProgramFiles%\Internet Explorer\iexplore.exe`,
  ],
};
const SAFE_360: Row = {
  name: '360安全浏览器',
  programs: [
    String.raw`%APPDATA%\360se6\Application\360se.exe`,
    String.raw`%ProgramFiles(x86)%\360\360se6\Application\360se.exe`,
    String.raw`%ProgramFiles%\360\360se6\Application\360se.exe`,
  ],
};
const SPEED_360: Row = {
  name: '360极速浏览器',
  programs: [
    String.raw`%LOCALAPPDATA%\360Chrome\Chrome\Application\360chrome.exe`,
    String.raw`%LOCALAPPDATA%\360ChromeX\Chrome\Application\360ChromeX.exe`,
  ],
};
const SOGOU: Row = {
  name: '搜狗高速浏览器',
  programs: [String.raw`%ProgramFiles(x86)%\SogouExplorer\SogouExplorer.exe`],
};

/** Edge before Internet Explorer: on today's Windows the old program only opens Edge, in its ordinary mode. */
const ON_WINDOWS: Readonly<Record<BrowserMode, readonly BrowserCandidate[]>> = {
  ie: [
    { ...EDGE, hint: 'reloadInIeMode' },
    { ...INTERNET_EXPLORER, hint: null },
  ],
  compat360: [SAFE_360, SPEED_360, SOGOU].map((row) => ({ ...row, hint: 'switchToCompat' })),
  chromium: [CHROME, EDGE].map((row) => ({ ...row, hint: null })),
};

const ELSEWHERE: Readonly<Record<Exclude<Desktop, 'windows'>, readonly Row[]>> = {
  linux: [
    { name: '奇安信可信浏览器', programs: ['qaxbrowser-safe-stable', 'qaxbrowser-safe'] },
    { name: '360安全浏览器', programs: ['browser360-cn-stable', 'browser360-cn'] },
    { name: 'Google Chrome', programs: ['google-chrome-stable', 'google-chrome'] },
    { name: 'Microsoft Edge', programs: ['microsoft-edge-stable', 'microsoft-edge'] },
    { name: 'Chromium', programs: ['chromium', 'chromium-browser'] },
    { name: 'Firefox', programs: ['firefox', 'firefox-esr'] },
    { name: '默认浏览器', programs: ['xdg-open'] },
  ],
  mac: [{ name: '默认浏览器', programs: ['/usr/bin/open'] }],
};

/** @param modes as the portal has them, the best first; empty: any modern browser will do */
export function browserCandidates(
  modes: readonly BrowserMode[],
  desktop: Desktop,
): readonly BrowserCandidate[] {
  if (desktop === 'windows') {
    const wanted = (modes.length === 0 ? (['chromium'] as const) : modes).flatMap((mode) => ON_WINDOWS[mode]);
    const lastResort = [EDGE, CHROME].map((row) => ({ ...row, hint: 'wrongEngine' as const }));
    return modes.length === 0 || modes.includes('chromium') ? wanted : [...wanted, ...lastResort];
  }
  const isFit = modes.length === 0 || modes.includes('chromium');
  return ELSEWHERE[desktop].map((row) => ({ ...row, hint: isFit ? null : 'wrongEngine' }));
}
