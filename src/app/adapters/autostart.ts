// Started when the person logs in. Linux: a desktop entry in the user's autostart folder (XDG Autostart, Desktop
// Entry Specification §"The Exec key"). Windows: a value under the user's Run key, written by reg.exe.

import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join, win32 } from 'node:path';
import { promisify } from 'node:util';
import type { AutostartEntry } from '../../core/environment/probe.ts';
import { OWN_ENTRY, RUN_KEY } from '../../core/environment/windows-run.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, type Result } from '../../core/errors/result.ts';
import { writeDurably } from '../../storage/durable-file.ts';
import { makeFolder } from '../../storage/make-folder.ts';
import { storageErrorOf } from '../../storage/storage-error.ts';
import type { FolderEnvironment } from './data-folder.ts';

export interface Autostart {
  set(on: boolean): Promise<Result<void, AppError>>;
}

const TITLE = '智能证书助手';

/**
 * null: this platform has none that we know.
 * @param command program and arguments, absolute
 */
export function createAutostart(
  environment: FolderEnvironment,
  command: readonly string[],
): Autostart | null {
  if (environment.platform === 'linux') return desktopEntry(environment, command);
  if (environment.platform === 'win32') return runKey(environment, command);
  return null;
}

/** null: this platform has none that we know. */
export function autostartEntry(
  environment: FolderEnvironment,
  command: readonly string[],
): Pick<AutostartEntry, 'path' | 'text'> | null {
  if (environment.platform === 'linux') return desktopFile(environment, command);
  return environment.platform === 'win32' ? { path: RUN_KEY, text: runCommand(command) } : null;
}

function desktopFile({ variables, home }: FolderEnvironment, command: readonly string[]) {
  const xdg = variables['XDG_CONFIG_HOME'];
  const folder = xdg?.startsWith('/') === true ? xdg : join(home, '.config');
  return { path: join(folder, 'autostart', `${OWN_ENTRY}.desktop`), text: entryText(command) };
}

function desktopEntry(environment: FolderEnvironment, command: readonly string[]): Autostart {
  const { path, text } = desktopFile(environment, command);
  return {
    async set(on) {
      try {
        if (!on) {
          await rm(path, { force: true });
          return done;
        }
        makeFolder(dirname(path));
      } catch (thrown) {
        return err(storageErrorOf(thrown, path));
      }
      return writeDurably(path, text, 0o644);
    },
  };
}

function entryText(command: readonly string[]): string {
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${TITLE}`,
    `Exec=${command.map(quoted).join(' ')}`,
    'X-GNOME-Autostart-enabled=true',
  ];
  return `${lines.join('\n')}\n`;
}

/** Quoted for the Exec key, whose backslashes the string syntax of the file doubles once more; `%` is a field code. */
function quoted(argument: string): string {
  const inner = argument.replace(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%');
  return `"${inner.replaceAll('\\', String.raw`\\`)}"`;
}

function runCommand(command: readonly string[]): string {
  return command.map((argument) => `"${argument}"`).join(' ');
}

function runKey({ variables }: FolderEnvironment, command: readonly string[]): Autostart {
  const reg = win32.join(variables['SystemRoot'] ?? String.raw`C:\Windows`, 'System32', 'reg.exe');
  const line = runCommand(command);
  return {
    async set(on) {
      const change = on
        ? ['add', RUN_KEY, '/v', OWN_ENTRY, '/t', 'REG_SZ', '/d', line, '/f']
        : ['delete', RUN_KEY, '/v', OWN_ENTRY, '/f'];
      try {
        await promisify(execFile)(reg, change, { windowsHide: true });
      } catch {
        // Deleting what is not there fails too, and is what was wanted.
        if (on) return err({ code: 'storage.readOnly', path: RUN_KEY });
      }
      return done;
    },
  };
}
