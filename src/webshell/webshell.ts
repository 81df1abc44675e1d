// Entry of the browser shell: the application in this process, its window in an ordinary browser.

import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { autostartEntry } from '../app/adapters/autostart.ts';
import { defaultDataFolder } from '../app/adapters/data-folder.ts';
import { createLog } from '../app/adapters/log.ts';
import { createDesktop } from '../app/desktop/desktop.ts';
import { openLoopback } from '../app/loopback/loopback-server.ts';
import { openPageFiles } from '../app/loopback/page-files.ts';
import { text, type TextKey, type TextParameters } from '../contract/text.ts';
import { version } from '../app/version.ts';
import { createBrowserShell } from './browser-shell.ts';
import { endWhenTold } from './end-when-told.ts';
import { findBrowser } from './find-browser.ts';
import { claimInstance, type OnlyInstance } from './instance.ts';
import { createLaunchCodes } from './launch-codes.ts';
import { createNoticeWindow } from './notice-window.ts';
import { openBrowser } from './open-browser.ts';
import { readOptions, type WebshellOptions } from './options.ts';
import { pageRoutes } from './page-routes.ts';
import { createWindows } from './windows.ts';

/** As for commands of `ukey`: wrong use. */
const MISUSED = 2;

const clock = { now: () => Date.now() };

process.umask(0o077);
const options = readOptions(process.argv.slice(2));
process.exitCode = options === null ? misused() : await start(options);
process.exit();

function misused(): number {
  say('webshell.usage');
  return MISUSED;
}

async function start(given: WebshellOptions): Promise<number> {
  const dataDir = resolve(given.dataDir ?? defaultDataFolder(environment()));
  const instance = await claimInstance(dataDir);
  if (instance.kind === 'first') return run(given, dataDir, instance);
  const { opened, pid } = instance;
  if (opened === null) say('webshell.firstSilent', { pid });
  else if (opened.address === null) say('webshell.firstOpened', { pid });
  else say('webshell.firstAddress', { pid, address: opened.address });
  return opened === null ? 1 : 0;
}

async function run(given: WebshellOptions, dataDir: string, instance: OnlyInstance): Promise<number> {
  const here = dirname(fileURLToPath(import.meta.url));
  const log = createLog({ folder: join(dataDir, 'log'), clock, level: given.verbose ? 'debug' : 'info' });
  const again = [process.execPath, fileURLToPath(import.meta.url), '--data-dir', dataDir, '--background'];
  let quit = (): void => undefined;
  const desktop = await createDesktop({
    ...{ dataDir, clock, log, version, platform: process.platform },
    hostPath: join(here, 'host.mjs'),
    hostEnvironment: process.env,
    own: {
      program: null,
      ports: given.port === 0 ? [] : [given.port],
      autostart: autostartEntry(environment(), again),
    },
    findModules: true,
    drivers: given.drivers,
    random: (length) => randomBytes(length),
    shell: await createBrowserShell(environment(), again, () => quit()),
  });
  const [codes, control] = [createLaunchCodes(secret), secret()];
  const notices = createNoticeWindow(() => void windows.open(), given.background);
  const server = await openLoopback({
    ports: [given.port],
    routes: pageRoutes({
      ...{ router: desktop.router, onEvent: desktop.onEvent, codes, control, token: secret() },
      pages: await openPageFiles(join(here, 'renderer')),
      openWindow: () => windows.open(),
      onPages: notices.onPages,
    }),
    reportBug: (path, thrown) => log.write('error', 'loopback.threw', { path, stack: stackOf(thrown) }),
    elapsed: () => performance.now(),
  });
  if (!server.ok) {
    say('webshell.portTaken', { port: given.port });
    await desktop.dispose();
    await instance.release();
    return MISUSED;
  }
  const windows = createWindows({
    origin: server.value.origin,
    codes,
    findBrowser: given.noOpen ? null : () => findBrowser(environment(), process.getuid?.() === 0),
    start: (program, address, onFailed) => openBrowser(program, address, dataDir, onFailed),
    say(address, why) {
      if (why !== null) say(`webshell.${why}`);
      say('webshell.address', { address });
    },
  });
  await instance.announce(server.value.port, control);
  const ending = endWhenTold({ isWriting: desktop.isWriting, onHeld: () => say('webshell.writing') });
  // The answer to the page goes out first.
  quit = () => void setImmediate(ending.tell);
  if (given.practice) await desktop.router('practice.start', {});
  desktop.onEvent(({ event }) => event === 'notice.shown' && notices.onNotice());
  if (!given.background) await windows.open();
  say('webshell.running');
  await ending.over;
  await server.value.close();
  await desktop.dispose();
  await instance.release();
  return 0;
}

/** 256 bits. */
function secret(): string {
  return randomBytes(32).toString('base64url');
}

function environment() {
  return { platform: process.platform, variables: process.env, home: homedir() };
}

function say(key: TextKey, parameters: TextParameters = {}): void {
  process.stderr.write(`${text(key, parameters, process.env['UKEY_LANG'] === 'en' ? 'en' : 'zh-CN')}\n`);
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
