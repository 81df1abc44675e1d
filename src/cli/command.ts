import type { Application, DriverFile } from '../app/compose.ts';
import type { Arguments } from './arguments.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Interruption } from './interruption.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface OwnApplication {
  readonly drivers: readonly DriverFile[];
  readonly dataDir: string;
  readonly hostEnvironment: NodeJS.ProcessEnv;
}

export interface CommandContext {
  readonly args: Arguments;
  readonly output: Output;
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  readonly dataDir: string;
  readonly application: Application;
  /** An application with drivers and a data folder of its own; ended with the other one. */
  openApplication(options: OwnApplication): Application;
}

/** One command of `ukey`: does its work and answers the exit code. */
export type Command = (context: CommandContext) => Promise<ExitCode>;
