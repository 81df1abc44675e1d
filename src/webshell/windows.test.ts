import { describe, expect, it } from 'vitest';
import { createLaunchCodes } from './launch-codes.ts';
import { browserArguments } from './open-browser.ts';
import { createWindows, type WindowsOptions } from './windows.ts';

function rig(options: Partial<WindowsOptions>) {
  const did: unknown[] = [];
  let last = 0;
  const windows = createWindows({
    origin: 'http://127.0.0.1:8123',
    codes: createLaunchCodes(() => `code${String((last += 1))}`),
    findBrowser: async () => ({ path: '/usr/bin/chromium' }),
    start: async (program, address) => did.push(['start', program, address]) > 0,
    say: (address, why) => did.push(['say', address, why]),
    ...options,
  });
  return { windows, did };
}

describe('a window of the browser shell', () => {
  it('is a browser at an address of its own each time', async () => {
    const { windows, did } = rig({});
    expect([await windows.open(), await windows.open(), did]).toEqual([
      { address: null },
      { address: null },
      [
        ['start', '/usr/bin/chromium', 'http://127.0.0.1:8123/#open=code1'],
        ['start', '/usr/bin/chromium', 'http://127.0.0.1:8123/#open=code2'],
      ],
    ]);
  });

  it.each<[string, Partial<WindowsOptions>, string | null]>([
    ['there is no browser', { findBrowser: async () => ({ missing: 'noBrowser' }) }, 'noBrowser'],
    ['the person is root', { findBrowser: async () => ({ missing: 'asRoot' }) }, 'asRoot'],
    ['the person wants none', { findBrowser: null }, null],
  ])('is an address that stays the same where %s', async (_why, options, why) => {
    const { windows, did } = rig(options);
    const address = 'http://127.0.0.1:8123/#open=code1';
    expect([await windows.open(), await windows.open(), did]).toEqual([
      { address },
      { address },
      [
        ['say', address, why],
        ['say', address, why],
      ],
    ]);
  });

  it('is an address where the browser does not start', async () => {
    const { windows, did } = rig({ start: async () => false });
    const address = 'http://127.0.0.1:8123/#open=code2';
    expect([await windows.open(), did]).toEqual([{ address }, [['say', address, 'noBrowser']]]);
  });

  it('is an address where the browser ends with an error', async () => {
    let fail = (): void => undefined;
    const { windows, did } = rig({
      start: async (_program, _address, onFailed) => {
        fail = onFailed;
        return true;
      },
    });
    await windows.open();
    fail();
    expect(did).toEqual([['say', 'http://127.0.0.1:8123/#open=code2', 'noBrowser']]);
  });

  it('has a profile of its own and keeps the sandbox of the browser', () => {
    const given = browserArguments('http://127.0.0.1:8123/#open=x', '/data/browser');
    expect(given.slice(0, 2)).toEqual([
      '--app=http://127.0.0.1:8123/#open=x',
      '--user-data-dir=/data/browser',
    ]);
    expect(given.filter((argument) => /sandbox|insecure|security/.test(argument))).toEqual([]);
  });
});
