// `npm start`: sets up, builds and opens the window. In Electron where its binary is there or can be fetched, else
// in a browser of this computer, which needs no download. Arguments are passed on.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { setup } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const electron = join(root, 'node_modules/electron');
const refusal = join(root, 'out/.electron-refused');

/** A binary of 100 MB from a near mirror takes less. */
const FETCH_MS = 60_000;
const REMEMBER_MS = 24 * 3_600_000;
/** Electron that ends with an error sooner never showed a window: a system library is missing. */
const STILLBORN_MS = 5000;

/** Only the browser shell has these. */
const BROWSER_ONLY = ['--browser', '--no-open', '--background', '--port'];

const args = process.argv.slice(2);
const isBrowserWanted = args.some((arg) => BROWSER_ONLY.includes(arg.split('=')[0]));
const passedOn = args.filter((arg) => arg !== '--browser');

// Without the PKCS#11 component the window opens all the same, and says so.
setup('start');
await build();

// Ctrl-C reaches the child too, which holds it off during a write; this process waits for its answer.
let child = null;
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child?.kill('SIGTERM'));

const binary = isBrowserWanted || !canShowElectron() ? null : await electronBinary();
const shown = binary === null ? null : await run(binary, [root, ...passedOn]);
const isStillborn = shown !== null && shown.code !== 0 && shown.ms < STILLBORN_MS;
if (isStillborn)
  say('Electron 没有启动成功，改用浏览器窗口。', 'Electron did not start; using a browser window');
const ended =
  shown === null || isStillborn
    ? await run(process.execPath, [join(root, 'out/webshell.mjs'), ...passedOn])
    : shown;
process.exit(ended.code);

/** Electron's sandbox refuses root, and a window needs a display. */
function canShowElectron() {
  if (!existsSync(join(root, 'out/main.mjs'))) return false;
  if (process.getuid?.() === 0) return false;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
}

/** Its path; null where it is not there and cannot be fetched. */
async function electronBinary() {
  if (installedBinary() !== null) return installedBinary();
  if (wasRefused()) return null;
  say('获取 Electron（约 100 MB，最多等 60 秒）', 'fetching Electron');
  await fetchBinary();
  if (installedBinary() !== null) return installedBinary();
  writeFileSync(refusal, JSON.stringify({ at: Date.now(), from: mirror() }));
  say(
    '没有取到 Electron，改用浏览器窗口；一天之内不再尝试。可用 ELECTRON_MIRROR 指定镜像。',
    'Electron could not be fetched: using a browser window. ELECTRON_MIRROR names a mirror.',
  );
  return null;
}

function installedBinary() {
  try {
    const wanted = JSON.parse(readFileSync(join(electron, 'package.json'), 'utf8')).version;
    const found = readFileSync(join(electron, 'dist/version'), 'utf8').trim().replace(/^v/, '');
    const path = join(electron, 'dist', readFileSync(join(electron, 'path.txt'), 'utf8').trim());
    return found === wanted && existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** A refusal counts for a day, and only for the mirror that refused. */
function wasRefused() {
  try {
    const { at, from } = JSON.parse(readFileSync(refusal, 'utf8'));
    const isRecent = Date.now() - at < REMEMBER_MS;
    if (isRecent && from === mirror()) return true;
    rmSync(refusal, { force: true });
  } catch {
    // None was remembered.
  }
  return false;
}

function mirror() {
  return process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? '';
}

function fetchBinary() {
  return new Promise((resolve) => {
    const fetching = spawn(process.execPath, [join(electron, 'install.js')], {
      cwd: root,
      stdio: 'ignore',
      timeout: FETCH_MS,
      killSignal: 'SIGKILL',
    });
    fetching.on('error', resolve);
    fetching.on('exit', resolve);
  });
}

function run(command, given) {
  const started = performance.now();
  return new Promise((resolve) => {
    const finish = (code) => resolve({ code: code ?? 1, ms: performance.now() - started });
    child = spawn(command, given, { stdio: 'inherit' });
    child.on('error', () => finish(1));
    child.on('exit', finish);
  });
}

function say(chinese, english) {
  process.stderr.write(`[start] ${chinese} · ${english}\n`);
}
