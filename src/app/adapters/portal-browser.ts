// Opens a CA's page in a browser of this computer. The address goes to the program as one argument; no shell is
// ever involved, and only http and https addresses without a user name are passed on.

import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import {
  browserCandidates,
  type BrowserCandidate,
  type Desktop,
} from '../../core/profile/browser-candidates.ts';
import type { Portal } from '../../core/profile/guidance.ts';

export interface OpenedPage {
  readonly address: string;
  readonly browser: string;
  readonly hint: BrowserCandidate['hint'];
}

export interface BrowserEnvironment {
  readonly platform: NodeJS.Platform;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The first browser of the portal's list that is here. Not being able to is no reason to stop anything. */
export async function openPortalPage(
  portal: Portal & { readonly address: string },
  environment: BrowserEnvironment,
): Promise<Result<OpenedPage, AppError<'portal.notOpened'>>> {
  const { address, browsers } = portal;
  const failure = err({ code: 'portal.notOpened', address } as const);
  if (!isPageAddress(address) || !hasScreen(environment)) return failure;
  for (const { name, programs, hint } of browserCandidates(browsers, desktopOf(environment.platform))) {
    const program = await firstPresent(programs, environment);
    if (program === null || !(await start(program, address, environment))) continue;
    return ok({ address, browser: name, hint });
  }
  return failure;
}

function isPageAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function hasScreen({ platform, variables }: BrowserEnvironment): boolean {
  return (
    platform !== 'linux' || ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (variables[name] ?? '') !== '')
  );
}

function desktopOf(platform: NodeJS.Platform): Desktop {
  if (platform === 'win32') return 'windows';
  return platform === 'darwin' ? 'mac' : 'linux';
}

async function firstPresent(
  programs: readonly string[],
  environment: BrowserEnvironment,
): Promise<string | null> {
  for (const path of programs.flatMap((program) => placesOf(program, environment))) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

/** Absolute paths a program may be at; none where a variable in it is not set. */
function placesOf(program: string, { variables }: BrowserEnvironment): readonly string[] {
  const variable = /^%([^%]+)%/.exec(program)?.[1];
  if (variable !== undefined) {
    const value = variables[variable];
    return value === undefined || value === '' ? [] : [program.replace(`%${variable}%`, () => value)];
  }
  if (isAbsolute(program)) return [program];
  const folders = (variables['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, program));
}

/** Whether it started; it outlives us and shares nothing with us. */
function start(program: string, address: string, { variables }: BrowserEnvironment): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [address], {
      ...{ shell: false, detached: true, stdio: 'ignore', windowsHide: false },
      env: { ...variables },
    });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
