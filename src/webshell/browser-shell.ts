// What the application may ask of the system in the browser shell.

import { createAutostart } from '../app/adapters/autostart.ts';
import type { FolderEnvironment } from '../app/adapters/data-folder.ts';
import { folderViewer, openFolder } from '../app/adapters/open-folder.ts';
import { hasScreen, openPortalPage } from '../app/adapters/portal-browser.ts';
import type { ShellPort } from '../app/desktop/shell-port.ts';
import { done, err } from '../core/errors/result.ts';

/** @param command starts this program again, absolute */
export async function createBrowserShell(
  environment: FolderEnvironment,
  command: readonly string[],
  quit: () => void,
): Promise<ShellPort> {
  const viewer = hasScreen(environment) ? await folderViewer(environment) : null;
  const autostart = createAutostart(environment, command);
  return {
    capabilities: {
      nativeNotices: false,
      tray: false,
      autostart: autostart !== null,
      openPortal: hasScreen(environment),
      openFolder: viewer !== null,
      quit: true,
    },
    quit,
    async openPortal(address, browsers) {
      const opened = await openPortalPage({ address, browsers }, environment);
      return opened.ok ? done : opened;
    },
    openFolder: (path) => openFolder(viewer, path),
    setAutostart: async (on) =>
      (await autostart?.set(on)) ?? err({ code: 'request.invalid', reason: 'autostart' }),
  };
}
