// Opens the window: a browser of the Chromium family without tabs, with a profile of its own in the data folder, so
// that neither the person's extensions nor their password store see what is typed. Its sandbox is never turned off.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../storage/make-folder.ts';

/** Of a new profile: nothing is offered to be saved, translated or checked elsewhere. */
const PREFERENCES = {
  credentials_enable_service: false,
  profile: { password_manager_enabled: false },
  autofill: { profile_enabled: false, credit_card_enabled: false },
  browser: { enable_spellchecking: false },
  translate: { enabled: false },
  search: { suggest_enabled: false },
};

export function browserArguments(address: string, profile: string): readonly string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    '--class=certificate-assistant',
    '--window-size=1000,720',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-breakpad',
  ];
}

/** Whether it started. @param onFailed it ended with an error afterwards */
export async function openBrowser(
  program: string,
  address: string,
  dataDir: string,
  onFailed: () => void,
): Promise<boolean> {
  const profile = join(dataDir, 'browser');
  await prepareProfile(profile);
  const child = spawn(program, browserArguments(address, profile), { detached: true, stdio: 'ignore' });
  child.on('exit', (code) => {
    if (code !== null && code !== 0) onFailed();
  });
  child.unref();
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

async function prepareProfile(profile: string): Promise<void> {
  const folder = join(profile, 'Default');
  const file = join(folder, 'Preferences');
  if (existsSync(file)) return;
  try {
    makeFolder(folder);
    await writeFile(file, JSON.stringify(PREFERENCES), { mode: 0o600 });
  } catch {
    // A folder that cannot be written: the browser says so itself.
  }
}
