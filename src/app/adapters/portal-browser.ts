// Opens a CA's page in a browser of this computer. The address goes to the program as one argument; no shell is
// ever involved, and only http and https addresses without a user name are passed on.

import { spawn } from 'node:child_process';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import {
  browserCandidates,
  type BrowserCandidate,
  type Desktop,
} from '../../core/profile/browser-candidates.ts';
import type { Portal } from '../../core/profile/guidance.ts';
import { findProgram, type ProgramEnvironment } from './find-program.ts';

export interface OpenedPage {
  readonly address: string;
  readonly browser: string;
  readonly hint: BrowserCandidate['hint'];
}

/** The first browser of the portal's list that is here. Not being able to is no reason to stop anything. */
export async function openPortalPage(
  portal: Pick<Portal, 'browsers'> & { readonly address: string },
  environment: ProgramEnvironment,
): Promise<Result<OpenedPage, AppError<'portal.notOpened'>>> {
  const { address, browsers } = portal;
  const failure = err({ code: 'portal.notOpened', address } as const);
  if (!isPageAddress(address) || !hasScreen(environment)) return failure;
  for (const { name, programs, hint } of browserCandidates(browsers, desktopOf(environment.platform))) {
    const program = await findProgram(programs, environment);
    if (program === null || !(await start(program, address, environment))) continue;
    return ok({ address, browser: name, hint });
  }
  return failure;
}

function isPageAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** Whether a window can be opened at all. */
export function hasScreen({ platform, variables }: ProgramEnvironment): boolean {
  return (
    platform !== 'linux' || ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (variables[name] ?? '') !== '')
  );
}

function desktopOf(platform: NodeJS.Platform): Desktop {
  if (platform === 'win32') return 'windows';
  return platform === 'darwin' ? 'mac' : 'linux';
}

/** Whether it started; it outlives us and shares nothing with us. */
function start(program: string, address: string, { variables }: ProgramEnvironment): Promise<boolean> {
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
