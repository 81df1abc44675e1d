// Where words go. Without --json, results go to standard output. With it, standard output gets exactly one JSON
// object (`watch`: one in each line) and everything meant for a person goes to standard error. A reader that went away stops no work.

import { describeError, text, type TextKey, type TextParameters } from '../contract/text.ts';
import type { AppError } from '../core/errors/codes.ts';
import { exitCodeOf, type ExitCode } from './exit-codes.ts';
import { locale } from './locale.ts';

type CliKey = TextKey extends infer K ? (K extends `cli.${infer Name}` ? Name : never) : never;

export interface Output {
  readonly isJson: boolean;
  /** Lines of `say` go to a screen. */
  readonly isScreen: boolean;
  /** A sentence of the catalogue, section `cli`. */
  words(key: CliKey, parameters?: TextParameters): string;
  /** A line of the result. */
  say(line: string): void;
  /** A line that is no result: progress, warnings. */
  note(line: string): void;
  /** For a command that goes on for ever: one object of `--json` among many, in a line of its own. */
  event(object: object): void;
  /** The one object of `--json`; without it nothing. */
  finish(result: object): void;
  /** Says the error; work goes on. */
  warn(error: AppError): void;
  /** Says the error in full and answers the exit code. `more` goes into the object of `--json`. */
  fail(error: AppError, more?: { readonly resumable?: boolean }): ExitCode;
}

/** @param onFailure told of every error that ends a command, for the log */
export function createOutput(isJson: boolean, onFailure: (error: AppError) => void): Output {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const write = (stream: NodeJS.WriteStream, line: string): void => {
    if (stream.writable) stream.write(`${line}\n`);
  };
  const output: Output = {
    isJson,
    isScreen: (isJson ? process.stderr : process.stdout).isTTY,
    words: (key, parameters) => text(`cli.${key}` as TextKey, parameters, locale),
    say: (line) => write(isJson ? process.stderr : process.stdout, line),
    note: (line) => write(process.stderr, line),
    event(object) {
      if (isJson) write(process.stdout, JSON.stringify(object));
    },
    finish: (result) => output.event(result),
    warn(error) {
      const { message, advice, number } = describeError(error, locale);
      output.note(output.words('error', { number, message, advice }));
    },
    fail(error, { resumable = false } = {}) {
      onFailure(error);
      output.warn(error);
      output.finish({ ok: false, error: errorJson(error), resumable });
      return exitCodeOf(error, resumable);
    },
  };
  return output;
}

/** Code, number and sentence first, then what the error carries. */
export function errorJson(error: AppError): Readonly<Record<string, unknown>> {
  const { code, ...data } = error;
  const { number, message, advice } = describeError(error, locale);
  return { code, number, message, advice, ...data };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
