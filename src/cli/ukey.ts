// Entry of `ukey`: reads the arguments, builds the application, runs one command and ends with its exit code.

import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApplication, type Application } from '../app/compose.ts';
import { defaultDataFolder } from '../app/adapters/data-folder.ts';
import { createLog } from '../app/adapters/log.ts';
import { readArguments, type Arguments, type CommandName } from './arguments.ts';
import type { Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { watchInterruption } from './interruption.ts';
import { createOutput, type Output } from './output.ts';
import { openTerminal } from './terminal.ts';

const RUN: Record<CommandName, () => Promise<Command>> = {
  list: async () => (await import('./commands/list.ts')).list,
  show: async () => (await import('./commands/show.ts')).show,
  pin: async () => (await import('./commands/pin.ts')).pin,
  renew: async () => (await import('./commands/renew.ts')).renew,
  resume: async () => (await import('./commands/resume.ts')).resume,
  clean: async () => (await import('./commands/clean.ts')).clean,
  sandbox: async () => (await import('./commands/sandbox.ts')).sandbox,
  demo: async () => (await import('./commands/demo.ts')).demo,
  help: async () => (await import('./commands/help.ts')).help,
};

process.on('uncaughtException', (thrown) => {
  // A bug outside of any command: nothing can be promised any more, but no stack trace reaches a person.
  output.fail({ code: 'internal.unexpected', incident: thrown.name });
  process.exit(EXIT.unexpected);
});

const clock = { now: () => Date.now() };
const hostPath = join(dirname(fileURLToPath(import.meta.url)), 'host.mjs');

process.umask(0o077);
const argv = process.argv.slice(2);
const output = createOutput(argv.includes('--json'));
const args = readArguments(argv);
await leave(args.ok ? await run(args.value, output) : output.fail(args.error));

async function run(given: Arguments, to: Output): Promise<ExitCode> {
  const dataDir = resolve(given.text('data-dir') ?? defaultDataFolder(folderEnvironment()));
  const log = createLog({
    folder: join(dataDir, 'log'),
    clock,
    level: given.has('verbose') ? 'debug' : 'info',
    ...(given.has('verbose') ? { echo: (line: string) => to.note(line) } : {}),
  });
  const applications: Application[] = [];
  const openApplication = (
    modules: readonly string[],
    findModules: boolean,
    environment: NodeJS.ProcessEnv,
  ) => {
    const opened = createApplication({
      ...{ dataDir, modules, findModules, hostPath, hostEnvironment: environment, clock, log },
      random: (length) => randomBytes(length),
    });
    applications.push(opened);
    return opened;
  };
  const terminal = openTerminal({ pinStdin: given.has('pin-stdin') });
  try {
    const command = await RUN[given.command]();
    const code = await command({
      args: given,
      output: to,
      terminal,
      dataDir,
      interruption: watchInterruption(),
      application: openApplication(given.texts('module'), true, process.env),
      openApplication: ({ modules, environment }) => openApplication(modules, false, environment),
    });
    log.write('info', 'command.ended', { command: given.command, exit: code });
    return code;
  } catch (thrown) {
    const incident = randomBytes(4).toString('hex');
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    log.write('error', 'command.threw', { command: given.command, incident, stack });
    return to.fail({ code: 'internal.unexpected', incident });
  } finally {
    terminal.close();
    await Promise.all(applications.map((application) => application.dispose()));
  }
}

function folderEnvironment() {
  return { platform: process.platform, variables: process.env, home: homedir() };
}

async function leave(code: ExitCode): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(code);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return stream.writable ? new Promise((resolve) => stream.write('', () => resolve())) : Promise.resolve();
}
