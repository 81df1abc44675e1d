// Entry of the Electron shell, and the only file that takes anything from `electron` at run time.

import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerElevatedRepair } from '../app/elevated-repair.ts';
import { answerWindowsRepair } from '../app/windows-elevated-repair.ts';
import { createDriverProbe } from '../native/vendors/driver-probe.ts';
import { VENDOR_USB } from '../native/vendors/modules.ts';
import { openWindowsSystem } from '../native/windows/open.ts';
import type { ElectronParts } from './electron-parts.ts';
import { readOptions } from './options.ts';
import { startShell } from './start-shell.ts';

const parts: ElectronParts = {
  app,
  protocol,
  ipc: ipcMain,
  power: powerMonitor,
  blocker: powerSaveBlocker,
  session: () => session.defaultSession,
  openWindow: (options) => new BrowserWindow(options),
  openTray(icon) {
    const tray = new Tray(icon);
    return Object.assign(tray, {
      setMenu: (items: Parameters<ElectronParts['setMenu']>[0]) =>
        tray.setContextMenu(Menu.buildFromTemplate([...items])),
    });
  },
  notify: (content) => new Notification(content),
  setMenu: (items) => Menu.setApplicationMenu(Menu.buildFromTemplate([...items])),
  screens: () => screen.getAllDisplays().map(({ workArea }) => workArea),
  async warn(title, message) {
    await dialog.showMessageBox({ type: 'warning', title, message, noLink: true });
  },
  openExternal: (address) => shell.openExternal(address),
  fork: (program, args, options) => utilityProcess.fork(program, args, options),
};

const options = readOptions(process.argv.slice(1));
// Started with the administrator's rights: no window, no page, nothing of the shell.
if (options.elevatedRepair) app.exit(await answerElevated());
else start();

async function answerElevated(): Promise<number> {
  if (process.platform !== 'win32') return answerElevatedRepair(VENDOR_USB);
  const args = process.argv.slice(process.argv.indexOf('--elevated-repair') + 1);
  return answerWindowsRepair({ args, windows: await openWindowsSystem(), drivers: createDriverProbe([]) });
}

function start(): void {
  process.umask(0o077);
  startShell(parts, {
    ...options,
    isPackaged: app.isPackaged,
    resources: process.resourcesPath,
    findModules: true,
    out: dirname(fileURLToPath(import.meta.url)),
  });
}
