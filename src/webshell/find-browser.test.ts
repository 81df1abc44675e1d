import { describe, expect, it } from 'vitest';
import { findBrowser, type BrowserPlace } from './find-browser.ts';

const installed = (...paths: readonly string[]): Pick<BrowserPlace, 'find' | 'exists'> => ({
  find: (name) => paths.find((path) => path.endsWith(`/${name}`)) ?? null,
  exists: (path) => paths.includes(path),
});
const linux = { platform: 'linux', variables: { DISPLAY: ':0' }, isRoot: false } as const;

describe('the browser for the window', () => {
  it.each<[string, BrowserPlace, string]>([
    [
      'Chromium before the others on Linux',
      { ...linux, ...installed('/usr/bin/google-chrome', '/usr/bin/chromium') },
      '/usr/bin/chromium',
    ],
    [
      'one of a domestic desktop where it is the only one, under Wayland',
      { ...linux, variables: { WAYLAND_DISPLAY: 'wayland-0' }, ...installed('/usr/bin/browser360-cn') },
      '/usr/bin/browser360-cn',
    ],
    [
      'Edge on Windows',
      {
        platform: 'win32',
        variables: {
          'ProgramFiles(x86)': String.raw`C:\Program Files (x86)`,
          ProgramFiles: String.raw`C:\Program Files`,
        },
        isRoot: false,
        ...installed(
          String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
          String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
        ),
      },
      String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
    ],
    [
      'Chrome on a Mac',
      {
        ...{ platform: 'darwin', variables: {}, isRoot: false },
        ...installed('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
      },
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
  ])('is %s', (_what, place, path) => {
    expect(findBrowser(place)).toEqual({ path });
  });

  it.each([
    ['there is none', 'noBrowser', { ...linux, ...installed() }],
    ['there is no display', 'noDisplay', { ...linux, variables: {}, ...installed('/usr/bin/chromium') }],
    ['the person is root', 'asRoot', { ...linux, isRoot: true, ...installed('/usr/bin/chromium') }],
  ] as const)('is missing where %s', (_why, missing, place) => {
    expect(findBrowser(place)).toEqual({ missing });
  });
});
