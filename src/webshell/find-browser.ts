// Which browser shows the window: any of the Chromium family, because they open a page without tabs and address.

import { findProgram, type ProgramEnvironment } from '../app/adapters/find-program.ts';
import { hasScreen } from '../app/adapters/portal-browser.ts';

/** Text key behind `webshell.` where there is none. */
export type NoBrowser = 'asRoot' | 'noDisplay' | 'noBrowser';

export type FoundBrowser = { readonly path: string } | { readonly missing: NoBrowser };

/** The plainest first. 360, Qi An Xin and UOS are what domestic desktops have. */
const LINUX = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'browser360-cn-stable',
  'browser360-cn',
  'qaxbrowser-safe-stable',
  'qaxbrowser-safe',
  'uos-browser-stable',
  'uos-browser',
];

const PROGRAMS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  // Edge is part of Windows.
  win32: [
    String.raw`%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe`,
    String.raw`%ProgramFiles%\Microsoft\Edge\Application\msedge.exe`,
    String.raw`%ProgramFiles%\Google\Chrome\Application\chrome.exe`,
    String.raw`%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe`,
    String.raw`%LOCALAPPDATA%\Google\Chrome\Application\chrome.exe`,
    String.raw`%LOCALAPPDATA%\360ChromeX\Chrome\Application\360ChromeX.exe`,
    String.raw`%LOCALAPPDATA%\360Chrome\Chrome\Application\360chrome.exe`,
  ],
  darwin: ['Google Chrome', 'Microsoft Edge', 'Chromium'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
};

/** @param isRoot Chromium refuses root with its sandbox on, and without the sandbox we do not want it */
export async function findBrowser(environment: ProgramEnvironment, isRoot: boolean): Promise<FoundBrowser> {
  if (isRoot) return { missing: 'asRoot' };
  if (!hasScreen(environment)) return { missing: 'noDisplay' };
  const path = await findProgram(PROGRAMS[environment.platform] ?? LINUX, environment);
  return path === null ? { missing: 'noBrowser' } : { path };
}
