// Entry of `ukey`, kept small: reads the arguments and starts the driver hosts, whose start takes longest; all
// other code is loaded while they do.

import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultDataFolder } from '../app/adapters/data-folder.ts';
import { createLog } from '../app/adapters/log.ts';
import { createApplication } from '../app/compose.ts';
import { COMMANDS, readArguments, type Arguments } from './arguments.ts';
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
    modules: given.texts('module'),
    findModules: true,
    hostEnvironment: process.env,
  });
  // Nobody waits for this promise here; the command that does gets the same one.
  if (COMMANDS[given.command].usesTokens) void application.tokens();
  return { args: given, application, options };
}

function folderEnvironment() {
  return { platform: process.platform, variables: process.env, home: homedir() };
}
