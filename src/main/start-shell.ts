// Joins the parts of the shell, in the order Electron wants: what must be said before the app is ready, then the
// guards, then the page and the application beside each other.

import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { autostartEntry } from '../app/adapters/autostart.ts';
import { defaultDataFolder, type FolderEnvironment } from '../app/adapters/data-folder.ts';
import { createLog, type Log } from '../app/adapters/log.ts';
import { packagedHelper, windowsHelper, type ElevatedProgram } from '../app/adapters/os/elevate.ts';
import { createDesktop, type Desktop } from '../app/desktop/desktop.ts';
import { openPageFiles } from '../app/loopback/page-files.ts';
import { version } from '../app/version.ts';
import { createClient } from '../contract/client.ts';
import { text, type Locale } from '../contract/text.ts';
import type { ApplicationView } from '../contract/views/application-views.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { acquireLock } from '../storage/process-lock.ts';
import { createPageHandler, PAGE_SCHEME } from './app-page.ts';
import type { ElectronParts } from './electron-parts.ts';
import { createElectronShell } from './electron-shell.ts';
import { guardContents, guardSession } from './guards.ts';
import { createHold, type Hold } from './hold.ts';
import { createNotices } from './notices.ts';
import type { StartOptions } from './options.ts';
import { answerPage, tellPage } from './page-calls.ts';
import { openPageWindow, type PageWindow } from './page-window.ts';
import { createTrayMenu, KEYS_MENU } from './tray-menu.ts';
import { createUtilityOpener } from './utility-channel.ts';
import { createPlaceMemory } from './window-place.ts';

export interface ShellOptions extends StartOptions {
  /** The folder of the built programs, absolute. */
  readonly out: string;
  readonly isPackaged: boolean;
  /** Of the package. */
  readonly resources: string;
  readonly findModules: boolean;
}

/** Of the packages too (electron-builder.yml); Windows shows notices only of an application it knows by this. */
export const APP_ID = 'org.certificate-assistant.desktop';
const LOOK_AGAIN_MS = 250;

const clock = { now: () => Date.now() };

/** Before Electron is ready; what follows goes on by itself. */
export function startShell(parts: ElectronParts, options: ShellOptions): void {
  const { app } = parts;
  const environment = { platform: process.platform, variables: process.env, home: homedir() };
  const dataDir = options.dataDir ?? defaultDataFolder(environment);
  const log = createLog({ folder: join(dataDir, 'log'), clock, level: options.verbose ? 'debug' : 'info' });
  app.enableSandbox();
  parts.protocol.registerSchemesAsPrivileged([PAGE_SCHEME]);
  app.setAppUserModelId(APP_ID);
  keepOwnFiles(parts, join(dataDir, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  app.on('web-contents-created', (_event, contents) =>
    guardContents(contents, (what) => log.write('warn', 'page.refused', { call: what })),
  );
  // The tray keeps the program.
  app.on('window-all-closed', () => undefined);
  app
    .whenReady()
    .then(() => run(parts, { ...options, dataDir, environment, log }))
    .catch((thrown: unknown) => {
      log.write('error', 'shell.threw', { stack: stackOf(thrown) });
      app.exit(1);
    });
}

/** Cache and lock of Electron lie in the data folder, so that each data folder has one program. */
function keepOwnFiles({ app }: ElectronParts, folder: string): void {
  try {
    makeFolder(folder);
    app.setPath('userData', folder);
  } catch {
    // A folder that cannot be written: Electron's own place serves, and the window says what is wrong.
  }
}

interface RunOptions extends ShellOptions {
  readonly dataDir: string;
  readonly environment: FolderEnvironment;
  readonly log: Log;
}

async function run(parts: ElectronParts, options: RunOptions): Promise<void> {
  const { dataDir, log, out } = options;
  const lock = await acquireLock(join(dataDir, 'window'), {
    busy: (pid) => ({ code: 'busy', pid }) as const,
  });
  if (!lock.ok && lock.error.code === 'busy') {
    await parts.warn(text('shell.title'), text('shell.elsewhere', { pid: lock.error.pid }));
    parts.app.exit(1);
    return;
  }
  guardSession(parts.session());
  parts.setMenu(KEYS_MENU);
  parts.protocol.handle(PAGE_SCHEME.scheme, createPageHandler(await openPageFiles(join(out, 'renderer'))));

  const state: { desktop: Desktop | null; window: PageWindow | null; locale: Locale } = {
    ...{ desktop: null, window: null, locale: 'zh-CN' },
  };
  const opening = openDesktop(parts, options);
  const hold = createHold({
    ...{ app: parts.app, power: parts.power, blocker: parts.blocker },
    isWriting: () => state.desktop?.isWriting() ?? false,
    onHeld: () =>
      void parts.warn(text('shell.title', {}, state.locale), text('shell.held', {}, state.locale)),
    onResume: () => void state.desktop?.router('token.refresh', {}),
    pause: () => pause(LOOK_AGAIN_MS),
    onFailure: (thrown) => log.write('error', 'shell.threw', { stack: stackOf(thrown) }),
    async dispose() {
      await state.window?.keepPlace();
      await (await opening).dispose();
      if (lock.ok) await lock.value.release();
    },
  });
  answerPage(
    parts.ipc,
    async () => (await opening).router,
    () => log.write('warn', 'page.refused', { call: 'ipc' }),
  );
  state.window = await openWindow(parts, options, hold);
  state.desktop = await opening;
  await attach(parts, options, { desktop: state.desktop, window: state.window, hold }, (locale) => {
    state.locale = locale;
  });
}

async function openWindow(parts: ElectronParts, options: RunOptions, hold: Hold): Promise<PageWindow> {
  const { dataDir, log, out, isPackaged, background } = options;
  const memory = createPlaceMemory(dataDir, clock);
  const window = openPageWindow({
    ...{ parts, memory, title: text('shell.title'), icon: iconFile(out, 'icon') },
    place: await memory.read(),
    preload: join(out, 'preload.cjs'),
    hasDevTools: !isPackaged,
    isHidden: background,
    ...{ isEnding: hold.isEnding, onSessionEnd: hold.onSessionEnd },
    onCrash: (state) => log.write('error', 'page.crashed', { state }),
  });
  // Whatever the second start was given is not ours to act on.
  parts.app.on('second-instance', window.show);
  parts.app.on('activate', window.show);
  return window;
}

/** What is around the page: tray, notices of the system, and events on their way to it. */
async function attach(
  parts: ElectronParts,
  { out, practice }: RunOptions,
  { desktop, window, hold }: { readonly desktop: Desktop; readonly window: PageWindow; readonly hold: Hold },
  onLocale: (locale: Locale) => void,
): Promise<void> {
  const client = createClient({ call: desktop.router, onEvent: (hear) => desktop.onEvent(hear) });
  let locale: Locale = 'zh-CN';
  const tray = createTrayMenu(parts.openTray(iconFile(out, 'tray')), {
    open: window.show,
    look() {
      window.show();
      void client.call('token.refresh', {});
    },
    setPractice(isOn) {
      window.show();
      // Refused while a renewal runs: the tick of the menu then goes back.
      void client.call(isOn ? 'practice.start' : 'practice.end', {}).then(readView);
    },
    quit: hold.quit,
  });
  const notices = createNotices({
    ...{ notify: parts.notify, icon: iconFile(out, 'icon'), locale: () => locale },
    isSeen: window.isSeen,
    openWindow: window.show,
    choose: (id, action) => void desktop.chooseNotice(id, action),
  });

  function apply({ settings, practice: { isOn } }: ApplicationView): void {
    locale = settings.locale;
    onLocale(locale);
    tray.update(locale, isOn);
  }

  async function readView(): Promise<void> {
    const read = await client.call('application.read', {});
    if (read.ok) apply(read.value);
  }

  desktop.onEvent((event) => {
    tellPage(window.contents, event);
    notices.hear(event);
    hold.review();
    if (event.event === 'application.changed') apply(event.data);
  });
  await readView();
  if (practice) await client.call('practice.start', {});
}

function iconFile(out: string, name: 'icon' | 'tray'): string {
  return join(dirname(out), 'resources/icons', `${name}.png`);
}

/** What the administrator starts for repairs of the system. */
function helperIn(resources: string): ElevatedProgram {
  return process.platform === 'win32' ? windowsHelper(resources) : packagedHelper(resources);
}

async function openDesktop(parts: ElectronParts, options: RunOptions): Promise<Desktop> {
  const { dataDir, environment, log, out, drivers, findModules, isPackaged, resources } = options;
  // Root cannot read what an AppImage mounts, and a checkout has Electron where the helper wants Node.
  const isInstalled = isPackaged && environment.variables['APPIMAGE'] === undefined;
  const command = commandOf(options);
  return createDesktop({
    ...{ dataDir, clock, log, version, platform: process.platform, drivers, findModules },
    hostPath: join(out, 'host.mjs'),
    own: {
      program: isPackaged ? command[0] : null,
      ports: [],
      autostart: autostartEntry(environment, command),
    },
    hostEnvironment: process.env,
    elevated: isInstalled ? helperIn(resources) : null,
    openChild: createUtilityOpener(parts.fork, (pid) => process.kill(pid, 'SIGKILL')),
    random: (length) => randomBytes(length),
    resolveProxy: (address) => parts.session().resolveProxy(address),
    shell: await createElectronShell(parts, environment, command),
  });
}

/** Starts this program again without a window. An AppImage is a file that is mounted elsewhere while it runs. */
function commandOf({ isPackaged, out, dataDir, environment }: RunOptions): readonly [string, ...string[]] {
  const program = environment.variables['APPIMAGE'] ?? process.execPath;
  return isPackaged
    ? [program, '--background']
    : [process.execPath, dirname(out), '--data-dir', dataDir, '--background'];
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
