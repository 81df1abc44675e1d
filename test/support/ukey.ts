// Runs the built `ukey` as a person or a script would: arguments, lines on standard input, what it printed and
// how it ended.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../out/ukey.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, which must be one JSON object and nothing else. */
  json(): Record<string, unknown>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once the text was printed on either stream. */
  printed(text: string): Promise<void>;
  /** What it printed so far that fits. */
  said(pattern: RegExp): string;
}

export interface Ukey {
  /** Its data folder. */
  readonly folder: string;
  start(args: readonly string[], lines?: readonly string[]): Running;
  run(args: readonly string[], lines?: readonly string[]): Promise<Ended>;
  /** Every file of the data folder whose content has `text` in it. */
  filesWith(text: string): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

/**
 * @param environment of the program, besides what it inherits
 * @param dataFolder left out: a new one
 */
export async function createUkey(environment: NodeJS.ProcessEnv = {}, dataFolder?: string): Promise<Ukey> {
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'ukey-')));
  const everPrinted: string[] = [];

  function start(args: readonly string[], lines: readonly string[] = []): Running {
    const child = spawn(process.execPath, [program, '--data-dir', folder, ...args], {
      env: { ...process.env, ...environment },
      stdio: 'pipe',
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
    }
    // A program that ends without reading its input is no failure.
    child.stdin.on('error', () => undefined).end(lines.map((line) => `${line}\n`).join(''));
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => {
        everPrinted.push(output.stdout, output.stderr);
        resolve({ code, ...output, json: () => JSON.parse(output.stdout) as Record<string, unknown> });
      });
    });
    return {
      child,
      ended,
      said(pattern) {
        const [found] = pattern.exec(output.stdout + output.stderr) ?? [];
        if (found === undefined) throw new Error(`did not say ${String(pattern)}`);
        return found;
      },
      printed: (text) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (output.stdout.includes(text) || output.stderr.includes(text)) resolve();
          };
          for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', look);
          void ended.then(() => reject(new Error(`ended without printing ${text}: ${output.stderr}`)));
          look();
        }),
    };
  }

  return {
    folder,
    start,
    run: (args, lines) => start(args, lines).ended,
    async filesWith(text) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const contents = await Promise.all(
        files.map(async (file) => [file, await readFile(file, 'latin1')] as const),
      );
      const found = contents.filter(([, content]) => content.includes(text)).map(([file]) => file);
      return everPrinted.some((printed) => printed.includes(text)) ? [...found, 'printed'] : found;
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
