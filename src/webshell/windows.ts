// Opens windows, or says the address where none can be opened.

import type { NoBrowser, FoundBrowser } from './find-browser.ts';
import type { LaunchCodes } from './launch-codes.ts';
import type { OpenedWindow } from './page-routes.ts';

export interface WindowsOptions {
  readonly origin: string;
  readonly codes: LaunchCodes;
  /** null: the person wants the address only. */
  findBrowser: (() => Promise<FoundBrowser>) | null;
  /** Whether it started. @param onFailed it ended with an error afterwards */
  start(program: string, address: string, onFailed: () => void): Promise<boolean>;
  /** @param why null: the person wants it so */
  say(address: string, why: NoBrowser | null): void;
}

export interface Windows {
  open(): Promise<OpenedWindow>;
}

export function createWindows(options: WindowsOptions): Windows {
  const { origin, codes, findBrowser, start, say } = options;
  const address = (times: 'once' | 'often') => `${origin}/#open=${codes.issue(times)}`;
  let said: string | null = null;

  /** The same one as long as the program runs, because the person may have kept it. */
  function sayAddress(why: NoBrowser | null): OpenedWindow {
    said ??= address('often');
    say(said, why);
    return { address: said };
  }

  return {
    async open() {
      const found = (await findBrowser?.()) ?? { missing: null };
      if ('missing' in found) return sayAddress(found.missing);
      const isStarted = await start(found.path, address('once'), () => void sayAddress('noBrowser'));
      return isStarted ? { address: null } : sayAddress('noBrowser');
    },
  };
}
