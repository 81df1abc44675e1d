// What Windows starts when the person logs in, as the Run keys and the task manager's marks say.

import type { RegistryKey } from './windows-probe.ts';
import type { WindowsReading } from './windows-reading.ts';

/** Ours, in the person's own key; the name the window's setting writes too. */
export const OWN_ENTRY = 'certificate-assistant';

const RUN = String.raw`Software\Microsoft\Windows\CurrentVersion\Run`;
export const RUN_KEY: RegistryKey = `HKCU\\${RUN}`;
const APPROVED = String.raw`Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved`;

export interface RunEntry {
  readonly name: string;
  /** Of the person's own key. */
  readonly isPersonal: boolean;
  readonly program: string;
  readonly isOff: boolean;
}

/** What starts when the person logs in, and whether they switched it off in the task manager. */
export async function runEntries(reading: WindowsReading): Promise<readonly RunEntry[]> {
  const places = [
    { root: 'HKCU', view: 64, approved: 'Run' },
    { root: 'HKLM', view: 64, approved: 'Run' },
    { root: 'HKLM', view: 32, approved: 'Run32' },
  ] as const;
  const found = await Promise.all(
    places.map(async ({ root, view, approved }) => {
      const entries = await reading.texts(`${root}\\${RUN}`, view);
      const marks =
        (await reading.of(reading.windows.values(`${root}\\${APPROVED}\\${approved}`), null)) ?? {};
      return [...entries].map(([name, command]) => ({
        name,
        isPersonal: root === 'HKCU',
        program: programOf(command),
        isOff: isSwitchedOff(marks[name]),
      }));
    }),
  );
  return found.flat();
}

/** `"C:\Program Files\x.exe" --hidden` and `C:\Program Files\x.exe /min` alike. */
export function programOf(command: string): string {
  return /^"([^"]+)"/.exec(command)?.[1] ?? /^.*?\.exe/i.exec(command)?.[0] ?? command;
}

/** StartupApproved: the lowest bit of the first byte is set once it is switched off (seen in traces, no reference). */
function isSwitchedOff(mark: { readonly type: string; readonly value: unknown } | undefined): boolean {
  if (mark?.type !== 'bytes' || typeof mark.value !== 'string') return false;
  // Of base64, the first two characters carry the first byte; its lowest bit is bit 4 of the second.
  const index = BASE64.indexOf(mark.value.charAt(1));
  return index >= 0 && (index & 0x10) !== 0;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
