// Programs that Windows knows of, as its registry says.

import type { RegistryView } from './windows-probe.ts';
import type { WindowsReading } from './windows-reading.ts';

export function unquoted(path: string): string {
  return path.replace(/^"([^"]*)".*$/, '$1');
}

const UNINSTALL = String.raw`Software\Microsoft\Windows\CurrentVersion\Uninstall`;

/** Programs as 应用和功能 lists them, with their versions, for example `福昕阅读器 11.2`. */
export async function installedPrograms(reading: WindowsReading): Promise<readonly string[]> {
  const places: readonly (readonly [string, RegistryView])[] = [
    [`HKLM\\${UNINSTALL}`, 64],
    [`HKLM\\${UNINSTALL}`, 32],
    [`HKCU\\${UNINSTALL}`, 64],
  ];
  const found = await Promise.all(
    places.map(async ([key, view]) => {
      const names = await reading.keys(key, view);
      const values = await Promise.all(names.map((name) => reading.texts(`${key}\\${name}`, view)));
      return values.flatMap((entry) => {
        const name = entry.get('DisplayName')?.trim() ?? '';
        return name === '' ? [] : [`${name} ${entry.get('DisplayVersion') ?? ''}`.trim()];
      });
    }),
  );
  return [...new Set(found.flat())];
}
