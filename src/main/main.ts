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

process.umask(0o077);
startShell(parts, {
  ...readOptions(process.argv.slice(1)),
  isPackaged: app.isPackaged,
  findModules: true,
  out: dirname(fileURLToPath(import.meta.url)),
});
