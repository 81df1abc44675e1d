// Which browser shows the window: any of the Chromium family, because they open a page without tabs and address.

import { win32 } from 'node:path';

export interface BrowserPlace {
  readonly platform: NodeJS.Platform;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Chromium refuses to run as root with its sandbox on, and without it we do not want it. */
  readonly isRoot: boolean;
  /** Absolute path of a program on PATH. */
  find(name: string): string | null;
  exists(path: string): boolean;
}

/** Text key behind `webshell.` where there is none. */
export type NoBrowser = 'asRoot' | 'noDisplay' | 'noBrowser';

export type FoundBrowser = { readonly path: string } | { readonly missing: NoBrowser };

/** By name on PATH, the plainest first. 360, Qi An Xin and UOS are what domestic desktops have. */
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

/** Environment variable of a folder, and the path in it. Edge is part of Windows. */
const WINDOWS = [
  ['ProgramFiles(x86)', String.raw`Microsoft\Edge\Application\msedge.exe`],
  ['ProgramFiles', String.raw`Microsoft\Edge\Application\msedge.exe`],
  ['ProgramFiles', String.raw`Google\Chrome\Application\chrome.exe`],
  ['ProgramFiles(x86)', String.raw`Google\Chrome\Application\chrome.exe`],
  ['LOCALAPPDATA', String.raw`Google\Chrome\Application\chrome.exe`],
  ['LOCALAPPDATA', String.raw`360ChromeX\Chrome\Application\360ChromeX.exe`],
  ['LOCALAPPDATA', String.raw`360Chrome\Chrome\Application\360chrome.exe`],
] as const;

const MAC = ['Google Chrome', 'Microsoft Edge', 'Chromium'];

export function findBrowser(place: BrowserPlace): FoundBrowser {
  if (place.isRoot) return { missing: 'asRoot' };
  const { platform, variables } = place;
  const hasDisplay = Boolean(variables['DISPLAY']) || Boolean(variables['WAYLAND_DISPLAY']);
  if (platform === 'linux' && !hasDisplay) return { missing: 'noDisplay' };
  const path = candidates(place).find((candidate) => place.exists(candidate));
  return path === undefined ? { missing: 'noBrowser' } : { path };
}

function candidates({ platform, variables, find }: BrowserPlace): readonly string[] {
  if (platform === 'win32') {
    return WINDOWS.flatMap(([folder, path]) => {
      const base = variables[folder];
      return base === undefined ? [] : [win32.join(base, path)];
    });
  }
  if (platform === 'darwin') return MAC.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  return LINUX.flatMap((name) => find(name) ?? []);
}
