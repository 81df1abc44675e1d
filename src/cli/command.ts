import type { Application } from '../app/compose.ts';
import type { Arguments } from './arguments.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Interruption } from './interruption.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly args: Arguments;
  readonly output: Output;
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  readonly dataDir: string;
  readonly application: Application;
  /** An application of its own, for drivers with another environment; ended with the other one. */
  openApplication(options: {
    readonly modules: readonly string[];
    readonly environment: NodeJS.ProcessEnv;
  }): Application;
}

/** One command of `ukey`: does its work and answers the exit code. */
export type Command = (context: CommandContext) => Promise<ExitCode>;
