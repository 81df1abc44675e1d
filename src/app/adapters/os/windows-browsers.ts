// Browsers of a Windows computer: where Windows starts them from, and their version as the folder beside the program
// is called. Nothing is started.

import type { Browser, FileProbe, Obstacle } from '../../../core/environment/probe.ts';
import type { WindowsReads } from '../../../core/environment/windows-system.ts';
import { ok, type Result } from '../../../core/errors/result.ts';

const APP_PATHS = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths';
const FIREFOX = 'HKLM\\SOFTWARE\\Mozilla\\Mozilla Firefox';

const BROWSERS = [
  { name: 'Chrome', engine: 'chromium', program: 'chrome.exe' },
  { name: 'Edge', engine: 'chromium', program: 'msedge.exe' },
  { name: '360安全浏览器', engine: 'chromium', program: '360se6.exe' },
  { name: '360极速浏览器', engine: 'chromium', program: '360chrome.exe' },
  { name: '奇安信浏览器', engine: 'chromium', program: 'qaxbrowser.exe' },
  { name: '搜狗浏览器', engine: 'chromium', program: 'SogouExplorer.exe' },
  { name: 'QQ浏览器', engine: 'chromium', program: 'QQBrowser.exe' },
  { name: 'Firefox', engine: 'firefox', program: 'firefox.exe' },
] as const;

export async function findWindowsBrowsers(
  windows: WindowsReads,
  files: FileProbe,
): Promise<Result<readonly Browser[], Obstacle>> {
  const found: Browser[] = [];
  for (const { name, engine, program } of BROWSERS) {
    for (const place of [`HKCU\\${APP_PATHS}`, `HKLM\\${APP_PATHS}`]) {
      const path = await windows.value(`${place}\\${program}`, '');
      if (!path.ok) return path;
      if (path.value === null || typeof path.value.value !== 'string') continue;
      const file = path.value.value.replace(/^"|"$/g, '');
      const info = await files.info(file);
      // What was taken off may have left its entry.
      if (!info.ok || info.value?.kind !== 'file') continue;
      const major = engine === 'firefox' ? await firefoxMajor(windows) : await chromiumMajor(files, file);
      found.push({ name, engine, path: file, major });
      break;
    }
  }
  return ok(found);
}

/** `…\Application\130.0.6723.70`; of several the newest. */
async function chromiumMajor(files: FileProbe, program: string): Promise<number | null> {
  const names = await files.list(program.replace(/[\\/][^\\/]*$/, ''));
  const majors = names.ok ? names.value.flatMap((name) => VERSION.exec(name)?.[1] ?? []) : [];
  return majors.length === 0 ? null : Math.max(...majors.map(Number));
}

const VERSION = /^(\d{2,3})\.\d+\.\d+\.\d+$/;

/** `128.0.3 (x64 zh-CN)`. */
async function firefoxMajor(windows: WindowsReads): Promise<number | null> {
  const version = await windows.value(FIREFOX, 'CurrentVersion');
  const text = version.ok && typeof version.value?.value === 'string' ? version.value.value : '';
  const major = Number.parseInt(text, 10);
  return Number.isNaN(major) ? null : major;
}
