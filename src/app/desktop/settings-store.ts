// The person's settings, held and stored. Where the data folder cannot be used they hold for this run.

import type { Settings } from '../../contract/views/application-views.ts';
import type { Result } from '../../core/errors/result.ts';
import type { DataFolder, StorageError } from '../adapters/data-folder.ts';
import { createSettingsFile, DEFAULT_SETTINGS } from '../adapters/settings-file.ts';

export interface SettingsStore {
  current(): Settings;
  change(part: Partial<Settings>): Promise<Result<Settings, StorageError>>;
}

export async function openSettings(
  folder: Result<DataFolder, StorageError>,
  clock: { now(): number },
): Promise<SettingsStore> {
  const file = folder.ok ? createSettingsFile(folder.value, clock) : null;
  const read = await file?.read();
  let settings: Settings = read?.ok === true ? read.value.value : DEFAULT_SETTINGS;
  return {
    current: () => settings,
    async change(part) {
      settings = { ...settings, ...part };
      if (!folder.ok) return folder;
      const written = await file?.update((stored) => ({ ...stored, ...part }));
      return written?.ok === false ? written : { ok: true, value: settings };
    },
  };
}
