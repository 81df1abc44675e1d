// What the application may ask of the system in the browser shell.

import { createAutostart } from '../app/adapters/autostart.ts';
import type { FolderEnvironment } from '../app/adapters/data-folder.ts';
import { folderViewer, openFolder } from '../app/adapters/open-folder.ts';
import type { ShellPort } from '../app/desktop/shell-port.ts';
import { err } from '../core/errors/result.ts';

/** @param command starts this program again, absolute */
export function createBrowserShell(environment: FolderEnvironment, command: readonly string[]): ShellPort {
  const viewer = folderViewer(environment);
  const autostart = createAutostart(environment, command);
  return {
    capabilities: {
      nativeNotices: false,
      tray: false,
      autostart: autostart !== null,
      openPortal: false,
      openFolder: viewer !== null,
    },
    openPortal: async () => err({ code: 'request.invalid', reason: 'openPortal' }),
    openFolder: (path) => openFolder(viewer, path),
    setAutostart: async (on) =>
      (await autostart?.set(on)) ?? err({ code: 'request.invalid', reason: 'autostart' }),
  };
}
