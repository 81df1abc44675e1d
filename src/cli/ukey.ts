// Entry of `ukey`, kept small: reads the arguments and starts the driver hosts, whose start takes longest; all
// other code is loaded while they do.

import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultDataFolder } from '../app/adapters/data-folder.ts';
import { createLog } from '../app/adapters/log.ts';
import { createApplication, type DriverFile } from '../app/compose.ts';
import { COMMANDS, readArguments, type Arguments } from './arguments.ts';
import { keyFolder } from '../app/adapters/key-folder.ts';
import type { Session } from './main.ts';

process.umask(0o077);
const argv = process.argv.slice(2);
const args = readArguments(argv);
const session = args.ok ? openSession(args.value) : args;
const { main } = await import('./main.ts');
await main(session, argv.includes('--json'));

function openSession(given: Arguments): Session {
  const dataDir = resolve(given.text('data-dir') ?? defaultDataFolder(folderEnvironment()));
  const clock = { now: () => Date.now() };
  const log = createLog({
    folder: join(dataDir, 'log'),
    clock,
    level: given.has('verbose') ? 'debug' : 'info',
    ...(given.has('verbose') ? { echo: (line: string) => process.stderr.write(`${line}\n`) } : {}),
  });
  const options = {
    dataDir,
    hostPath: join(dirname(fileURLToPath(import.meta.url)), 'host.mjs'),
    clock,
    log,
    random: (length: number) => randomBytes(length),
  };
  const application = createApplication({
    ...options,
    drivers: driversOf(given),
    findModules: true,
    keyFolder: keyFolder(dataDir),
    hostEnvironment: process.env,
  });
  // Nobody waits for this promise here; the command that does gets the same one.
  if (COMMANDS[given.command].usesTokens) void application.tokens();
  return { args: given, application, options };
}

/**
 * Libraries as they are named, so that a relative path is refused where it is loaded; key files are files.
 */
function driversOf(given: Arguments): readonly DriverFile[] {
  const trace = given.text('trace');
  const traced = trace === null ? {} : { trace: resolve(trace) };
  return [
    ...given.texts('skf').map((module) => ({ kind: 'skf', module, ...traced }) as const),
    ...given.texts('module').map((module) => ({ kind: 'pkcs11', module }) as const),
    ...given.texts('keystore').map((file) => ({ kind: 'software', module: resolve(file) }) as const),
  ];
}

function folderEnvironment() {
  return { platform: process.platform, variables: process.env, home: homedir() };
}
