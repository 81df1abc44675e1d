// Starts the built program in one of its shells and finds its page.

import { _electron, type Browser, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Launch {
  readonly dataDir: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Gets the page before it is loaded, where the shell lets it. */
  readonly onPage: (page: Page) => void;
}

export interface OpenShell {
  readonly page: Page;
  /** Tells it to end and waits for that; its exit code. */
  close(): Promise<number | null>;
}

export async function openWebshell(browser: Browser, launch: Launch): Promise<OpenShell> {
  const child = startWebshell(launch);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const address = await addressOf(child);
  const context = await browser.newContext();
  const page = await context.newPage();
  launch.onPage(page);
  await page.goto(address);
  return {
    page,
    async close() {
      await context.close();
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** A program that is started while one runs on the same data folder: its exit code, and the address it named. */
export async function startSecond(launch: Pick<Launch, 'dataDir' | 'args' | 'env'>) {
  const child = startWebshell(launch);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const address = await addressOf(child);
  return { code: await ended, address };
}

function startWebshell({ dataDir, args, env }: Pick<Launch, 'dataDir' | 'args' | 'env'>) {
  const program = join(root, 'out/webshell.mjs');
  return spawn(process.execPath, [program, '--no-open', '--data-dir', dataDir, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function addressOf(child: ChildProcess): Promise<string> {
  let printed = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the program ended with ${String(code)}: ${printed}`)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const [address] = /http:\/\/127\.0\.0\.1:\d+\/#open=\S+/.exec(printed) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}

/** Absolute path; null: it was never fetched, or there is no Electron shell. */
export function electronBinary(): string | null {
  const folder = join(root, 'node_modules/electron');
  const named = join(folder, 'path.txt');
  if (!existsSync(named) || !existsSync(join(root, 'out/main.mjs'))) return null;
  const path = join(folder, 'dist', readFileSync(named, 'utf8').trim());
  return existsSync(path) ? path : null;
}

export async function openElectron(executablePath: string, launch: Launch): Promise<OpenShell> {
  const application = await _electron.launch({
    executablePath,
    args: ['--no-sandbox', root, '--data-dir', launch.dataDir, ...launch.args],
    env: Object.fromEntries(
      Object.entries(launch.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  });
  const ended = new Promise<number | null>((resolve) => application.process().once('exit', resolve));
  const page = await application.firstWindow();
  launch.onPage(page);
  return {
    page,
    async close() {
      await application.close();
      return ended;
    },
  };
}
