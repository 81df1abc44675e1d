// Runs one command and ends the program with its exit code. A throw is a bug: it is logged with a number that
// a person can read to support, and never shown as a stack trace.

import { randomBytes } from 'node:crypto';
import { createApplication, type Application, type ApplicationOptions } from '../app/compose.ts';
import type { Arguments, CommandName } from './arguments.ts';
import type { Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { watchInterruption } from './interruption.ts';
import { createOutput, type Output } from './output.ts';
import { openTerminal } from './terminal.ts';
import { usageError, type Misuse } from './usage-error.ts';

export interface Session {
  readonly args: Arguments;
  readonly application: Application;
  /** For further applications with drivers of their own. */
  readonly options: Omit<ApplicationOptions, 'drivers' | 'findModules' | 'hostEnvironment'>;
}

const RUN: Record<CommandName, () => Promise<Command>> = {
  list: async () => (await import('./commands/list.ts')).list,
  show: async () => (await import('./commands/show.ts')).show,
  pin: async () => (await import('./commands/pin.ts')).pin,
  renew: async () => (await import('./commands/renew.ts')).renew,
  enroll: async () => (await import('./commands/enroll.ts')).enroll,
  resume: async () => (await import('./commands/resume.ts')).resume,
  accompany: async () => (await import('./commands/accompany.ts')).accompany,
  clean: async () => (await import('./commands/clean.ts')).clean,
  sandbox: async () => (await import('./commands/sandbox.ts')).sandbox,
  demo: async () => (await import('./commands/demo.ts')).demo,
  seal: async () => (await import('./commands/seal.ts')).seal,
  verify: async () => (await import('./commands/verify.ts')).verify,
  sign: async () => (await import('./commands/sign.ts')).sign,
  decrypt: async () => (await import('./commands/decrypt.ts')).decrypt,
  softkey: async () => (await import('./commands/softkey.ts')).softkey,
  watch: async () => (await import('./commands/watch.ts')).watch,
  check: async () => (await import('./commands/check.ts')).check,
  repair: async () => (await import('./commands/repair.ts')).repair,
  help: async () => (await import('./commands/help.ts')).help,
};

/** Their driver hosts have nothing to finish: they are told to end and not waited for. */
const READING: ReadonlySet<CommandName> = new Set<CommandName>([
  'list',
  'show',
  'verify',
  'watch',
  'check',
  'help',
]);

/** Never returns: the process ends with the command's exit code. */
export async function main(session: Session | { readonly error: Misuse }, isJson: boolean): Promise<never> {
  const output = createOutput(isJson, (error) => {
    if (!('error' in session)) session.options.log.write('warn', 'command.failed', { error });
  });
  process.on('uncaughtException', () => {
    output.fail({ code: 'internal.unexpected', incident: 'uncaught' });
    process.exit(EXIT.unexpected);
  });
  const code = 'error' in session ? misused(session.error, output) : await run(session, output);
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(code);
}

function misused({ key, parameters }: Misuse, output: Output): ExitCode {
  return output.fail(usageError(key, parameters));
}

async function run({ args, application, options }: Session, output: Output): Promise<ExitCode> {
  const { log } = options;
  const applications = [application];
  const terminal = openTerminal({ pinStdin: args.has('pin-stdin') });
  try {
    const command = await RUN[args.command]();
    const code = await command({
      ...{ args, output, terminal, application, dataDir: options.dataDir },
      interruption: watchInterruption(),
      openApplication(own) {
        const opened = createApplication({ ...options, ...own, findModules: false });
        applications.push(opened);
        return opened;
      },
    });
    log.write('info', 'command.ended', { command: args.command, exit: code });
    return code;
  } catch (thrown) {
    const incident = randomBytes(4).toString('hex');
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    log.write('error', 'command.threw', { command: args.command, incident, stack });
    return output.fail({ code: 'internal.unexpected', incident });
  } finally {
    terminal.close();
    const ended = Promise.all(applications.map((opened) => opened.dispose()));
    if (!READING.has(args.command)) await ended;
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return stream.writable ? new Promise((resolve) => stream.write('', () => resolve())) : Promise.resolve();
}
