// What every spec begins with: `assistant` starts the built program on a data folder of its own and shows its page;
// `keyBox` has keys to plug in. A page that complains (script errors, content policy) fails its test.

import { expect, test as base, type Page } from '@playwright/test';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSettingsFile } from '../../../src/app/adapters/settings-file.ts';
import type { Settings } from '../../../src/contract/views/application-views.ts';
import { createKeyBox, plugInKeyFile, type KeyBox } from './key-box.ts';
import { electronBinary, openElectron, openWebshell, type OpenShell } from './shells.ts';

export { expect } from '@playwright/test';

export interface OpenOptions {
  /** Of the program, for example `['--skf', library]`. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Set before the start, for example `{ gateways: { sandbox: await keyBox.gateway() } }`. */
  readonly settings?: Partial<Settings>;
}

export interface Assistant {
  readonly dataDir: string;
  /** Starts the program; once per test, or again after `close`. */
  open(options?: OpenOptions): Promise<Page>;
  /** A key file of the key box; answers its new path, for `pull`. */
  plugIn(file: string, name?: string): Promise<string>;
  pull(path: string): Promise<void>;
  /** Ends the program as a signal does; its exit code. */
  close(): Promise<number | null>;
}

export const test = base.extend<{ assistant: Assistant; shellIsThere: undefined }, { keyBox: KeyBox }>({
  keyBox: [
    async ({}, use) => {
      const box = createKeyBox();
      await use(box);
      await box.dispose();
    },
    { scope: 'worker' },
  ],
  // First of all, so that nothing is prepared for a shell that is not there.
  shellIsThere: [
    async ({}, use, info) => {
      info.skip(info.project.name === 'electron' && electronBinary() === null, 'Electron was never fetched');
      await use(undefined);
    },
    { auto: true },
  ],
  assistant: async ({ browser }, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), 'e2e-'));
    const dataDir = join(folder, 'data');
    const noTokens = join(folder, 'softhsm2.conf');
    await mkdir(dataDir, { mode: 0o700 });
    await writeFile(noTokens, `directories.tokendir = ${folder}\n`);
    const complaints: string[] = [];
    let shell: OpenShell | null = null;

    async function close(): Promise<number | null> {
      const code = await shell?.close();
      shell = null;
      return code ?? null;
    }

    await use({
      dataDir,
      async open({ args = [], env = {}, settings } = {}) {
        if (settings !== undefined) await writeSettings(dataDir, settings);
        const launch = {
          dataDir,
          args,
          env: { ...process.env, SOFTHSM2_CONF: noTokens, ...env },
          onPage: (page: Page) => hearComplaints(page, complaints),
        };
        const binary = info.project.name === 'electron' ? electronBinary() : null;
        shell = await (binary === null ? openWebshell(browser, launch) : openElectron(binary, launch));
        return shell.page;
      },
      plugIn: (file, name) => plugInKeyFile(file, dataDir, name),
      pull: (path) => rm(path),
      close,
    });
    await close();
    await rm(folder, { recursive: true, force: true });
    expect(complaints).toEqual([]);
  },
});

async function writeSettings(dataDir: string, changed: Partial<Settings>): Promise<void> {
  const file = createSettingsFile({ path: dataDir }, { now: () => Date.now() });
  const written = await file.update((settings) => ({ ...settings, ...changed }));
  if (!written.ok) throw new Error(JSON.stringify(written.error));
}

function hearComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
}
