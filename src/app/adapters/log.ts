// The log file for support: JSON lines, bounded, readable by its owner only. Each line opens, appends and closes,
// so that several processes can share the file and its rotation; a log that cannot be written stops nobody.
//
// What may be logged is a closed list of fields: no PIN, subject or file content has a field to travel in, and
// numbers and hex inside strings are shortened to their last four characters.

import { appendFileSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { ERROR_NUMBERS } from '../../core/errors/codes.ts';
import { makeFolder } from '../../storage/make-folder.ts';

/** Milliseconds since 1970 UTC, as this computer believes. */
export interface Clock {
  now(): number;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface LogFields {
  readonly command?: string;
  readonly call?: string;
  readonly module?: string;
  readonly token?: string;
  /** `vid:pid` */
  readonly device?: string;
  readonly renewal?: string;
  readonly incident?: string;
  readonly path?: string;
  readonly state?: string;
  readonly exit?: number;
  readonly pid?: number;
  readonly ms?: number;
  readonly count?: number;
  readonly error?: AppError;
  /** Of a bug only. */
  readonly stack?: string;
}

export interface Log {
  /** @param event what happened, `noun.participle`, for example `lock.broken`; no data in it */
  write(level: LogLevel, event: string, fields?: LogFields): void;
}

/** Kept as they are: our own random names, wanted when a person reads a number over the telephone. */
const WHOLE: ReadonlySet<string> = new Set(['renewal', 'incident']);

const MAX_FILE_BYTES = 1024 * 1024;
const OLD_FILES = 4;

export interface LogOptions {
  /** Made with the first line. */
  readonly folder: string;
  readonly clock: Clock;
  /** Lines below are dropped. */
  readonly level: LogLevel;
  /** Gets every line that is kept, for `--verbose`. */
  readonly echo?: (line: string) => void;
}

export function createLog({ folder, clock, level, echo }: LogOptions): Log {
  const path = join(folder, 'assistant.log');
  return {
    write(lineLevel, event, fields = {}) {
      if (LEVELS.indexOf(lineLevel) < LEVELS.indexOf(level)) return;
      const at = new Date(clock.now()).toISOString();
      const line = JSON.stringify({ at, level: lineLevel, event, pid: process.pid, ...redact(fields) });
      echo?.(line);
      try {
        makeFolder(folder);
        rotate(path);
        appendFileSync(path, `${line}\n`, { mode: 0o600 });
      } catch {
        // The disk is full or read-only: whatever is being done matters more than its log.
      }
    },
  };
}

/** A log for what is not worth a file, for example a test. */
export const silentLog: Log = { write: () => undefined };

function rotate(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < MAX_FILE_BYTES) return;
  for (let index = OLD_FILES; index > 0; index -= 1) {
    const from = index === 1 ? path : `${path}.${index - 1}`;
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${path}.${index}`);
  }
}

function redact(fields: LogFields): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => {
      if (name === 'error') return [name, redactError(value as AppError)];
      return [name, typeof value === 'string' && !WHOLE.has(name) ? shorten(value) : value];
    }),
  );
}

/** Code, number and what the driver said. The rest of an error may name people. */
function redactError(error: AppError): unknown {
  return { code: error.code, number: ERROR_NUMBERS[error.code], native: error.native };
}

const HOME = homedir();

/** Serial numbers, identity numbers, hashes and telephone numbers keep their last four characters. */
function shorten(text: string): string {
  const withoutHome = HOME.length > 1 ? text.replaceAll(HOME, '~') : text;
  return withoutHome.replace(/[0-9A-Za-z]{7,}/g, (run) => (/\d{3}/.test(run) ? `…${run.slice(-4)}` : run));
}
