// What the application may ask of the system in the Electron shell.

import { createAutostart, type Autostart } from '../app/adapters/autostart.ts';
import type { FolderEnvironment } from '../app/adapters/data-folder.ts';
import { folderViewer, openFolder } from '../app/adapters/open-folder.ts';
import { openPortalPage } from '../app/adapters/portal-browser.ts';
import type { ShellPort } from '../app/desktop/shell-port.ts';
import { done, err } from '../core/errors/result.ts';
import type { ElectronParts } from './electron-parts.ts';

export type SystemParts = Pick<ElectronParts, 'openExternal'> & {
  readonly app: Pick<ElectronParts['app'], 'setLoginItemSettings'>;
};

/** @param command starts this program again without a window, absolute */
export async function createElectronShell(
  parts: SystemParts,
  environment: FolderEnvironment,
  command: readonly [string, ...string[]],
): Promise<ShellPort> {
  const viewer = await folderViewer(environment);
  const autostart =
    environment.platform === 'win32' ? loginItem(parts, command) : createAutostart(environment, command);
  return {
    capabilities: {
      nativeNotices: true,
      tray: true,
      autostart: autostart !== null,
      openPortal: true,
      openFolder: viewer !== null,
      quit: false,
    },
    quit: null,
    async openPortal(address, browsers) {
      const opened = await openPortalPage({ address, browsers }, environment);
      if (opened.ok) return done;
      return (await openInDefaultBrowser(parts, address)) ? done : opened;
    },
    openFolder: (path) => openFolder(viewer, path),
    setAutostart: async (on) =>
      (await autostart?.set(on)) ?? err({ code: 'request.invalid', reason: 'autostart' }),
  };
}

/** Whatever program has the address's scheme gets it, so only https does; a CA's page that a profile lists. */
async function openInDefaultBrowser(
  parts: Pick<ElectronParts, 'openExternal'>,
  address: string,
): Promise<boolean> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  return parts.openExternal(url.href).then(
    () => true,
    () => false,
  );
}

function loginItem({ app }: SystemParts, [path, ...args]: readonly [string, ...string[]]): Autostart {
  return {
    async set(openAtLogin) {
      app.setLoginItemSettings({ openAtLogin, path, args: args.map((argument) => `"${argument}"`) });
      return done;
    },
  };
}
